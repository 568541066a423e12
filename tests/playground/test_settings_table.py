"""All lanes as a table in the settings panel."""

from __future__ import annotations

import json
import re
from html import escape, unescape

from inference_catalog.models import Model
from tests.playground.settings_panel import FUNCTION, SCHEMA, Panel


def test_the_table_saves_each_lane_s_own_cells_and_nothing_else(panel: Panel) -> None:
    panel.comparison.lanes.filter(letter="A").update(settings={"stop": ["x"], "seed": 1}, system_prompt="Be brief.")
    assert "Also set: System prompt<" in panel.go("table")
    first, second = panel.lanes.values()
    fields = {f"{first}-temperature": "0", f"{first}-seed": "", f"{second}-seed": "2", f"{second}-is_traced": "off"}
    assert panel.save(**fields) == ""
    lanes = [(lane.settings, lane.system_prompt, lane.is_traced) for lane in panel.comparison.lanes.all()]
    assert lanes == [({"stop": ["x"], "temperature": 0.0}, "Be brief.", True), ({"seed": 2}, "", False)]


def test_a_lane_that_came_after_the_table_was_shown_is_left_as_it_is(panel: Panel) -> None:
    panel.comparison.lanes.filter(letter="B").update(settings={"temperature": 0.5, "seed": 2})
    panel.tab = "table"
    assert panel.save(**{f"{panel.lanes['A']}-temperature": "0"}) == ""
    late = panel.comparison.lanes.get(letter="B")
    assert (late.settings, late.is_traced) == ({"temperature": 0.5, "seed": 2}, True)


def test_a_mistake_in_one_cell_saves_none(panel: Panel) -> None:
    panel.tab = "table"
    first, second = panel.lanes.values()
    page = panel.save(**{f"{first}-temperature": "0.5", f"{second}-temperature": "3"})
    assert "Temperature must be between 0 and 2." in page
    assert panel.focused() == [f"{second}-temperature"]
    assert panel.kept() == {"A": {}, "B": {}}


def summaries(page: str) -> list[str]:
    return [unescape(words) for words in re.findall(r'data-summary="\w+" aria-label="(.*?)"', page)]


def test_the_table_says_in_a_few_words_what_does_not_fit_and_leads_there(panel: Panel, models: list[Model]) -> None:
    Model.objects.filter(pk=models[1].pk).update(features=["json"])
    person = json.dumps({"name": "person", "schema": SCHEMA})
    fields = {"stop": "a\nb", "response_format": "json_schema", "schema": person, "tools": json.dumps([FUNCTION])}
    assert summaries(panel.go("table", **fields)) == [
        "Stop sequences of lane A: 2 stops",
        "Response format of lane A: JSON schema: person",
        "Functions of lane A: 1 function",
        "Stop sequences of lane B: none",
        "Response format of lane B: none",
    ]
    assert "Phi 4 Mini calls no functions." in panel.page
    address = f"/playground/{panel.comparison.pk}/settings/table"
    data = {"draft": panel.draft, "then": f"{panel.lanes['A']}:tools"}
    panel.page = panel.client.post(address, data).content.decode()
    assert "Settings of lane A" in panel.page
    assert panel.focused() == ["tools"]
    assert not panel.comparison.lanes.exclude(settings={}).exists()


def test_a_summary_of_a_mistake_says_so(panel: Panel) -> None:
    panel.tab = "all"
    panel.go("A", tools="[")
    said = summaries(panel.go("table", stop="1\n2\n3\n4\n5", response_format="json_schema", schema="["))
    assert said == [
        "Stop sequences of lane A: Invalid",
        "Response format of lane A: Invalid JSON schema",
        "Functions of lane A: Invalid",
        "Stop sequences of lane B: none",
        "Response format of lane B: none",
        "Functions of lane B: Invalid",
    ]


def test_what_is_too_long_to_be_looked_into_is_kept_with_a_word_about_it(panel: Panel) -> None:
    schema = json.dumps({"properties": {f"p{at}": {"type": "string"} for at in range(10_000)}})
    said = summaries(panel.go("table", response_format="json_schema", schema=schema))
    assert said[1] == "Response format of lane A: Invalid JSON schema"
    assert "JSON schema has at most 100,000 characters." in panel.save()
    assert escape(schema) in panel.page
    assert panel.kept()["A"] == {}
