"""Costs of models: set, listed, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, Any

from django.db.models import F
from django.utils import timezone
from pydantic import BaseModel, Field
from starlette.responses import Response

from tracing import piecemeal, pricing, sizes
from tracing.errors import Invalid
from tracing.expressions import condition
from tracing.models import Cost
from tracing.operands import Moment as MomentColumn
from tracing.operands import NumberColumn, Operand, TextColumn
from tracing.ordering import orders
from tracing.shapes import InProject, Members, Moment, Name, Page, Sort
from tracing.visits import Visit, taking

Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Unit = Annotated[str, Field(max_length=16)]
_FIELDS = (
    "llm_id",
    "provider_id",
    "effective_date",
    "prompt_token_cost",
    "completion_token_cost",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
    "prompt_token_cost_unit",
    "completion_token_cost_unit",
)
_NUMBERS = tuple(name for name in _FIELDS if name.endswith("_cost"))


class Costs(BaseModel):
    prompt_token_cost: Rate
    completion_token_cost: Rate
    cache_read_input_token_cost: Rate = 0
    cache_creation_input_token_cost: Rate = 0
    prompt_token_cost_unit: Unit | None = None
    completion_token_cost_unit: Unit | None = None
    effective_date: Moment | None = None
    provider_id: Annotated[str, Field(max_length=128)] | None = None


class Creation(InProject):
    costs: dict[Name, Costs]


class Query(InProject, Page):
    fields: list[str] | None = None
    query: Members | None = None
    sort_by: list[Sort] | None = None


class Purge(InProject):
    query: Members


@taking(Creation, may_take_long=True)
def create(visit: Visit, body: Creation) -> Any:
    space = visit.write(body.project_id)
    rows = [
        Cost(
            project_id=space.project_id,
            llm_id=llm_id,
            user_id=space.user_id,
            prompt_token_cost=said.prompt_token_cost,
            completion_token_cost=said.completion_token_cost,
            cache_read_input_token_cost=said.cache_read_input_token_cost,
            cache_creation_input_token_cost=said.cache_creation_input_token_cost,
            prompt_token_cost_unit=said.prompt_token_cost_unit or "USD",
            completion_token_cost_unit=said.completion_token_cost_unit or "USD",
            provider_id=said.provider_id or "default",
            effective_date=said.effective_date or timezone.now(),
        )
        for llm_id, said in body.costs.items()
    ]
    Cost.objects.bulk_create(rows)
    pricing.price_again(space.project_id, list(body.costs))
    return {"ids": [[row.llm_id, row.cost_id] for row in rows]}


@taking(Query)
def query(visit: Visit, body: Query) -> Response:
    space = visit.space(body.project_id)
    found = Cost.objects.filter(project=space.project_id)
    if body.query and body.query.get("$expr") is not None:
        found = found.filter(condition(body.query["$expr"], _field))
    found = found.order_by(*orders(body.sort_by or [], _field), "llm_id", "-effective_date", "id")
    keys = list(found.values_list("pk", flat=True)[body.part])
    return piecemeal.members("results", keys, sizes.none, partial(_written, body.fields))


@taking(Purge, may_take_long=True)
def purge(visit: Visit, body: Purge) -> Any:
    if body.query.get("$expr") is None:
        raise Invalid("query: what is to be purged must be said.")
    space = visit.space(body.project_id)
    doomed = Cost.objects.filter(project=space.project_id).filter(condition(body.query["$expr"], _field))
    models = list(doomed.values_list("llm_id", flat=True).distinct().order_by())
    doomed.delete()
    pricing.price_again(space.project_id, models)
    return {}


def _field(name: str) -> Operand:
    if name == "id":
        return TextColumn(F("cost_id"))
    if name == "effective_date":
        return MomentColumn(F(name))
    if name in _NUMBERS:
        return NumberColumn(F(name))
    if name in _FIELDS:
        return TextColumn(F(name))
    raise Invalid(f"Costs have no field '{name[:200]}'.")


def _written(fields: list[str] | None, keys: Sequence[int]) -> Iterator[bytes]:
    by_key = Cost.objects.in_bulk(keys)
    return (piecemeal.json(_shown(by_key[key], fields)) for key in keys if key in by_key)


def _shown(cost: Cost, fields: list[str] | None) -> dict[str, Any]:
    whole = {"id": cost.cost_id, **{name: getattr(cost, name) for name in _FIELDS}}
    return whole if fields is None else {name: whole.get(name) for name in fields}
