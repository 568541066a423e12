"""What the lanes of one turn were given: whether all the same, and where they begin to differ."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from playground.inputs import Input
from playground.models import Answer

#: Of each input of a turn, in the order of their lanes; static/js/playground/inputs.js has the same.
MARKS = "●■▲◆○□△◇"


@dataclass(frozen=True, slots=True)
class Given:
    """To one lane of a turn."""

    answer: Answer
    mark: str
    number: int
    #: The first message or parameter that is not as the answer's that is looked at; empty if all are.
    difference: str

    @property
    def letter(self) -> str:
        return self.answer.lane.letter


def given_in_turn(answer: Answer) -> list[Given]:
    """By lane, this answer's among them; empty where no other lane was asked."""
    answers = _of_turn(answer)
    if len(answers) < 2:
        return []
    own = _input(answer)
    fingerprints = list(dict.fromkeys(each.fingerprint for each in answers))
    return [
        Given(
            each, MARKS[place], place + 1, "" if each.fingerprint == own.fingerprint else own.difference(_input(each))
        )
        for each in answers
        for place in [fingerprints.index(each.fingerprint)]
    ]


def _of_turn(answer: Answer) -> list[Answer]:
    """Of each open lane, and of the one in question, the answer of this round: each result of a function begins one.

    Of several trials the chosen one; of the lane in question this one."""
    turn = answer.message.turn
    if turn is None or not answer.fingerprint:
        return []
    others = Q(message__is_chosen=True)
    if answer.message.trials:
        others &= ~Q(message__trials=answer.message.trials)
    of_turn = Answer.objects.filter(Q(pk=answer.pk) | others, message__turn=turn)
    answers = of_turn.filter(lane__comparison=answer.lane.comparison_id).exclude(fingerprint="")
    found = answers.filter(Q(lane__closed_at=None) | Q(lane=answer.lane_id))
    rounds: dict[Any, list[Answer]] = defaultdict(list)
    for each in found.select_related("lane").defer("request", "lane__settings").order_by("pk"):
        rounds[each.lane_id].append(each)
    at = rounds[answer.lane_id].index(answer)
    same = [of_lane[at] for of_lane in rounds.values() if at < len(of_lane)]
    by_letter = {each.lane.letter: each for each in same} | {answer.lane.letter: answer}
    return [by_letter[letter] for letter in sorted(by_letter)]


def _input(answer: Answer) -> Input:
    return Input.parse(answer.input_parts, answer.fingerprint)
