"""What is written in the settings panel and not saved: it goes with the panel from tab to tab, and is kept nowhere.

It has a layer of fields for all lanes and one for each lane. A field is in the layer where it was written last, for all
or lane by lane, and only if it stands there otherwise than in what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import BadRequest
from pydantic import TypeAdapter, ValidationError

from playground.models import Lane
from playground.parameters import lack, needed_for
from playground.setting import as_texts, changed, values_of
from playground.settings_form import LaneSettingsForm

#: The scope that is no lane.
ALL = "all"
#: What a field of its own kind is reset to; the others to nothing.
RESTS = {"is_traced": "on"}
Texts = dict[str, str]
LAYERS = TypeAdapter(dict[str, Texts])


class Draft:
    def __init__(self, board: Sequence[Lane], written: str = "") -> None:
        """`written` as another draft wrote it. A lane that was closed since then is no longer in it."""
        self.lanes = {str(lane.pk): lane for lane in board}
        self.kept = {scope: as_texts(lane) for scope, lane in self.lanes.items()}
        layers = _read(written)
        self.layers = {scope: _known(layers.get(scope, {})) for scope in (*self.lanes, ALL)}

    def __str__(self) -> str:
        return json.dumps({scope: layer for scope, layer in self.layers.items() if layer}, ensure_ascii=False)

    # What is written

    def take(self, scope: str, data: Mapping[str, str], reset: Sequence[str], prefix: str = "") -> None:
        """The fields that were sent of a tab; what stands in them as it was shown is not written."""
        shown, form = self.texts(scope), self.form(scope)
        for name in [name for name, field in form.fields.items() if not field.disabled]:
            text = _plain(data.get(prefix + name, shown[name]))
            if name in reset:
                self._write(scope, name, RESTS.get(name, ""))
            elif text != shown[name]:
                self._write(scope, name, "" if (name, text) == ("response_format", "text") else text)

    def _write(self, scope: str, name: str, text: str) -> None:
        if scope == ALL:
            for each in self.lanes:
                self.layers[each].pop(name, None)
            self._set(ALL, name, text, self.kept.values())
            return
        if name in self.layers[ALL]:
            # Of what was written for all, one lane is now an exception.
            everywhere = self.layers[ALL].pop(name)
            for each in filter(lambda each: self._reaches(each, name, everywhere), self.lanes):
                self._set(each, name, everywhere, [self.kept[each]])
        self._set(scope, name, text, [self.kept[scope]])

    def _set(self, scope: str, name: str, text: str, kept: Iterable[Texts]) -> None:
        if all(texts[name] == text for texts in kept):
            self.layers[scope].pop(name, None)
        else:
            self.layers[scope][name] = text

    def _reaches(self, scope: str, name: str, value: Any) -> bool:
        """What is written for all lanes leaves one alone whose model does not take it."""
        return not value or not lack(self.lanes[scope].model, needed_for(name, value))

    # What stands in the fields

    def texts(self, scope: str) -> Texts:
        """Empty where lanes differ and nothing is written for all."""
        everywhere = self.layers[ALL]
        if scope != ALL:
            reaching = {name: text for name, text in everywhere.items() if self._reaches(scope, name, text)}
            return self.kept[scope] | reaching | self.layers[scope]
        differing = self.differing()
        first = self.texts(next(iter(self.lanes)))
        return {name: "" if name in differing else text for name, text in first.items()} | everywhere

    def differing(self) -> set[str]:
        first, *others = [self.texts(scope) for scope in self.lanes]
        found = {name for name in first if any(texts[name] != first[name] for texts in others)} - {*self.layers[ALL]}
        # Two schemas are two formats.
        return found | {"response_format"} if "schema" in found else found

    def form(self, scope: str, prefix: str | None = None) -> LaneSettingsForm:
        is_all = scope == ALL
        return LaneSettingsForm(
            self.texts(scope),
            lanes=list(self.lanes.values()) if is_all else [self.lanes[scope]],
            touched=self.layers[scope],
            differing=self.differing() if is_all else (),
            prefix=prefix,
        )

    # What becomes of it

    def wrong(self) -> list[str]:
        return [scope for scope, layer in self.layers.items() if layer and not self.form(scope).is_valid()]

    def changes(self) -> list[tuple[Lane, dict[str, Any]]]:
        """By lane, if nothing is wrong; None for what is no longer set."""
        everywhere = self._taken(ALL)
        each = [
            (
                lane,
                {name: value for name, value in everywhere.items() if self._reaches(scope, name, value)}
                | self._taken(scope),
            )
            for scope, lane in self.lanes.items()
        ]
        changes = [(lane, changed(values_of(lane), values)) for lane, values in each]
        return [(lane, found) for lane, found in changes if found]

    def _taken(self, scope: str) -> dict[str, Any]:
        form = self.form(scope)
        form.full_clean()
        return form.taken


def _read(written: str) -> dict[str, Texts]:
    try:
        return LAYERS.validate_json(written) if written else {}
    except ValidationError as error:
        raise BadRequest("This is no draft of settings.") from error


def _known(layer: Texts) -> Texts:
    return {name: text for name, text in layer.items() if name in LaneSettingsForm.base_fields}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
