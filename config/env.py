"""Strict readers of environment variables: a value that cannot be meant is refused at start."""

import ipaddress
import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def secret(name: str, default_file: Path | None = None) -> str:
    """The variable, or the contents of the file that NAME_FILE names, or of the default file if there is one."""
    path = text(f"{name}_FILE") or (str(default_file) if default_file and default_file.is_file() else "")
    if path and not text(name):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return text(name)


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value in ("", "true", "1", "yes", "false", "0", "no"):
        return value in ("true", "1", "yes") if value else default
    raise ImproperlyConfigured(f"{name} is {value!r}; use true or false.")


def number(name: str, default: int, *, least: int = 0) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number of at least {least}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def countries(name: str) -> list[str]:
    """Two-letter codes as ISO 3166 has them, separated by commas."""
    codes = [word.upper() for word in words(name)]
    for code in codes:
        if not re.fullmatch("[A-Z][A-Z0-9]", code):
            raise ImproperlyConfigured(f"{name} has {code!r}; use two-letter codes such as NL, separated by commas.")
    return codes


def networks(name: str) -> list[str]:
    """Addresses and networks, such as 10.0.0.0/8, separated by commas."""
    for word in words(name):
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} has {word!r}; use addresses or networks such as 10.0.0.0/8.") from error
    return words(name)


def given(*names: str) -> dict[str, str]:
    """Those of them that are set, for a process that we start."""
    return {name: os.environ[name] for name in names if name in os.environ}
