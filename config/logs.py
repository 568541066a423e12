"""What is logged: one line a thing that happened, on standard error, with the request's id and the user where known."""

import re
from typing import Any

import structlog

#: Addresses that let in whoever has them: links to sign in, to join, to set a password or to confirm an address.
LETS_IN = re.compile(r"(/(?:sign-in|invitations|accounts/password/reset/key|accounts/confirm-email)/)[^/\s?\"']+")


def without_links(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The event with the secret part of such addresses masked."""
    return {name: LETS_IN.sub(r"\1…", said) if isinstance(said, str) else said for name, said in event.items()}


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    without_links,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
RENDERED = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def logging(level: str) -> dict[str, Any]:
    """Django's LOGGING; what structlog says goes the way of everything else."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    line = {"()": structlog.stdlib.ProcessorFormatter, "processor": RENDERED, "foreign_pre_chain": SHARED}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Django's own console handler would say everything a second time; a 404 is the visitor's affair.
        "loggers": {"django": {"handlers": [], "propagate": True}, "django.request": {"level": "ERROR"}},
    }
