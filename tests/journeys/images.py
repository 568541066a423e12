"""Images that are brought to the composer in a browser, in words."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.journeys.board import Board
from tests.journeys.console import listened
from tests.playground.images.pictures import picture

#: As a clipboard or a drag brings a file.
BRING = """([target, kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  if (type) transfer.items.add(new File([bytes], name, { type }));
  else transfer.setData("text/plain", name);
  const element = document.querySelector(target);
  const options = { bubbles: true, cancelable: true };
  const pasted = { ...options, clipboardData: transfer };
  if (kind === "paste") return element.dispatchEvent(new ClipboardEvent("paste", pasted));
  element.dispatchEvent(new DragEvent("dragover", { ...options, dataTransfer: transfer }));
  return element.dispatchEvent(new DragEvent("drop", { ...options, dataTransfer: transfer }));
}"""
CAT = picture(size=(640, 480))


@pytest.fixture
def complaints(signed_in_page: Page) -> Iterator[list[str]]:
    """What the browser's console was told: nothing but that a request was refused, and what axe does to the page."""
    told = listened(signed_in_page)
    yield told
    assert [one for one in told if "409" not in one and "inline style" not in one] == []


def drafted(board: Board) -> Locator:
    return board.page.locator("[data-draft-image]")


def choose(board: Board, *files: tuple[str, str, bytes]) -> None:
    chooser = board.page.locator("[data-image-files]")
    chooser.set_input_files([FilePayload(name=name, mimeType=kind, buffer=content) for name, kind, content in files])


def bring(board: Board, kind: str, content: bytes, name: str = "image.png", target: str = "[data-composer]") -> None:
    data = base64.b64encode(content).decode()
    board.page.evaluate(BRING, [target, kind, name, "image/png", data])


def looks(board: Board, *names: str) -> None:
    expect(drafted(board).locator(".draft-image-name")).to_have_text(list(names))
    expect(board.page.locator("[data-pending]:not([data-failed])")).to_have_count(0)
