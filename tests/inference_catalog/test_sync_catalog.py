from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from inference_catalog.catalog_file import CATALOG, Catalog
from inference_catalog.models import Model, Price
from tests.inference_catalog.conftest import Upstream
from tests.model_ids import LLAMA, PHI, R1, V3

pytestmark = pytest.mark.django_db


def sync(path: Path = CATALOG) -> str:
    said = StringIO()
    call_command("sync_catalog", str(path), stdout=said)
    return said.getvalue()


def without(folder: Path, *ids: str) -> Path:
    """The shipped file less some models."""
    head, *rows = CATALOG.read_text().split("[[models]]")
    kept = [row for row in rows if not any(f'id = "{name}"' in row for name in ids)]
    path = folder / "catalog.toml"
    path.write_text("[[models]]".join([head, *kept]))
    return path


def test_it_loads_six_models_with_their_prices() -> None:
    assert sync().startswith("Catalog: 6 added, 6 newly priced")
    price = Model.objects.get(model_id=R1).price
    assert price is not None
    assert (price.input, price.output, price.cached_input) == (1_350_000, 5_400_000, None)


def test_it_can_be_run_again_without_harm() -> None:
    sync()
    rows = list(Model.objects.order_by("pk").values()), list(Price.objects.order_by("pk").values())
    assert sync().startswith("Catalog: nothing new")
    assert rows == (list(Model.objects.order_by("pk").values()), list(Price.objects.order_by("pk").values()))


def test_what_vanished_from_the_file_is_retired_and_not_deleted(tmp_path: Path) -> None:
    sync()
    assert "1 retired" in sync(without(tmp_path, PHI))
    model = Model.objects.get(model_id=PHI)
    assert model.status == Model.Status.RETIRED
    assert model.retired_at is not None
    assert model.prices.count() == 1


def test_what_comes_back_to_the_file_can_be_called_again(tmp_path: Path) -> None:
    sync()
    sync(without(tmp_path, PHI))
    sync()
    model = Model.objects.callable(PHI)
    assert model.retired_at is None
    assert model.prices.count() == 1


def test_a_changed_row_changes_its_model(tmp_path: Path) -> None:
    sync()
    path = tmp_path / "catalog.toml"
    path.write_text(CATALOG.read_text().replace('name = "Phi 4 Mini"', 'name = "Phi Four Mini"'))
    assert "1 changed" in sync(path)
    assert Model.objects.get(model_id=PHI).name == "Phi Four Mini"


def test_a_model_on_its_way_out_names_its_replacement(tmp_path: Path) -> None:
    path = tmp_path / "catalog.toml"
    out = f'id = "{R1}"\nstatus = "deprecated"\nreplacement = "{V3}"'
    path.write_text(CATALOG.read_text().replace(f'id = "{R1}"', out))
    sync(path)
    model = Model.objects.get(model_id=R1)
    assert (model.status, str(model.replacement)) == ("deprecated", V3)


def test_a_provider_that_is_down_is_reported_and_is_no_error(settings: Any) -> None:
    settings.UPSTREAM_BASE_URL = "http://127.0.0.1:9/v1"
    assert "Upstream cannot be reached; 6 models offered" in sync()


def test_it_says_how_many_models_each_provider_offers(upstream: Upstream, settings: Any) -> None:
    upstream.ids = [LLAMA]
    settings.UPSTREAM_BASE_URL = upstream.base_url
    assert "Upstream: 1 model offered" in sync()


def test_models_of_staff_are_left_alone(catalog: Catalog) -> None:
    own = Model.objects.create(model_id="ours/own", name="Own", source="staff")
    sync()
    own.refresh_from_db()
    assert own.status == Model.Status.AVAILABLE


def test_providers_can_be_checked_without_loading_anything(catalog: Catalog, settings: Any, upstream: Upstream) -> None:
    settings.UPSTREAM_BASE_URL = upstream.base_url
    sync()
    upstream.status = 500
    said = StringIO()
    call_command("check_providers", stdout=said)
    assert said.getvalue() == "Upstream: cannot be used (Upstream answered HTTP 500)\n"
