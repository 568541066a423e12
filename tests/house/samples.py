"""An object of Alice's organization for every address that names one; an address without a sample fails the walk.

Who adds an address with arguments adds a line to SAMPLES: from Alice's house to the arguments of that address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.models import ApiKey, Invitation, Membership, Project, User
from billing.accounts import account_of
from billing.invoicing.paying import credit
from billing.limiting import set_limit
from billing.models import CreditNote, Invoice, SpendingLimit
from inference_catalog.models import Model, Offering, Price, Provider
from inference_catalog.own_providers import Amounts, Described, add_model
from playground.comparisons import start
from playground.models import Answer, Attachment, Comparison, Image, Lane, Message
from tests.billing.invoicing.frozen import frozen
from tests.tracing.pages.evaluating import Evaluating
from tracing import files, publishing, recording
from tracing.call_shapes import Complete
from tracing.leaderboards.boards import Board, Column
from tracing.models import Object, SavedView
from tracing.pages.spaces import Visitor
from tracing.visits import Space

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
    def provider(self) -> Provider:
        """The team's own; nobody listens there."""
        url = "http://127.0.0.1:1/v1"
        return Provider.objects.create(team=self.project.team, slug="own", name=f"{MARK} provider", base_url=url)

    @cached_property
    def offering(self) -> Offering:
        described = Described(f"{MARK} model")
        add_model(provider=self.provider, upstream_id="model", described=described, amounts=Amounts())
        return self.provider.offerings.get()

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

    @cached_property
    def attachment(self) -> Attachment:
        """Not sent."""
        facts: dict[str, Any] = {"kind": "png", "size": 1, "width": 1, "height": 1}
        image = Image.objects.create(comparison=self.comparison, digest="0" * 64, **facts)
        return Attachment.objects.create(image=image, name=f"{MARK}.png")

    @cached_property
    def image(self) -> Image:
        return self.attachment.image

    @cached_property
    def space(self) -> Space:
        return Space(self.project.pk, self.project.path, self.alice.pk)

    @cached_property
    def call(self) -> Complete:
        now = timezone.now()
        call = Complete(
            project_id=self.space.path,
            op_name=f"{MARK} op",
            started_at=now,
            ended_at=now,
            attributes={},
            inputs={"question": f"{MARK} question"},
            summary={},
        )
        recording.record(self.space, completes=[call])
        return call

    @cached_property
    def view(self) -> SavedView:
        return SavedView.objects.create(project=self.project, name=f"{MARK} view")

    @cached_property
    def object(self) -> Object:
        return publishing.publish(Visitor(self.alice), self.space, MARK, {"name": MARK}, None)

    @cached_property
    def evaluation(self) -> str:
        return Evaluating(self.space, self.alice).run(f"{MARK}-run", name=MARK, model=MARK, display_name=MARK)

    @cached_property
    def leaderboard(self) -> str:
        evaluating = Evaluating(self.space, self.alice)
        evaluating.board(f"{MARK}-board", Board(MARK, MARK, (Column(evaluating.evaluation(MARK), "exact", "mean"),)))
        return f"{MARK}-board"

    @cached_property
    def limit(self) -> SpendingLimit:
        organization_id = self.project.team.organization_id
        thing: dict[str, Any] = {"scope": "organization", "subject_id": organization_id, "period": "month"}
        return set_limit(organization_id, **thing, amount=1, whose=MARK, actor=self.alice)

    @cached_property
    def file(self) -> str:
        return files.keep(self.space, MARK.encode(), None)

    @cached_property
    def invoice(self) -> Invoice:
        return frozen(account_of(self.project.team.organization_id))

    @cached_property
    def credit_note(self) -> CreditNote:
        return credit(self.invoice, self.invoice.total, key=MARK, reason=MARK)


@dataclass(frozen=True)
class Sample:
    arguments: Callable[[House], dict[str, Any]]
    #: Alice's own: not even Bob may reach it.
    is_private: bool = False
    #: Whoever has the address may open it: it holds a secret, or belongs to nobody.
    is_for_all: bool = False


def _pk(attribute: str) -> Sample:
    return Sample(lambda house: {"pk": getattr(house, attribute).pk})


def _own(attribute: str) -> Sample:
    """Nobody else's as long as it is not shared; tests/playground/test_sharing.py shares it."""
    return Sample(lambda house: {"pk": getattr(house, attribute).pk}, is_private=True)


def _weave(arguments: Callable[[House], dict[str, Any]] = lambda _house: {}) -> Sample:
    """Within Alice's project."""
    return Sample(lambda house: {"team": house.project.team.slug, "project": house.project.slug} | arguments(house))


