"""An object of Alice's organization for every address that names one; an address without a sample fails the walk.

Who adds an address with arguments adds a line to SAMPLES: from Alice's house to the arguments of that address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import ApiKey, Invitation, Membership, Project, User
from inference_catalog.models import Model, Price
from playground.comparisons import start
from playground.models import Answer, Comparison, Lane, Message

#: Stands in what belongs to Alice's organization and may be on no page of a stranger's.
MARK = "Zebra"


@dataclass
class House:
    """Alice's, with Bob as a member."""

    project: Project
    alice: User
    bob: User

    @cached_property
    def model(self) -> Model:
        model = Model.objects.create(model_id="maker/sample", name="Sample", maker="Maker")
        Price.objects.create(model=model, input=1_000_000, output=1_000_000)
        return model

    @cached_property
    def key(self) -> ApiKey:
        return ApiKey.objects.issue(user=self.alice, project=self.project, label=f"{MARK} key")[0]

    @cached_property
    def invitation(self) -> tuple[Invitation, str]:
        organization = self.project.team.organization
        return Invitation.objects.issue(organization=organization, invited_by=self.alice, role="member")

    @cached_property
    def bobs_membership(self) -> Membership:
        return self.project.team.organization.memberships.get(user=self.bob)

    @cached_property
    def comparison(self) -> Comparison:
        comparison = start(self.alice, self.project, [self.model, self.model])
        Comparison.objects.filter(pk=comparison.pk).update(title=f"{MARK} comparison")
        return comparison

    @cached_property
    def lane(self) -> Lane:
        return self.comparison.lanes.get(letter="A")

    @cached_property
    def message(self) -> Message:
        return Message.objects.create(lane=self.lane, role=Message.Role.USER, text=f"{MARK} question")

    @cached_property
    def answer(self) -> Answer:
        message = Message.objects.create(lane=self.lane, role=Message.Role.ASSISTANT, text=f"{MARK} answer")
        done = Answer.State.DONE
        return Answer.objects.create(message=message, lane=self.lane, model=self.model.model_id, state=done)


@dataclass(frozen=True)
class Sample:
    arguments: Callable[[House], dict[str, Any]]
    #: Alice's own: not even Bob may reach it.
    is_private: bool = False
    #: Whoever has the address may open it: it holds a secret, or belongs to nobody.
    is_for_all: bool = False


def _pk(attribute: str) -> Sample:
    return Sample(lambda house: {"pk": getattr(house, attribute).pk})


_LANE, _MESSAGE, _COMPARISON = _pk("lane"), _pk("message"), _pk("comparison")
_MEMBERSHIP = Sample(lambda house: {"membership_id": house.bobs_membership.pk})
_TOKEN = Sample(lambda house: {"token": house.invitation[1]}, is_for_all=True)

SAMPLES: dict[str, Sample] = {
    "api-key-revoke": Sample(lambda house: {"key_id": house.key.pk}, is_private=True),
    "member-role": _MEMBERSHIP,
    "member-remove": _MEMBERSHIP,
    "invitation": _TOKEN,
    "invitation-accept": _TOKEN,
    "invitation-withdraw": Sample(lambda house: {"invitation_id": house.invitation[0].pk}),
    "sign-in-link": Sample(lambda _house: {"token": "made-up"}, is_for_all=True),
    "project": Sample(lambda house: {"team": house.project.team.slug, "project": house.project.slug}),
    "model": Sample(lambda house: {"model_id": house.model.model_id}, is_for_all=True),
    "comparison": _COMPARISON,
    "board": _COMPARISON,
    "comparison-title": _COMPARISON,
    "comparison-draft": _COMPARISON,
    "lane-add": _COMPARISON,
    "lane-picker": _LANE,
    "lane-model": _LANE,
    "lane-duplicate": _LANE,
    "lane-close": _LANE,
    "lane-clear": _LANE,
    "lane-settings": _LANE,
    "message": _MESSAGE,
    "message-text": _MESSAGE,
    "message-edit": _MESSAGE,
    "message-delete": _MESSAGE,
    "answer": _pk("answer"),
    "answer-request": _pk("answer"),
}
