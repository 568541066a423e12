"""What goes wrong, as sentences for people: a command that is refused, and an answer that failed."""

from __future__ import annotations

from django.db.models import TextChoices

from common import errors
from common.texts import storable


class Cause(TextChoices):
    """Who caused an error, as an answer's `error` has it under "who", and as it is shown."""

    YOU = "you", "Your request"
    PROVIDER = "provider", "Provider"
    LIMIT = "limit", "Limit"
    LINEUP = "lineup", "Lineup"


CAUSES: dict[type[errors.LineupError], Cause] = {
    errors.BadRequest: Cause.YOU,
    errors.ModelNotFound: Cause.YOU,
    errors.BodyTooLarge: Cause.YOU,
    errors.CountryNotSupported: Cause.LIMIT,
    errors.ConcurrencyLimitReached: Cause.LIMIT,
    errors.QuotaExceeded: Cause.LIMIT,
    errors.UpstreamRefused: Cause.PROVIDER,
    errors.UpstreamUnavailable: Cause.PROVIDER,
}
OURS = "Lineup failed while this answer was being written. The error is in its log."
BROKEN_OFF = "The provider broke off before the answer was finished."


class Refusal(Exception):
    """Why a command is not carried out. What it repeats may be anything that was written."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = storable(message)
        super().__init__(self.message)


def busy(letters: list[str]) -> Refusal:
    lanes = f"Lane {letters[0]} is" if len(letters) == 1 else f"Lanes {', '.join(letters)} are"
    return Refusal("lane_running", f"{lanes} still answering. Stop the answer, or wait until it is finished.")


def blind(letters: list[str]) -> Refusal:
    lanes = f"The model of lane {letters[0]}" if len(letters) == 1 else f"The models of lanes {', '.join(letters)}"
    return Refusal("cannot_see", f"{lanes} cannot see images. Write something, or choose a model that can see.")


def gone() -> Refusal:
    return Refusal("message_not_found", "That message is not there any more.")


def refusal_for(error: errors.LineupError) -> Refusal:
    return Refusal(error.label, _sentence(error))


def explain(error: BaseException) -> dict[str, str]:
    """An answer's `error`: its code, whose doing it was, and a sentence."""
    if not isinstance(error, errors.LineupError):
        return {"code": "server_error", "who": Cause.LINEUP, "message": OURS}
    who = next((cause for kind, cause in CAUSES.items() if isinstance(error, kind)), Cause.LINEUP)
    return {"code": error.label, "who": who, "message": _sentence(error)}


def _sentence(error: errors.LineupError) -> str:
    text = error.sentence
    if isinstance(error, errors.UpstreamRefused):
        text = f"The provider refused the request: {text}"
    return text if text.endswith((".", "!", "?")) else f"{text}."
