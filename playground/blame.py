"""What went wrong with an answer, as a sentence that says whose doing it was."""

from __future__ import annotations

from common import errors

#: Error → who caused it: you, the provider, a limit, or Lineup itself.
WHO: dict[type[errors.LineupError], str] = {
    errors.BadRequest: "you",
    errors.ModelNotFound: "you",
    errors.BodyTooLarge: "you",
    errors.CountryNotSupported: "limit",
    errors.ConcurrencyLimitReached: "limit",
    errors.QuotaExceeded: "limit",
    errors.UpstreamRefused: "provider",
    errors.UpstreamUnavailable: "provider",
}
OURS = "Lineup failed while this answer was being written. The error is in its log."
BROKEN_OFF = "The provider broke off before the answer was finished."


def of(error: BaseException) -> dict[str, str]:
    if not isinstance(error, errors.LineupError):
        return {"code": "server_error", "who": "lineup", "message": OURS}
    who = next((who for kind, who in WHO.items() if isinstance(error, kind)), "lineup")
    return {"code": error.code or error.type, "who": who, "message": _sentence(error)}


def _sentence(error: errors.LineupError) -> str:
    text = error.reason if isinstance(error, errors.UpstreamUnavailable) else error.message
    if isinstance(error, errors.UpstreamRefused):
        text = f"The provider refused the request: {text}"
    return text if text.endswith((".", "!", "?")) else f"{text}."
