"""An invoice drawn as PDF from its snapshot, and from nothing else: the same bytes whenever it is drawn."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from fpdf import FPDF

from billing.models import InvoiceLine
from common import money
from common.money import CENT

FONTS = Path(settings.NODE_MODULES) / "dejavu-fonts-ttf" / "ttf"
#: Millimetres, and points.
WIDTHS = (16, 36, 58, 18, 22, 20, 20)
ROW, SIZE, SMALLEST = 6, 7.5, 5.5
HEADS = ("Month", "Project", "Model", "Requests", "Input", "Output", "Amount")
QUIET, LINE = (90, 95, 105), (200, 204, 210)

# It would log each character that a font lacks; what is missing is drawn as a box.
logging.getLogger("fpdf").setLevel(logging.ERROR)


class Sheet(FPDF):
    """A4 with the number of the invoice and of the page at the foot."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        super().__init__()
        self.snapshot = snapshot
        for style, file in (("", "DejaVuSans"), ("B", "DejaVuSans-Bold")):
            self.add_font("DejaVu", style, FONTS / f"{file}.ttf")
        self.set_creation_date(datetime.fromisoformat(snapshot["finalised_at"]))
        self.set_title(f"Invoice {snapshot['number']}")
        self.set_auto_page_break(auto=True, margin=20)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-14)
        self.text_style(7, quiet=True)
        self.cell(0, 5, f"Invoice {self.snapshot['number']} · page {self.page_no()} of {{nb}}", align="C")

    def text_style(self, size: float, *, bold: bool = False, quiet: bool = False) -> None:
        self.set_font("DejaVu", "B" if bold else "", size)
        self.set_text_color(*(QUIET if quiet else (0, 0, 0)))

    def row(self, cells: Sequence[str], *, bold: bool = False) -> None:
        """Its cells are one line high: a table of thousands of rows that wrap would take minutes."""
        for width, align, text in zip(WIDTHS, "LLLRRRR", cells, strict=True):
            self.text_style(SIZE, bold=bold)
            self.cell(width, ROW, self.fitted(text, width - 2), border="B", align=align)
        self.ln(ROW)

    def fitted(self, text: str, width: float) -> str:
        """In smaller letters if need be; what is wider still is cut in its middle, where names differ least."""
        needed = self.get_string_width(text)
        if needed > width:
            self.set_font_size(max(SMALLEST, 0.98 * SIZE * width / needed))
        while len(text) > 8 and self.get_string_width(text) > width:
            middle = len(text) // 2
            text = f"{text[: middle - 2]}…{text[middle + 2 :]}"
        return text

    def put(self, text: str, size: float = 9, **style: bool) -> None:
        self.text_style(size, **style)
        self.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT")


def drawn(snapshot: dict[str, Any]) -> bytes:
    sheet = Sheet(snapshot)
    _head(sheet, snapshot)
    _lines(sheet, snapshot)
    _foot(sheet, snapshot)
    return bytes(sheet.output())


def _head(sheet: Sheet, snapshot: dict[str, Any]) -> None:
    sheet.put(snapshot["issuer"], quiet=True)
    sheet.ln(6)
    sheet.put(f"Invoice {snapshot['number']}", 18, bold=True)
    sheet.ln(3)
    sheet.put(f"For {one_line(snapshot['customer']['organization'])}", 11)
    start, end = _time(snapshot["period"]["start"]), _time(snapshot["period"]["end"])
    sheet.put(f"{snapshot['plan']['name']} plan, usage up to {end} UTC (period from {start})", quiet=True)
    sheet.put(f"Issued on {snapshot['finalised_at'][:10]}, due on {snapshot['due_at'][:10]}", quiet=True)
    sheet.ln(5)
    sheet.put(f"To be paid: {money.usd(snapshot['total'])}", 13, bold=True)
    sheet.ln(5)


def _lines(sheet: Sheet, snapshot: dict[str, Any]) -> None:
    sheet.set_draw_color(*LINE)
    sheet.row(HEADS, bold=True)
    for line in snapshot["lines"]:
        if sheet.will_page_break(ROW):
            sheet.add_page()
            sheet.row(HEADS, bold=True)
        sheet.row(_cells(line))
    sheet.row(["Total", "", "", "", "", "", money.usd(snapshot["total"])], bold=True)


def _cells(line: dict[str, Any]) -> list[str]:
    amount = money.usd(line["cents"] * CENT)
    if line["kind"] != InvoiceLine.Kind.USAGE:
        return ["", "", line["title"], "", "", "", amount]
    counts = [f"{line[name]:,}" for name in ("requests", "prompt_tokens", "completion_tokens")]
    return [line["month"][:7], one_line(line["project"]), one_line(line["model"]), *counts, amount]


def _foot(sheet: Sheet, snapshot: dict[str, Any]) -> None:
    sheet.ln(5)
    if snapshot["payment"]:
        sheet.put(snapshot["payment"])
        sheet.ln(3)
    sheet.put(
        "All times are UTC. Input and output are tokens; cached input is part of input. Each line is rounded so that"
        " all of them add up to the total; the exact amounts are in the CSV of this invoice.",
        7.5,
        quiet=True,
    )


def _time(text: str) -> str:
    return text[:16].replace("T", " ")


def one_line(text: str) -> str:
    """Without what breaks lines."""
    return " ".join(text.split())
