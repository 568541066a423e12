"""What goes wrong, in the OpenAI protocol's form.

ApiError
├── BadRequest    400  the parameter is named
├── NotAllowed    401
└── UnknownModel  404
"""

from __future__ import annotations

from typing import Any

#: (type, code, sentence) of the statuses a real provider answers with.
BODIES: dict[int, tuple[str, str | None, str]] = {
    400: ("invalid_request_error", "invalid_value", "The request is not valid."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    402: ("insufficient_quota", "insufficient_quota", "The account has no credits left."),
    403: ("request_forbidden", None, "The key may not use this model."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist."),
    405: ("invalid_request_error", "method_not_allowed", "This address does not take that method."),
    408: ("timeout_error", None, "The request took too long to arrive."),
    413: ("invalid_request_error", "payload_too_large", "The request body is too large."),
    422: ("invalid_request_error", "invalid_value", "The request could not be processed."),
    429: ("rate_limit_error", "rate_limit_exceeded", "Too many requests."),
    500: ("server_error", None, "The server had an error while processing your request."),
    502: ("server_error", "bad_gateway", "The gateway got no valid answer."),
    503: ("service_unavailable_error", "server_is_overloaded", "The engine is overloaded."),
    504: ("server_error", "gateway_timeout", "The gateway waited too long."),
}


class ApiError(Exception):
    def __init__(
        self,
        status: int,
        message: str = "",
        *,
        param: str | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        fault, usual_code, sentence = BODIES.get(status, BODIES[400 if status < 500 else 500])
        self.status = status
        self.message = message or sentence
        self.type = fault
        self.param = param
        self.code = code or usual_code
        self.retry_after = retry_after
        super().__init__(self.message)

    def body(self) -> dict[str, Any]:
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}

    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"retry-after": f"{self.retry_after:g}"}


class BadRequest(ApiError):
    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(400, message, param=param, code=code)


class NotAllowed(ApiError):
    def __init__(self) -> None:
        super().__init__(401)


class UnknownModel(ApiError):
    def __init__(self, model: str) -> None:
        super().__init__(404, f"The model `{model}` does not exist or you do not have access to it.", param="model")
