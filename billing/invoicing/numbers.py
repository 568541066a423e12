"""Numbers without gaps: taken in the transaction that uses them, one transaction at a time."""

from __future__ import annotations

from billing.models import Numbering

PREFIX = {Numbering.Series.INVOICE: "", Numbering.Series.CREDIT_NOTE: "CN-"}


def take(series: Numbering.Series, year: int) -> str:
    """The next one; if the transaction fails, somebody else gets it."""
    Numbering.objects.get_or_create(series=series, year=year)
    row = Numbering.objects.select_for_update().get(series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{PREFIX[series]}{year}-{row.last:06d}"
