"""The hard stops of the size budget; what is usual is far below them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.files import name, ours

ACCESS = {"public", "signed_in", "member", "admin", "admin_or_staff", "staff"}
#: Where a stream is led: modules that must stay small enough to be held in one's head.
NARROW = ("completions/", "playground/consumers.py")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(("suffix", "limit"), [(".py", 400), (".html", 180), (".js", 200), (".css", 250)])
def test_no_file_is_longer_than_can_be_read_at_once(suffix: str, limit: int) -> None:
    assert {name(path): lines(path) for path in ours(suffix) if lines(path) > limit} == {}


def test_the_engine_and_the_consumer_are_led_by_narrow_modules() -> None:
    narrow = [path for path in ours(".py") if name(path).startswith(NARROW)]
    assert {name(path): lines(path) for path in narrow if lines(path) > 200} == {}


def functions() -> Iterator[tuple[Path, Function]]:
    for path in ours(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield path, node


def is_view(function: Function) -> bool:
    return any(isinstance(decorator, ast.Name) and decorator.id in ACCESS for decorator in function.decorator_list)


def limit_of(path: Path, function: Function) -> int:
    if name(path).startswith("tests/"):
        return 40
    return 50 if is_view(function) else 60


def test_no_function_is_longer_than_can_be_seen_at_once() -> None:
    sizes = [(path, function, (function.end_lineno or 0) - function.lineno + 1) for path, function in functions()]
    assert [
        f"{name(path)}:{function.lineno} {function.name} has {size} lines"
        for path, function, size in sizes
        if size > limit_of(path, function)
    ] == []


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "helpers", "services", "managers", "misc"}
    assert [name(path) for path in ours(".py") if drawers & set(path.with_suffix("").parts)] == []
