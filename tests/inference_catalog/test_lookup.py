from __future__ import annotations

import pytest

from common.errors import ModelNotFound
from inference_catalog.catalog_file import Catalog
from inference_catalog.models import Model
from tests.model_ids import PHI, R1, V3


def refusal(model_id: str) -> str:
    with pytest.raises(ModelNotFound) as caught:
        Model.objects.callable(model_id)
    assert caught.value.status == 404
    return caught.value.message


def test_it_finds_a_model_by_the_id_of_the_api(catalog: Catalog) -> None:
    assert Model.objects.callable(PHI).name == "Phi 4 Mini"


def test_it_refuses_what_there_is_not(catalog: Catalog) -> None:
    assert refusal("nobody/nothing").startswith("The model `nobody/nothing` does not exist")


def test_it_refuses_a_retired_model_and_names_its_replacement(catalog: Catalog) -> None:
    model = Model.objects.get(model_id=R1)
    model.replacement = Model.objects.get(model_id=V3)
    model.save()
    model.retire()
    assert refusal(R1) == f"The model `{R1}` was retired. Use `{V3}` instead."


def test_it_refuses_a_model_without_a_price_and_never_takes_it_for_free(catalog: Catalog) -> None:
    Model.objects.create(model_id="ours/new", name="New")
    assert refusal("ours/new") == "The model `ours/new` has no price yet and cannot be called."
