"""Names of teams and projects. They are addresses, so a team may not take a path of the product."""

import re

from django.core.exceptions import ValidationError

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")

#: First path segments that are ours, today's and those the design names for later.
RESERVED = frozenset(
    [
        "account",
        "accounts",
        "admin",
        "api",
        "api-keys",
        "artifacts",
        "assets",
        "auth",
        "billing",
        "blog",
        "chat",
        "comparisons",
        "completions",
        "contact",
        "docs",
        "evals",
        "evaluations",
        "favicon.ico",
        "files",
        "graphql",
        "health",
        "healthz",
        "help",
        "home",
        "inference",
        "invitations",
        "invoices",
        "leaderboards",
        "leaders",
        "livez",
        "login",
        "logout",
        "metrics",
        "models",
        "new",
        "objects",
        "onboarding",
        "openapi.json",
        "organization",
        "organizations",
        "otel",
        "playground",
        "pricing",
        "profile",
        "projects",
        "providers",
        "public",
        "r",
        "readyz",
        "register",
        "robots.txt",
        "search",
        "security",
        "settings",
        "share",
        "sign-in",
        "sign-out",
        "sign-up",
        "signin",
        "signup",
        "simulator",
        "staff",
        "static",
        "status",
        "stripe",
        "switch",
        "system",
        "team",
        "teams",
        "terms",
        "traces",
        "usage",
        "user",
        "users",
        "v1",
        "v2",
        "v3",
        "weave",
        "webhooks",
        "well-known",
        "ws",
        "www",
    ]
)


def validate_team_slug(value: str) -> None:
    _validate(value)
    if value.lower() in RESERVED:
        raise ValidationError(f"“{value}” is a path of this product; choose another name.", code="reserved")


def validate_project_slug(value: str) -> None:
    _validate(value)


def _validate(value: str) -> None:
    if not SLUG.match(value) or value.startswith("."):
        raise ValidationError("Use letters, digits, dots, dashes and underscores, beginning with a letter or digit.")
