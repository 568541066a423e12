"""Billing → Usage shows an organization's admins what was used; its choices live in its address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Project, User
from tests.billing.usage import seen
from tests.billing.usage.conftest import Use
from tests.billing.usage.records import moment

pytestmark = pytest.mark.django_db
PAGE = "/billing/usage"


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def refused(client: Client, query: str) -> str:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    return answer.content.decode()


def test_it_shows_a_request_that_was_just_settled(alice_client: Client, use: Use) -> None:
    before = timezone.now()
    use()
    after = timezone.now()
    page = shown(alice_client)
    bars = seen.bars(page)
    assert sum(bars.get(day, 0) for day in {f"{moment:%Y-%m-%d}" for moment in (before, after)}) == 980
    assert seen.rows(page) == {"a/model": (1, 0, 10, 4, 9, 980)}


def test_a_member_is_told_who_may_see_it(bob_client: Client) -> None:
    answer = bob_client.get(PAGE)
    assert answer.status_code == 403
    assert "Only admins of the organization can open this page." in answer.content.decode()


def test_the_sidebar_leads_to_billing_and_billing_to_it(alice_client: Client, bob_client: Client) -> None:
    assert 'href="/billing"' in alice_client.get("/settings").content.decode()
    assert f'href="{PAGE}"' in alice_client.get("/billing").content.decode()
    assert 'href="/billing"' not in bob_client.get("/settings").content.decode()


def test_it_shows_nothing_of_other_organizations(alice_client: Client, use: Use, charlie: User) -> None:
    use(charlie, Project.objects.get(team__slug="charlie"), model="charlies/model")
    page = shown(alice_client)
    assert "charlies/model" not in page
    assert seen.total(page).requests == 0


def test_bars_of_nothing_are_there(alice_client: Client) -> None:
    page = shown(alice_client, "range=7d")
    assert list(seen.bars(page).values()) == [0] * 7
    assert "Nothing was used in this time" in page


@pytest.mark.parametrize(
    ("query", "bars"),
    [("range=24h", 24), ("range=7d", 7), ("range=7d&by=hour", 168), ("range=30d", 30)],
)
def test_each_range_has_its_bars(alice_client: Client, query: str, bars: int) -> None:
    assert len(seen.bars(shown(alice_client, query))) == bars


def test_a_days_hours_are_of_two_days_but_for_the_last(alice_client: Client) -> None:
    before = timezone.now().hour
    bars = len(seen.bars(shown(alice_client, "range=24h&by=day")))
    after = timezone.now().hour
    assert bars in {1 if hour == 23 else 2 for hour in (before, after)}


@pytest.mark.parametrize("split", ["model", "project", "user", "key"])
def test_it_is_split_by_what_is_asked_for(
    alice_client: Client, use: Use, alice: User, project: Project, split: str
) -> None:
    made = use()
    values = {"model": "a/model", "project": project.pk, "user": made.user_id, "key": "0" * 8}
    (value,) = seen.rows(shown(alice_client, f"split={split}"))
    assert value.startswith(str(values[split]))


def test_beyond_eight_the_others_are_one_series(alice_client: Client, use: Use) -> None:
    for number in range(11):
        use(model=f"maker/model-{number}", cost=1_000 + number)
    page = shown(alice_client)
    assert "Other (3)" in page
    assert sum(seen.bars(page).values()) == seen.total(page).cost == 11_055


def test_the_table_is_sorted_by_what_is_asked_for(alice_client: Client, use: Use) -> None:
    use(model="maker/a", cost=3, completion_tokens=1)
    use(model="maker/b", cost=2, completion_tokens=3)
    use(model="maker/c", cost=1, completion_tokens=2)
    for query, order in [("", "abc"), ("sort=output", "bca"), ("sort=output&order=asc", "acb"), ("sort=name", "cba")]:
        assert "".join(value[-1] for value in seen.rows(shown(alice_client, query))) == order
    assert 'aria-sort="ascending"' in shown(alice_client, "sort=output&order=asc")


def test_a_year_of_hours_is_shown_by_larger_bars_and_says_so(alice_client: Client) -> None:
    since = timezone.now() - timedelta(days=364)
    page = shown(alice_client, f"range=custom&since={since:%Y-%m-%d}&by=hour")
    assert "By the hour these would be 8,760 bars, and 168 are shown at most" in page
    assert len(seen.bars(page)) in (12, 13)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("range=custom&since=2026-03-09&until=2026-03-02", "The end lies before the beginning."),
        ("range=custom&since=2999-01-01&until=2999-01-02", "That day is still to come"),
        ("range=custom&since=1066-10-14&until=2026-01-01", "24 months are shown at most: begin with"),
        ("range=custom&since=0001-01-01", "24 months are shown at most: begin with"),
        ("range=custom&since=yesterday", "This is not a day, such as 2026-11-23."),
        ("range=fortnight", "There is no range “fortnight”."),
        ("split=moon", "There is no split by “moon”. There are: model, project, user, key."),
        ("by=second", "There is no way to sum up by “second”."),
        ("measure=%3Cscript%3E", "There is no measure “&lt;script&gt;”."),
        ("sort=height", "There is no column “height”."),
    ],
)
def test_what_makes_no_sense_is_answered_beside_its_control(alice_client: Client, query: str, sentence: str) -> None:
    assert sentence in refused(alice_client, query)


def test_nothing_that_was_chosen_is_lost_by_a_mistake(alice_client: Client) -> None:
    page = refused(alice_client, "range=custom&since=2026-03-09&until=2026-03-02&split=user&measure=requests")
    assert 'value="2026-03-09"' in page
    assert 'value="2026-03-02"' in page
    assert '<option value="user" selected>' in page
    assert '<option value="requests" selected>' in page


def test_htmx_gets_the_same_piece_of_the_page_and_the_address_for_it(alice_client: Client, use: Use) -> None:
    use()
    piece = alice_client.get(f"{PAGE}?range=7d&split=user&sort=&order=", headers={"HX-Request": "true"})
    assert piece.content.decode().startswith('<div class="usage"')
    assert seen.total(piece.content.decode()).cost == 980
    assert piece["HX-Replace-Url"] == f"{PAGE}?range=7d&split=user&measure=cost"


def test_days_end_at_midnight_in_utc(alice_client: Client, use: Use) -> None:
    for at in (
        "2026-02-28 23:59:59.999999",
        "2026-03-01 00:00:00",
        "2026-03-31 23:59:59.999999",
        "2026-04-01 00:00:00",
    ):
        use(at=moment(at))
    days = seen.bars(shown(alice_client, "range=custom&since=2026-02-28&until=2026-04-01&measure=requests"))
    assert {day: count for day, count in days.items() if count} == {
        "2026-02-28": 1, "2026-03-01": 1, "2026-03-31": 1, "2026-04-01": 1,
    }  # fmt: skip
    months = seen.bars(shown(alice_client, "range=custom&since=2026-02-28&until=2026-04-01&measure=requests&by=month"))
    assert months == {"2026-02": 1, "2026-03": 2, "2026-04": 1}


def test_custom_days_are_in_it_to_their_end(alice_client: Client, use: Use) -> None:
    use(at=moment("2026-03-01 23:59:59.999999"))
    use(at=moment("2026-03-02 00:00:00"))
    page = shown(alice_client, "range=custom&since=2026-03-01&until=2026-03-01")
    assert seen.total(page).requests == 1
    assert "2026-03-01 00:00 to 2026-03-02 00:00, all times in UTC" in page


@pytest.mark.django_db(transaction=True)
def test_after_looking_at_one_moment_there_is_a_next(alice_client: Client, use: Use) -> None:
    """Outside of a test's own transaction, where reads of one moment need one of theirs."""
    for number in range(1, 4):
        use()
        assert seen.total(shown(alice_client)).requests == number


@pytest.mark.parametrize("since", ["0001-01-01", "0002-12-31", "1970-01-01"])
def test_days_of_long_ago_are_refused_with_a_sentence(alice_client: Client, since: str) -> None:
    answer = alice_client.get(f"/billing/usage?range=custom&since={since}&until={since[:4]}-12-31")
    assert answer.status_code < 500
    assert "begin with 2000-01-01 or later" in answer.content.decode()
