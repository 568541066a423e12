"""What is written in the settings panel and not saved: it goes with the panel from tab to tab, and is kept nowhere.

It has a layer of fields for all lanes and one for each lane. A field is in the layer where it was written last, for all
or lane by lane, and only if it stands there otherwise than in what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import BadRequest
from pydantic import TypeAdapter, ValidationError

from playground.models import Lane
from playground.parameters import lack, needed_for, plain
from playground.setting import as_texts, changed, values_of
from playground.settings_form import FORMAT, LaneSettingsForm

#: The scope that is no lane.
ALL = "all"
Texts = dict[str, str]
LAYERS = TypeAdapter(dict[str, Texts])


class SettingsDraft:
    def __init__(self, board: Sequence[Lane], written: str = "") -> None:
        """`written` as another draft wrote it. A lane that was closed since then is no longer in it."""
        self.lanes = {str(lane.pk): lane for lane in board}
        self.kept = {scope: as_texts(lane) for scope, lane in self.lanes.items()}
        layers = _read(written)
        self.layers = {scope: _known(layers.get(scope, {})) for scope in (*self.lanes, ALL)}
        self._forms: dict[str, LaneSettingsForm] = {}

    def __str__(self) -> str:
        return json.dumps({scope: layer for scope, layer in self.layers.items() if layer}, ensure_ascii=False)

    # What is written

    def take(self, scope: str, data: Mapping[str, str], reset: Sequence[str], prefix: str = "") -> None:
        """The fields that were sent of a tab; what stands in them as it was shown is not written."""
        shown, form = self.texts(scope), self.form(scope)
        sent = {name: data.get(prefix + name, shown[name]).replace("\r\n", "\n") for name in form.fields}
        written = {name for name, text in sent.items() if text != shown[name] or name in reset}
        written -= {name for name, field in form.fields.items() if field.disabled}
        sent |= dict.fromkeys(reset, "")
        for names in _together(written):
            self._write(scope, {name: plain(name, sent[name]) for name in names})
        self._forms.clear()

    def _write(self, scope: str, texts: Texts) -> None:
        if scope == ALL:
            for each in self.lanes:
                self._drop(each, texts)
            self._set(ALL, texts, self.kept.values())
            return
        if texts.keys() <= self.layers[ALL].keys():
            # Of what was written for all, one lane is now an exception.
            reaching = {each: self._reaching(each, texts) for each in self.lanes}
            self._drop(ALL, texts)
            for each, everywhere in reaching.items():
                self._set(each, everywhere, [self.kept[each]])
        self._set(scope, texts, [self.kept[scope]])

    def _set(self, scope: str, texts: Texts, kept: Iterable[Texts]) -> None:
        self._drop(scope, texts)
        if not all(texts.items() <= each.items() for each in kept):
            self.layers[scope] |= texts

    def _drop(self, scope: str, names: Iterable[str]) -> None:
        for name in names:
            self.layers[scope].pop(name, None)

    def _reaching(self, scope: str, names: Iterable[str]) -> Texts:
        """What is written for all lanes leaves one alone whose model does not take it."""
        layer, model = self.layers[ALL], self.lanes[scope].model
        return {
            name: layer[name]
            for name in names
            for asked in ["response_format" if name == "schema" else name]
            if not layer[asked] or not lack(model, needed_for(asked, layer[asked]))
        }

    # What stands in the fields

    def texts(self, scope: str) -> Texts:
        """Empty where lanes differ and nothing is written for all."""
        everywhere = self.layers[ALL]
        if scope != ALL:
            return self.kept[scope] | self._reaching(scope, everywhere) | self.layers[scope]
        differing = self.differing()
        first = self.texts(next(iter(self.lanes)))
        return {name: "" if name in differing else text for name, text in first.items()} | everywhere

    def differing(self) -> set[str]:
        first, *others = [self.texts(scope) for scope in self.lanes]
        found = {name for name in first if any(texts[name] != first[name] for texts in others)} - {*self.layers[ALL]}
        # Two schemas are two formats.
        return found | {"response_format"} if "schema" in found else found

    def form(self, scope: str) -> LaneSettingsForm:
        """One and the same until something is written: much in it takes long to check."""
        if scope not in self._forms:
            self._forms[scope] = self._form(scope, self.layers[scope])
        return self._forms[scope]

    def cells(self, scope: str, names: Collection[str]) -> LaneSettingsForm:
        """A form of fields in which those of the other lanes stand too."""
        return self._form(scope, self.layers[scope].keys() & set(names), prefix=scope)

    def _form(self, scope: str, touched: Collection[str], prefix: str | None = None) -> LaneSettingsForm:
        is_all = scope == ALL
        form = LaneSettingsForm(
            self.texts(scope),
            lanes=list(self.lanes.values()) if is_all else [self.lanes[scope]],
            touched=touched,
            differing=self.differing() if is_all else (),
            prefix=prefix,
        )
        for name, text in self._undoing(scope).items():
            form.fields[name].widget.attrs["data-kept"] = text
        return form

    def _undoing(self, scope: str) -> Texts:
        """What undoes a layer if it is written again. Where lanes differ, nothing does."""
        kept = self.kept.values() if scope == ALL else [self.kept[scope]]
        texts = {name: {each[name] for each in kept} for name in self.layers[scope]}
        return {name: text for name, (text, *others) in texts.items() if not others}

    def mistakes(self, scope: str) -> set[str]:
        """The fields of a lane that have one, whether it was made in the lane or in all."""
        everywhere = self._reaching(scope, self.layers[ALL]).keys() - self.layers[scope].keys()
        return {*self.form(scope).errors} | (self.form(ALL).errors.keys() & everywhere)

    # What becomes of it

    def wrong(self) -> list[str]:
        return [scope for scope, layer in self.layers.items() if layer and not self.form(scope).is_valid()]

    def values(self, scope: str) -> dict[str, Any]:
        """What is written for a lane, by parameter; None for what is not set or is wrong."""
        everywhere = self._taken(ALL)
        return {name: everywhere[name] for name in self._reaching(scope, everywhere)} | self._taken(scope)

    def changes(self) -> list[tuple[Lane, dict[str, Any]]]:
        """By lane, if nothing is wrong."""
        changes = [(lane, changed(values_of(lane), self.values(scope))) for scope, lane in self.lanes.items()]
        return [(lane, found) for lane, found in changes if found]

    def _taken(self, scope: str) -> dict[str, Any]:
        form = self.form(scope)
        form.is_valid()
        return form.taken


def _read(written: str) -> dict[str, Texts]:
    try:
        return LAYERS.validate_json(written) if written else {}
    except ValidationError as error:
        raise BadRequest("This is no draft of settings.") from error


def _known(layer: Texts) -> Texts:
    known = {name: text for name, text in layer.items() if name in LaneSettingsForm.base_fields}
    return {name: text for name, text in known.items() if name not in FORMAT or known.keys() >= FORMAT}


def _together(names: Collection[str]) -> Iterator[Collection[str]]:
    """A format and its schema are written as one."""
    for name in names:
        if name not in FORMAT:
            yield [name]
    if FORMAT & {*names}:
        yield FORMAT
