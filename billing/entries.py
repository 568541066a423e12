"""The ledger as people look through it: by kind, by what entries are about, page by page, and as a sheet."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from billing.models import LedgerEntry
from billing.usage.sheets import TIME
from common import csv_text
from common.connections import let_go
from common.money import exact_usd

PAGE = 50
AT_ONCE = 1000
COLUMNS = ("id", "at_utc", "kind", "about_id", "from", "to", "amount_usd", "grant_id", "corrects_id", "note")
_ID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


class EntriesForm(forms.Form):
    """Which entries, by an address."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=[("", "All"), *LedgerEntry.Kind.choices],
        required=False,
        error_messages={"invalid_choice": "There is no kind “%(value)s”."},
    )
    about = forms.CharField(
        label="Completion, request or grant",
        required=False,
        max_length=100,
        widget=forms.TextInput({"placeholder": "ID", "autocomplete": "off", "spellcheck": "false"}),
    )
    before = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def clean_about(self) -> uuid.UUID | None:
        """What stands before an ID, such as `chatcmpl-`, may come along."""
        text = self.cleaned_data["about"].strip()
        found = _ID.search(text)
        if text and not found:
            raise ValidationError("This is not an ID, such as 0193a7c2-5f1e-7c60-8a2b-3d4e5f607182.")
        return uuid.UUID(found[0]) if found else None

    def clean_before(self) -> tuple[datetime, uuid.UUID] | None:
        text = self.cleaned_data["before"]
        if not text:
            return None
        moment, _, identity = text.partition("_")
        try:
            at = datetime.fromisoformat(moment)
            if at.tzinfo is None:
                raise ValueError("no time of this world")
            return at.astimezone(UTC), uuid.UUID(identity)
        except (ValueError, OverflowError):
            raise ValidationError("This page is not there.") from None


@dataclass(frozen=True, slots=True)
class Found:
    rows: list[LedgerEntry]
    #: The address of the next older page, less its path; empty: there is none.
    older: str


def entries(organization_id: uuid.UUID, said: dict[str, Any]) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.filter(account=organization_id)
    if said["about"]:
        rows = rows.filter(about_id=said["about"])
    if said["kind"]:
        rows = rows.filter(kind=said["kind"])
        if said["kind"] != LedgerEntry.Kind.USAGE:
            # As the index of what is no usage says it, so that it is used.
            rows = rows.extra(where=["NOT (kind = 'usage')"])
    return rows


def page(organization_id: uuid.UUID, said: dict[str, Any]) -> Found:
    """Newest first."""
    rows = entries(organization_id, said)
    if said["before"]:
        at, identity = said["before"]
        rows = rows.filter(at__lte=at).exclude(at=at, id__gte=identity)
    found = list(rows.order_by("-at", "-id")[: PAGE + 1])
    if len(found) <= PAGE:
        return Found(found, "")
    last = found[PAGE - 1]
    return Found(found[:PAGE], query(said, before=f"{last.at.isoformat()}_{last.pk}"))


def query(said: dict[str, Any], **more: str) -> str:
    asked = {"kind": said["kind"], "about": str(said["about"] or ""), **more}
    return urlencode({name: value for name, value in asked.items() if value})


async def sheet(organization_id: uuid.UUID, said: dict[str, Any]) -> AsyncIterator[str]:
    """Oldest first. No connection is kept while the reader of the file takes its time."""
    yield csv_text.written([COLUMNS])
    last: LedgerEntry | None = None
    while True:
        rows = await sync_to_async(_after)(organization_id, said, last)
        if not rows:
            return
        yield csv_text.written(_lines(rows))
        last = rows[-1]


def _after(organization_id: uuid.UUID, said: dict[str, Any], last: LedgerEntry | None) -> list[LedgerEntry]:
    rows = entries(organization_id, said)
    if last:
        rows = rows.filter(at__gte=last.at).exclude(at=last.at, id__lte=last.pk)
    found = list(rows.order_by("at", "id")[:AT_ONCE])
    let_go()
    return found


def _lines(rows: Iterable[LedgerEntry]) -> Iterable[Iterable[Any]]:
    for row in rows:
        ids = (row.grant_id or "", row.corrects_id or "")
        moved = (row.source, row.target, exact_usd(row.amount))
        yield (row.pk, row.at.strftime(TIME), row.kind, row.about_id, *moved, *ids, row.note)
