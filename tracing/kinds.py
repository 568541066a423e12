"""Ops, datasets, scorers, models and evaluations as plain values make them: what each is kept as, and shown as.

The client's own classes publish the same objects with code of their own; they are shown alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from tracing import files, json_text, publishing, tables
from tracing.models import Object
from tracing.shapes import Members, Text
from tracing.visits import Space, Visit, presentable

Made = tuple[str, Any]
OP_FILE, MODEL_FILE = "obj.py", "model.py"


class Op(BaseModel):
    name: Text | None = None
    source_code: Text | None = None


class Described(BaseModel):
    name: Text
    description: Text | None = None


class Dataset(BaseModel):
    name: Text | None = None
    description: Text | None = None
    rows: list[Members]


class Scorer(Described):
    op_source_code: Text


class Model(Described):
    source_code: Text
    attributes: Members | None = None


class Evaluation(Described):
    dataset: Text
    scorers: list[Text] | None = None
    trials: int = 1
    evaluation_name: Text | None = None
    eval_attributes: Members | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    asked: type[BaseModel]
    #: The name and the value of what is published.
    made: Callable[[Visit, Space, Any], Made]
    #: What is shown of a value, beside name and version.
    shown: Callable[[Space, dict[str, Any]], dict[str, Any]]
    #: Among all objects.
    which: dict[str, str]
    #: Under which name its reference is answered, if it is.
    ref: str = ""
    is_described: bool = field(default=True)


def uri(space: Space, found: Object) -> str:
    return f"weave:///{space.path}/{found.kind}/{found.object_id}:{found.digest}"


def _object(kind: str, asked: Any, **members: Any) -> dict[str, Any]:
    named = {"name": asked.name, "description": asked.description}
    return {"_type": kind, **named, **members, "_class_name": kind, "_bases": ["Object", "BaseModel"]}


def _code(space: Space, source: str, name: str) -> dict[str, str]:
    return {name: files.keep(space, source.encode(), None)}


def _source(space: Space, value: dict[str, Any], name: str) -> str:
    digest = (value.get("files") or {}).get(name)
    return b"".join(files.content(files.find(space, digest))).decode(errors="replace") if digest else ""


def _op(space: Space, source: str) -> dict[str, Any]:
    return {"_type": "CustomWeaveType", "weave_type": {"type": "Op"}, "files": _code(space, source, OP_FILE)}


def _made_op(_visit: Visit, space: Space, asked: Op) -> Made:
    return presentable(asked.name or "op"), _op(space, asked.source_code or "")


def _made_dataset(visit: Visit, space: Space, asked: Dataset) -> Made:
    digest, _ = tables.create(visit, space, asked.rows, None)
    return presentable(asked.name or "Dataset"), _object("Dataset", asked, rows=f"weave:///{space.path}/table/{digest}")


def _made_scorer(visit: Visit, space: Space, asked: Scorer) -> Made:
    name = presentable(asked.name)
    score = publishing.publish(visit, space, f"{name}.score", _op(space, asked.op_source_code), None)
    return name, _object("Scorer", asked, column_map=None, score=uri(space, score))


def _made_model(_visit: Visit, space: Space, asked: Model) -> Made:
    code = _code(space, asked.source_code, MODEL_FILE)
    return presentable(asked.name), _object("Model", asked, attributes=asked.attributes or {}, files=code)


def _made_evaluation(_visit: Visit, _space: Space, asked: Evaluation) -> Made:
    members = asked.model_dump(exclude={"name", "description"}) | {"scorers": asked.scorers or []}
    return presentable(asked.name), _object("Evaluation", asked, **members)


def _shown_evaluation(_space: Space, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "dataset": str(value.get("dataset") or ""),
        "scorers": [str(scorer) for scorer in value.get("scorers") or []],
        "trials": int(value.get("trials") or 1),
        "evaluation_name": value.get("evaluation_name"),
        **{f"{step}_op": value.get(step) for step in ("evaluate", "predict_and_score", "summarize")},
    }


def _shown_model(space: Space, value: dict[str, Any]) -> dict[str, Any]:
    """Of a class of the client's: what it was made with."""
    own = {name: part for name, part in value.items() if name[:1] != "_" and name not in ("name", "description")}
    attributes = own.get("attributes") if "files" in own else own
    return {"source_code": _source(space, value, MODEL_FILE), "attributes": attributes}


KINDS = {
    "ops": Kind(
        Op,
        _made_op,
        lambda space, value: {"code": _source(space, value, OP_FILE)},
        {"kind": Object.Kind.OP},
        is_described=False,
    ),
    "datasets": Kind(
        Dataset, _made_dataset, lambda _, value: {"rows": str(value.get("rows") or "")}, {"base_class": "Dataset"}
    ),
    "scorers": Kind(
        Scorer,
        _made_scorer,
        lambda _, value: {"score_op": str(value.get("score") or "")},
        {"base_class": "Scorer"},
        ref="scorer",
    ),
    "models": Kind(Model, _made_model, _shown_model, {"base_class": "Model"}, ref="model_ref"),
    "evaluations": Kind(
        Evaluation, _made_evaluation, _shown_evaluation, {"base_class": "Evaluation"}, ref="evaluation_ref"
    ),
}


def description(value: Any) -> str:
    """What those who published it say of it, if they do."""
    said = value.get("description") if isinstance(value, dict) else None
    return said.strip() if isinstance(said, str) else ""


def shown(kind: Kind, space: Space, found: Object) -> dict[str, Any]:
    value = json_text.load(found.val)
    named = {"name": value.get("name") or found.object_id, "description": value.get("description")}
    return {
        "object_id": found.object_id,
        "digest": found.digest,
        "version_index": found.version,
        "created_at": found.created_at,
        **(named if kind.is_described else {}),
        **kind.shown(space, value),
    }
