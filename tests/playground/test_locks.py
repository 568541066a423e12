"""Who deletes a comparison waits for who sends, and never the other way round."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from playground.lanes import changed, locked
from playground.models import Comparison, Lane
from tests.blocked import blocked, has_row_locks

pytestmark = has_row_locks


@pytest.mark.django_db(transaction=True)
def test_who_deletes_holds_nothing_that_who_sends_still_wants(
    alice_client: Client, comparison: Comparison, lane: Lane
) -> None:
    with transaction.atomic():
        held = locked(lane)
        waiting = blocked(lambda: alice_client.post(f"/playground/{comparison.pk}/delete").status_code)
        changed(held)
    waiting.join(20)
    assert (waiting.error, waiting.answer) == (None, 204)
    assert not Comparison.objects.filter(pk=comparison.pk).exists()
