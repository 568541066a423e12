"""What the next message may cost in each lane: prices, and tokens as far as they are known before it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from inference_catalog.own_prices import TokenPrice, own_prices
from playground import weighing
from playground.models import Answer, Comparison, Lane

#: Tokens of an answer where its lane has not answered yet; else it is taken to be as long as so many of its last ones.
ASSUMED, LAST = 500, 5


@dataclass(frozen=True, slots=True)
class Estimate:
    lane: Lane
    price: TokenPrice
    #: Tokens that its model is given besides the message that is being written.
    prompt: int
    #: Tokens that an answer likely has.
    answer: int
    #: It has not answered yet.
    is_assumed: bool
    #: Tokens that an answer has at most; None: nobody says.
    limit: int | None


def estimates(comparison: Comparison) -> Iterator[Estimate]:
    """Of each open lane whose model has a price."""
    own = own_prices(comparison.project.team.organization_id)
    for lane in comparison.lanes.open().select_related("comparison", "model"):
        price = lane.model.price
        if price is not None:
            yield _estimate(lane, own.get(lane.model.model_id, price))


def _estimate(lane: Lane, price: TokenPrice) -> Estimate:
    limits = [most for most in (lane.settings.get("max_tokens"), lane.model.max_output) if isinstance(most, int)]
    limit = min(limits, default=None)
    usual = _usual(lane)
    answer = ASSUMED if usual is None else usual
    return Estimate(
        lane=lane,
        price=price,
        prompt=_prompt(lane),
        answer=answer if limit is None else min(answer, limit),
        is_assumed=usual is None,
        limit=limit,
    )


def _usual(lane: Lane) -> int | None:
    ended = lane.answers.filter(model=lane.model.model_id, state=Answer.State.DONE)
    last = ended.order_by("-pk").values_list("completion_tokens", flat=True)[:LAST]
    counts = [count for count in last if count is not None]
    return round(sum(counts) / len(counts)) if counts else None


def _prompt(lane: Lane) -> int:
    """As the provider counted it, with its last answer, where it would be given all that once more; else estimated."""
    said, last = weighing.weighed(lane), lane.last_answer
    counted = _counted(last) if last else None
    if last is None or counted is None or not weighing.is_as_asked(lane, last, said):
        return weighing.of_lane(lane, said)
    return counted + weighing.of_what_follows(lane, [each for each in said if each.pk >= last.pk])


def _counted(answer: Answer) -> int | None:
    """What it was given and what it said; what it thought is not given again."""
    if answer.certainty != "reported" or not answer.message.text:
        return None
    return (answer.prompt_tokens or 0) + (answer.completion_tokens or 0) - (answer.reasoning_tokens or 0)
