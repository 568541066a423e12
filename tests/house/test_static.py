"""What `collectstatic` collects: every file is found under the name that others call it by."""

import json
import re
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from tests.house.files import ROOT, ours

IMPORT = re.compile(r"(?:\bfrom|\bimport|\bimport\()\s*[\"']([^\"']+)[\"']")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    hashed = settings.STORAGES | {"staticfiles": {"BACKEND": "config.storage.HashedStaticFiles"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=hashed):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="module")
def manifest(collected: Path) -> dict[str, str]:
    """Each file's hashed name."""
    names: dict[str, str] = json.loads((collected / "staticfiles.json").read_text())["paths"]
    return names


def imports(module: Path) -> list[str]:
    return IMPORT.findall(re.sub(r"/\*.*?\*/|^\s*//.*$", "", module.read_text(), flags=re.DOTALL | re.MULTILINE))


def test_every_import_of_a_module_leads_to_a_collected_file(collected: Path, manifest: dict[str, str]) -> None:
    hashed = set(manifest.values())
    own = [str(path.relative_to(ROOT / "static")) for path in ours(".js", "static")]
    wanted = {
        (module, spec, normpath(join(dirname(module), spec)))
        for module in own
        for spec in imports(collected / manifest[module])
    }
    assert {(module, spec) for module, spec, target in wanted if target not in hashed} == set()


def test_every_address_in_a_style_sheet_leads_to_a_collected_file(collected: Path, manifest: dict[str, str]) -> None:
    sheets = [str(path.relative_to(ROOT / "static")) for path in ours(".css", "static")]
    wanted = {
        (sheet, url, normpath(join(dirname(sheet), url)))
        for sheet in sheets
        for url in re.findall(r"url\(\"([^\"#][^\"]*)\"\)", (collected / manifest[sheet]).read_text())
        if not url.startswith("data:")
    }
    assert {(sheet, url) for sheet, url, target in wanted if not (collected / target).is_file()} == set()


def test_every_file_that_a_template_names_is_collected(manifest: dict[str, str]) -> None:
    templates = "\n".join(path.read_text() for path in ours(".html"))
    named = set(re.findall(r"{% static [\"']([^\"']+)[\"'] %}", templates))
    assert named - set(manifest) == set()
