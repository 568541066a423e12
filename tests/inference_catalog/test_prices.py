from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from inference_catalog.catalog_file import Catalog, PriceRow
from inference_catalog.loading import load
from inference_catalog.models import Model, Price, Source, WriteOnceError
from tests.model_ids import PHI

GUARD = import_module("inference_catalog.migrations.0002_prices_are_write_once")


@pytest.fixture
def phi(catalog: Catalog) -> Model:
    return Model.objects.get(model_id=PHI)


def repriced(catalog: Catalog, price: PriceRow | None) -> Catalog:
    rows = [row.model_copy(update={"price": price}) if row.id == PHI else row for row in catalog.models]
    return catalog.model_copy(update={"models": rows})


def price_of(model: Model) -> int:
    assert model.price is not None
    return model.price.input


def test_a_price_is_not_changed_by_saving_it(phi: Model) -> None:
    price = phi.prices.get()
    price.input = 1
    with pytest.raises(WriteOnceError):
        price.save()


def test_prices_are_not_changed_or_deleted_together(phi: Model) -> None:
    with pytest.raises(WriteOnceError):
        phi.prices.update(input=1)
    with pytest.raises(WriteOnceError):
        phi.prices.all().delete()
    with pytest.raises(WriteOnceError):
        phi.prices.get().delete()


def test_a_model_with_a_price_cannot_be_deleted(phi: Model) -> None:
    with pytest.raises(models.ProtectedError):
        phi.delete()


@pytest.fixture
def guarded(phi: Model) -> Model:
    """On SQLite the guard against deleting is away in tests, where tables are emptied by deleting."""
    if connection.vendor == "sqlite":
        connection.cursor().execute(GUARD.SQLITE[1])
    return phi


@pytest.mark.parametrize(
    "statement", ["UPDATE inference_catalog_price SET input = 1", "DELETE FROM inference_catalog_price"]
)
def test_the_database_itself_refuses_to_change_or_delete_a_price(guarded: Model, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="prices are written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_database_lets_go_of_a_price_that_never_came_into_force(guarded: Model) -> None:
    Price.objects.create(model=guarded, input=1, output=1, effective_at=timezone.now() + timedelta(hours=1))
    guarded.prices.withdraw_scheduled()
    assert price_of(guarded) == 80_000
    assert guarded.prices.count() == 1


def test_a_new_price_in_the_file_is_a_new_row_from_now_on(phi: Model, catalog: Catalog) -> None:
    before = timezone.now()
    load(repriced(catalog, PriceRow(input="0.10", output="0.40")))
    assert price_of(phi) == 100_000
    assert [price.input for price in phi.prices.all()] == [100_000, 80_000]
    old = phi.price_at(before)
    assert old is not None
    assert old.input == 80_000


def test_a_price_with_a_date_waits_for_it(phi: Model, catalog: Catalog) -> None:
    day = timezone.now().date() + timedelta(days=9)
    load(repriced(catalog, PriceRow.model_validate({"input": "0.10", "output": "0.40", "from": day})))
    assert price_of(phi) == 80_000
    later = phi.price_at(datetime(day.year, day.month, day.day, tzinfo=UTC))
    assert later is not None
    assert later.input == 100_000


def test_a_scheduled_price_that_the_file_takes_back_never_comes(phi: Model, catalog: Catalog) -> None:
    day = timezone.now().date() + timedelta(days=9)
    load(repriced(catalog, PriceRow.model_validate({"input": "0.10", "output": "0.40", "from": day})))
    load(repriced(catalog, PriceRow(input="0.09", output="0.40")))
    assert [price.input for price in phi.prices.all()] == [90_000, 80_000]


def test_a_new_price_does_not_change_what_the_past_has_cost(phi: Model, catalog: Catalog) -> None:
    load(repriced(catalog, PriceRow.model_validate({"input": "0.10", "output": "0.40", "from": date(2020, 1, 1)})))
    past = phi.price_at(datetime(2020, 6, 1, tzinfo=UTC))
    assert past is None
    assert price_of(phi) == 100_000


def test_the_price_of_staff_stands_until_the_file_changes_its_own(phi: Model, catalog: Catalog) -> None:
    Price.objects.create(model=phi, input=50_000, output=50_000, source=Source.STAFF)
    load(catalog)
    assert price_of(phi) == 50_000
    load(repriced(catalog, PriceRow(input="0.10", output="0.40")))
    assert price_of(phi) == 100_000


def test_a_price_of_nothing_is_a_price(phi: Model, catalog: Catalog) -> None:
    load(repriced(catalog, PriceRow(input="0", output="0")))
    assert price_of(Model.objects.callable(PHI)) == 0
