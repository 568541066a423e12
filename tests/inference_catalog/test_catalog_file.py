from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inference_catalog.catalog_file import CATALOG, CatalogError, read_catalog
from inference_catalog.models import Model
from tests.model_ids import PHI, R1, SCOUT

DOCUMENT = {
    "deepseek-ai/DeepSeek-R1-0528": ("DeepSeek R1-0528", 161_000, 37e9, 680e9, (1_350_000, 5_400_000)),
    "deepseek-ai/DeepSeek-V3-0324": ("DeepSeek V3-0324", 161_000, 37e9, 680e9, (1_140_000, 2_750_000)),
    "meta-llama/Llama-3.1-8B-Instruct": ("Llama 3.1 8B", 128_000, None, 8e9, (220_000, 220_000)),
    "meta-llama/Llama-3.3-70B-Instruct": ("Llama 3.3 70B", 128_000, None, 70e9, (710_000, 710_000)),
    "meta-llama/Llama-4-Scout-17B-16E-Instruct": ("Llama 4 Scout", 64_000, 17e9, 109e9, (170_000, 660_000)),
    "microsoft/Phi-4-mini-instruct": ("Phi 4 Mini", 128_000, 3.8e9, 3.8e9, (80_000, 350_000)),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "catalog.toml"
    path.write_text(text)
    return path


def spoiled(folder: Path, old: str, new: str) -> Path:
    """The shipped file with one thing wrong."""
    text = CATALOG.read_text()
    assert old in text
    return written(folder, text.replace(old, new, 1))


def test_the_shipped_file_says_what_the_source_document_says() -> None:
    said = {
        row.id: (row.name, row.context_window, row.parameters_active, row.parameters_total, row.price.micro()[:2])
        for row in read_catalog().models
        if row.price
    }
    assert said == DOCUMENT


def test_only_scout_sees() -> None:
    assert [row.id for row in read_catalog().models if "Vision" in row.modalities] == [SCOUT]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("context_window = 161_000", "context_window = -1", f"models[0] ({R1}), context_window: "),
        ('output = "0.35"', 'output = "cheap"', f"models[5] ({PHI}), price.output: "),
        ('output = "0.35"', 'output = "0.0000001"', f"models[5] ({PHI}), price.output: "),
        ('maker = "Microsoft"', 'makr = "Microsoft"', f"models[5] ({PHI}), makr: "),
        (f'id = "{PHI}"', f'id = "{R1}"', f"{R1} is there 2 times"),
        (f'id = "{PHI}"', f'id = "{PHI}"\nreplacement = "no/where"', "no/where, is not another model of this file"),
        ("max_output = 4_096", "max_output = 4_096_000", f"models[5] ({PHI}): "),
        ("[[models]]", "[[models", "is not TOML"),
    ],
)
def test_a_wrong_row_names_itself(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as caught:
        read_catalog(spoiled(tmp_path, old, new))
    assert sentence in str(caught.value)


def test_every_wrong_row_is_named_at_once(tmp_path: Path) -> None:
    path = spoiled(tmp_path, "context_window = 64_000", "context_window = 0")
    path = written(tmp_path, path.read_text().replace('output = "5.40"', "output = 5.4"))
    with pytest.raises(CatalogError) as caught:
        read_catalog(path)
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.django_db
def test_nothing_is_loaded_of_a_file_with_a_wrong_row(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"price\.output"):
        call_command("sync_catalog", str(spoiled(tmp_path, 'output = "0.35"', 'output = "-1"')))
    assert not Model.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("sync_catalog", str(tmp_path / "nowhere.toml"))
