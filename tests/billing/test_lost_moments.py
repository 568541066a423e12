"""A database that crashed may have lost its last moment; one that hung may yet do what nobody waits for any more."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.db.models import F

from accounts.models import Project, User
from billing import committer, writer
from billing.book import book
from billing.grants import grant
from billing.models import Account, Book, Grant, LedgerDay, LedgerEntry, Reservation, UsageHour, UsageRecord
from tests.billing.wishes import check_books, used, wish


@pytest.fixture
def rich(empty: Account) -> Account:
    grant(empty.organization, 10**9)
    empty.refresh_from_db()
    return empty


def forget_usage() -> None:
    """In the ledger, which lets nobody delete a row: PostgreSQL is asked for an empty table."""
    kept = [list(table.objects.exclude(target=Book.USAGE)) for table in (LedgerEntry, LedgerDay)]
    for table, rows in zip((LedgerEntry, LedgerDay), kept, strict=True):
        word = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
        with connection.cursor() as cursor:
            cursor.execute(f"{word} {table._meta.db_table}")
        table._default_manager.bulk_create(rows)
    Grant.objects.filter(remaining__gt=0).update(remaining=F("amount"))


def crash(account: Account) -> None:
    """The account is as it was, and of what came after it there is nothing."""
    for table in (Reservation, UsageRecord, UsageHour):
        table.objects.all().delete()
    forget_usage()
    Account.objects.filter(pk=account.pk).update(settled=account.settled, held=account.held)
    writer.run(lambda: connection.close()).result(20)


def test_what_was_confirmed_is_written_again(rich: Account, alice: User, project: Project) -> None:
    ended, running = (writer.submit(wish(alice, project)).result(20) for _ in range(2))
    writer.submit(used(ended)).result(20)
    crash(rich)
    writer.submit(wish(alice, project)).result(20)
    assert UsageRecord.objects.get().pk == ended.pk
    assert Reservation.objects.get(pk=running.pk).state == Reservation.State.RUNNING
    check_books()


def test_a_request_that_outlives_the_crash_is_charged(rich: Account, alice: User, project: Project) -> None:
    running = writer.submit(wish(alice, project)).result(20)
    crash(rich)
    writer.submit(used(running)).result(20)
    assert UsageRecord.objects.get().completion_tokens == 9
    check_books()


def test_nothing_is_written_again_where_nothing_was_lost(rich: Account, alice: User, project: Project) -> None:
    ended, _ = (writer.submit(wish(alice, project)).result(20) for _ in range(2))
    writer.submit(used(ended)).result(20)
    writer.run(lambda: connection.close()).result(20)
    writer.submit(wish(alice, project)).result(20)
    assert UsageRecord.objects.count() == 1
    assert Reservation.objects.filter(state=Reservation.State.RUNNING).count() == 2
    check_books()


def test_who_was_refused_though_it_was_written_holds_nothing(
    rich: Account, alice: User, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both tries commit, and neither answer arrives."""

    def book_and_hang(*arguments: object, **options: object) -> None:
        book(*arguments, **options)  # type: ignore[arg-type]
        raise OperationalError("nobody answered")

    monkeypatch.setattr(committer, "TRY_AGAIN_AFTER", 60.0)
    with monkeypatch.context() as patched:
        patched.setattr(committer, "book", book_and_hang)
        assert writer.submit(wish(alice, project)).exception(20) is not None
        assert Reservation.objects.get().state == Reservation.State.RUNNING
    writer.stop()
    assert Reservation.objects.get().state == Reservation.State.VOIDED
    check_books()