_CALL = _weave(lambda house: {"call_id": house.call.id})
_VIEW = _weave(lambda house: {"pk": house.view.pk})
_VERSION = _weave(lambda house: {"name": MARK, "version": house.object.digest})
_EVALUATION = _weave(lambda house: {"call_id": house.evaluation})
_LEADERBOARD = _weave(lambda house: {"name": house.leaderboard})
_INVOICE = _pk("invoice")
_LANE, _MESSAGE, _COMPARISON, _ANSWER = (_own(what) for what in ("lane", "message", "comparison", "answer"))
_PROVIDER = _pk("provider")
_OWN_MODEL = Sample(lambda house: {"pk": house.provider.pk, "offering_id": house.offering.pk})
_LIMIT = Sample(lambda house: {"limit_id": house.limit.pk})
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
    "project-trace-calls": Sample(lambda house: {"project_id": house.project.pk}),
    "invoice": _INVOICE,
    "invoice-pdf": _INVOICE,
    "invoice-csv": _INVOICE,
    "invoice-card": _INVOICE,
    "invoice-void": _INVOICE,
    "payment-record": _INVOICE,
    "credit-note-issue": _INVOICE,
    "credit-note": _pk("credit_note"),
    "project": _weave(),
    "weave": _weave(),
    "calls": _weave(),
    "evaluations": _weave(),
    "evaluations-csv": _weave(),
    "evaluations-compare": _weave(),
    "evaluation": _EVALUATION,
    "evaluation-csv": _EVALUATION,
    "leaderboards": _weave(),
    "leaderboard-new": _weave(),
    "leaderboard": _LEADERBOARD,
    "leaderboard-edit": _LEADERBOARD,
    "leaderboard-delete": _LEADERBOARD,
    "call": _CALL,
    "call-link": _CALL,
    "call-tree": _CALL,
    "call-children": _CALL,
    "call-search": _CALL,
    "call-code": _CALL,
    "call-feedback": _CALL,
    "calls-charts": _weave(),
    "calls-csv": _weave(),
    "calls-jsonl": _weave(),
    "view-new": _weave(),
    "view-save": _VIEW,
    "view-rename": _VIEW,
    "view-default": _VIEW,
    "view-delete": _VIEW,
    "conversation": _weave(lambda _house: {"thread_id": "talk"}),
    "objects": _weave(),
    "object": _weave(lambda house: {"name": house.object.object_id}),
    "object-version": _VERSION,
    "ops": _weave(),
    "op-version": _VERSION,
    "datasets": _weave(),
    "value": _weave(),
    "file": _weave(lambda house: {"digest": house.file}),
    "model": Sample(lambda house: {"model_id": house.model.model_id}, is_for_all=True),
    "provider": _PROVIDER,
    "provider-change": _PROVIDER,
    "provider-turn": _PROVIDER,
    "provider-test": _PROVIDER,
    "provider-remove": _PROVIDER,
    "provider-model-new": _PROVIDER,
    "provider-models-add": _PROVIDER,
    "provider-model": _OWN_MODEL,
    "provider-model-remove": _OWN_MODEL,
    "comparison": _COMPARISON,
    "board": _COMPARISON,
    "all-settings": _COMPARISON,
    "settings-table": _COMPARISON,
    "comparison-title": _COMPARISON,
    "comparison-draft": _COMPARISON,
    "comparison-estimate": _COMPARISON,
    "comparison-row": _COMPARISON,
    "comparison-rename": _COMPARISON,
    "comparison-pin": _COMPARISON,
    "comparison-delete": _COMPARISON,
    "comparison-share": _COMPARISON,
    "comparison-duplicate": _COMPARISON,
    "comparison-json": _COMPARISON,
    "comparison-markdown": _COMPARISON,
    "draft-images": _COMPARISON,
    "draft-image-at": _COMPARISON,
    "draft-image-remove": _own("attachment"),
    "image": _own("image"),
    "image-thumbnail": _own("image"),
    "lane-add": _COMPARISON,
    "lane-earlier": _LANE,
    "lane-picker": _LANE,
    "lane-model": _LANE,
    "lane-duplicate": _LANE,
    "lane-close": _LANE,
    "lane-clear": _LANE,
    "lane-settings": _LANE,
    "lane-request": _LANE,
    "lane-save": _LANE,
    "lane-update": _LANE,
    "lane-reset": _LANE,
    "lane-versions": _LANE,
    "lane-version": _LANE,
    "lane-version-delete": _LANE,
    "lane-code": _LANE,
    "message": _MESSAGE,
    "message-text": _MESSAGE,
    "message-edit": _MESSAGE,
    "message-delete": _MESSAGE,
    "answer": _ANSWER,
    "answer-sent": _ANSWER,
    "answer-code": _ANSWER,
    "limit-change": _LIMIT,
    "limit-remove": _LIMIT,
}
