"""The tabs of the settings panel: one form, saved as a whole."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from inference_catalog.models import Model
from playground.models import Comparison
from tests.playground.settings_panel import FUNCTION, SCHEMA, Panel


def test_tabs_only_switch_and_one_save_saves_all_of_them(panel: Panel) -> None:
    assert "Settings of lane B" in panel.go("B", seed="3")
    assert "Settings of all lanes" in panel.go("all", temperature="1.5", system_prompt="Be brief.")
    panel.go("table", top_p="0.9")
    assert panel.marked("drafted") == ["A", "B", "all"]
    assert panel.kept() == {"A": {}, "B": {}}, "nothing is on the server before it is saved"
    assert panel.save(**{f"{panel.lanes['B']}-trials": "2"}) == ""
    assert panel.kept() == {"A": {"seed": 3, "top_p": 0.9}, "B": {"temperature": 1.5, "top_p": 0.9}}
    second = panel.comparison.lanes.get(letter="B")
    assert (second.system_prompt, second.trials) == ("Be brief.", 2)


def test_a_tab_shows_what_was_written_in_the_others(panel: Panel) -> None:
    panel.go("all", temperature="0.2", seed="3")
    assert 'data-setting="temperature" data-differs' in panel.page
    panel.go("B", temperature="0.7")
    assert 'value="0.7"' in panel.page
    assert panel.marked("drafted") == ["A", "all"]
    assert 'value="0.2"' not in panel.go("A"), "what is written for all lanes was written last"
    panel.go("B")
    panel.go("all", temperature="0.9")
    assert 'data-setting="temperature" data-differs' in panel.page, "lane B is now an exception"
    panel.save()
    assert panel.kept() == {"A": {"temperature": 0.7, "seed": 3}, "B": {"temperature": 0.9}}


def test_what_is_written_back_as_it_was_is_no_change(panel: Panel) -> None:
    panel.comparison.lanes.update(settings={"seed": 7})
    panel.go("B", seed="8")
    panel.go("A")
    panel.go("B", seed="7")
    assert panel.marked("drafted") == []
    panel.go("all", reset="seed")
    panel.go("A", seed="7")
    assert panel.marked("drafted") == []
    revisions = list(panel.comparison.lanes.values_list("revision", flat=True))
    assert panel.save() == ""
    assert list(panel.comparison.lanes.values_list("revision", flat=True)) == revisions


def test_what_stands_in_a_draft_comes_with_what_undoes_it(panel: Panel) -> None:
    panel.comparison.lanes.update(settings={"top_p": 0.5})
    panel.comparison.lanes.filter(letter="B").update(settings={"top_p": 0.5, "seed": 7})
    panel.go("B", top_p="0.9")
    assert undoings(panel.go("A")) == {"top_p": "0.5"}
    assert undoings(panel.go("table")) == {f"{panel.lanes['A']}-top_p": "0.5"}
    panel.go("all")
    panel.go("A", top_p="0.8", seed="3")
    assert undoings(panel.go("all")) == {"top_p": "0.5"}, "in seed the lanes differ as they are saved"
    assert re.findall(r'data-fields="(\d+)" data-edited', panel.page) == ["2"]


def undoings(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="([\w-]+)"[^>]* data-kept="([^"]*)"', page))


def test_a_refused_save_opens_the_first_tab_with_a_mistake_and_loses_nothing(panel: Panel) -> None:
    panel.go("B", temperature="warm", seed="3")
    assert panel.marked("wrong") == ["A"]
    panel.go("all", top_p="0.5")
    panel.go("table", trials="2", stop="a\nb\nc\nd\ne")
    panel.go("B")
    assert "Settings of lane A" in panel.save()
    panel.tab = "A"
    assert panel.marked("wrong") == ["A", "all"]
    assert panel.focused() == ["temperature"]
    assert 'value="warm"' in panel.page
    assert 'value="3"' in panel.page
    assert panel.kept() == {"A": {}, "B": {}}
    assert "At most 4 stop sequences." in panel.save(temperature="0.5"), "of all lanes"
    panel.tab = "all"
    assert panel.focused() == ["stop"]
    assert panel.save(stop="a") == ""
    everywhere = {"stop": ["a"]}
    assert panel.kept() == {"A": everywhere | {"temperature": 0.5, "seed": 3}, "B": everywhere | {"top_p": 0.5}}
    assert set(panel.comparison.lanes.values_list("trials", flat=True)) == {2}


def test_a_mistake_in_the_open_tab_keeps_it_open(panel: Panel) -> None:
    panel.go("B", seed="x")
    assert "Settings of lane B" in panel.save(seed="y")
    panel.go("table")
    cell = f"{panel.lanes['B']}-temperature"
    assert "data-settings-table" in panel.save(**{cell: "3"})
    assert panel.focused() == [f"{panel.lanes['A']}-seed"]


def test_a_schema_that_is_asked_for_and_missing_has_the_focus(panel: Panel) -> None:
    panel.save(response_format="json_schema")
    assert panel.focused() == ["schema"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("temperature", "3", "Temperature must be between 0 and 2."),
        ("temperature", "0,7", "Temperature must be a number, such as 0.7."),
        ("temperature", "nan", "Temperature must be a number, such as 0.7."),
        ("top_p", "-1", "Top P must be between 0 and 1."),
        ("max_tokens", "0", "Max tokens must be between 1 and 10,000,000."),
        ("max_tokens", "1.5", "Max tokens must be a whole number, such as 1000."),
        ("frequency_penalty", "9", "Frequency penalty must be between −2 and 2."),
        ("presence_penalty", "much", "Presence penalty must be a number, such as 0.5."),
        ("trials", "11", "The number of trials must be between 1 and 10."),
        ("seed", "9" * 30, "Seed must be between −2⁶³ and 2⁶³ − 1."),
        ("system_prompt", "a" * 100_001, "System prompt has at most 100,000 characters."),
    ],
)
def test_a_mistake_is_said_in_the_field_s_own_terms(panel: Panel, name: str, text: str, sentence: str) -> None:
    page = panel.save(**{name: text})
    assert re.findall(r"<li>(.*?)</li>", page) == [sentence]
    assert text in page


def test_a_mistake_that_is_kept_elsewhere_does_not_stand_in_the_way(panel: Panel) -> None:
    Model.objects.filter(name="Phi 4 Mini").update(max_output=100)
    panel.comparison.lanes.filter(letter="B").update(settings={"max_tokens": 5000})
    panel.go("all", seed="1")
    assert panel.save(temperature="0.5") == ""
    assert panel.kept()["B"] == {"max_tokens": 5000, "temperature": 0.5}


def test_what_goes_to_all_lanes_leaves_alone_whose_model_does_not_take_it(panel: Panel, models: list[Model]) -> None:
    Model.objects.filter(pk=models[0].pk).update(features=["json"])
    panel.tab = "all"
    written = {"tools": json.dumps([FUNCTION]), "response_format": "json_schema", "schema": "{}", "seed": "7"}
    panel.go("A", **written)
    assert panel.go("all").count("get_weather") > 0, "it stands where it was written, though lanes now differ"
    assert panel.save() == ""
    assert {letter: set(kept) for letter, kept in panel.kept().items()} == {
        "A": {"seed"},
        "B": {"tools", "response_format", "seed"},
    }


def schema_of(kept: dict[str, Any]) -> Any:
    return kept.get("response_format", {}).get("json_schema", {}).get("schema")


@pytest.mark.parametrize("exception", ["json_object", "text"])
def test_a_format_for_all_with_one_exception_keeps_its_schema(panel: Panel, exception: str) -> None:
    named = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    panel.comparison.lanes.update(settings={"response_format": named})
    panel.tab = "all"
    panel.go("B", schema='{"type": "array"}')
    panel.go("A", response_format=exception)
    assert panel.save() == ""
    kept = panel.kept()
    assert schema_of(kept["A"]) == {"type": "array"}
    assert kept["B"].get("response_format") == (None if exception == "text" else {"type": exception})


def test_half_a_format_in_a_draft_is_none(panel: Panel) -> None:
    named = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    panel.comparison.lanes.update(settings={"response_format": named})
    before = panel.kept()
    panel.page = f'name="draft" value="{escape(json.dumps({"all": {"schema": "{}"}}))}"'
    panel.tab = "all"
    assert panel.save() == ""
    assert panel.kept() == before


def test_a_lane_that_is_closed_meanwhile_takes_only_its_own_with_it(panel: Panel) -> None:
    panel.go("B", seed="3")
    panel.comparison.lanes.filter(letter="B").update(closed_at=timezone.now())
    assert "This lane has since been closed." in panel.save(seed="4")
    panel.tab = "all"
    assert panel.save() == ""
    assert panel.kept() == {"A": {"seed": 3}}


def test_a_draft_that_is_none_is_refused(alice_client: Client, comparison: Comparison) -> None:
    for draft in ("[]", "{", '{"all": {"seed": 1}}'):
        assert alice_client.post(f"/playground/{comparison.pk}/settings", {"draft": draft}).status_code == 400
