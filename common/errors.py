"""One family of errors; each knows its HTTP status, type, code and sentence, and every door maps it once.

LineupError
├── BadRequest                 400  the caller's parameter is named
├── NotAuthenticated           401
├── CountryNotSupported        403
├── AdminsOnly                 403
├── ModelNotFound              404
├── MethodNotAllowed           405
├── RequestTimeout             408  the body did not arrive in time
├── BodyTooLarge               413
├── UnsupportedMediaType       415  the body is not plain JSON, or the form not UTF-8
├── ConcurrencyLimitReached    429
├── QuotaExceeded              429
│   └── SpendingLimitReached   429  a limit that people set, which is named
├── UpstreamRefused            4xx  the provider found fault with the request
├── ServerFault                500
└── Overloaded                 503
    ├── Draining               503  this process was asked to end
    └── UpstreamUnavailable    503  the provider cannot be reached, stalls or breaks off
"""

from __future__ import annotations

#: A provider's refusals that our callers get as they are; any other of its own making becomes 400.
PASSED_ON = {400, 413, 415, 422}


class LineupError(Exception):
    status = 500
    type = "server_error"
    code: str | None = None
    message = "The server had an error while processing your request"

    def __init__(self, message: str = "", *, param: str | None = None, code: str | None = None) -> None:
        self.message = message or self.message
        self.param = param
        self.code = code or self.code
        #: Of the request that failed, if it came so far that it is written down.
        self.request_id = ""
        super().__init__(self.message)

    @property
    def label(self) -> str:
        """One word for records and people: the code, else the type."""
        return self.code or self.type

    @property
    def sentence(self) -> str:
        """What people read, who may know more than a program that calls us."""
        return self.message

    def body(self) -> dict[str, dict[str, str | None]]:
        """The error object of the OpenAI protocol: all four members, each a string or null."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


class BadRequest(LineupError):
    status, type, code = 400, "invalid_request_error", "invalid_value"
    message = "The request is not valid"


class NotAuthenticated(LineupError):
    status, type, code = 401, "invalid_request_error", "invalid_api_key"
    message = "Invalid Authentication"


class CountryNotSupported(LineupError):
    status, type, code = 403, "request_forbidden", "unsupported_country_region_territory"
    message = "Country, region, or territory not supported"


class AdminsOnly(LineupError):
    status, type, code = 403, "invalid_request_error", "insufficient_permissions"
    message = "Only admins of the organization may read this: use the key of one"


class ModelNotFound(LineupError):
    status, type, code = 404, "invalid_request_error", "model_not_found"


class MethodNotAllowed(LineupError):
    status, type, code = 405, "invalid_request_error", "method_not_allowed"
    message = "This address does not take that method"


class RequestTimeout(LineupError):
    status, type, code = 408, "invalid_request_error", "request_timeout"
    message = "The request body did not arrive in time"


class BodyTooLarge(LineupError):
    status, type, code = 413, "invalid_request_error", "payload_too_large"
    message = "The request body is too large: 50 MB is the most"


class UnsupportedMediaType(LineupError):
    status, type, code = 415, "invalid_request_error", "unsupported_media_type"


class ConcurrencyLimitReached(LineupError):
    """`limit` is how many requests may run at once."""

    status, type, code = 429, "rate_limit_error", "rate_limit_exceeded"
    message = "Concurrency limit reached for requests"

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class QuotaExceeded(LineupError):
    status, type, code = 429, "insufficient_quota", "insufficient_quota"
    message = "You exceeded your current quota, please check your plan and billing details"


class SpendingLimitReached(QuotaExceeded):
    """`limit` says whose limit it is, how much, and when it starts again."""

    def __init__(self, limit: str) -> None:
        super().__init__(f"{QuotaExceeded.message}: {limit}")


class UpstreamRefused(LineupError):
    """The provider answered 4xx about this very request; its sentence is the caller's to read."""

    type, code = "invalid_request_error", None

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message, param=param, code=code)
        self.status = status if status in PASSED_ON else 400


class ServerFault(LineupError):
    pass


class Overloaded(LineupError):
    status, type, code = 503, "service_unavailable_error", "server_is_overloaded"
    message = "The engine is currently overloaded, please try again later"


class Draining(Overloaded):
    pass


class UpstreamUnavailable(Overloaded):
    """`reason` says for people which provider did what; machines get the plain 503."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    @property
    def sentence(self) -> str:
        return self.reason
