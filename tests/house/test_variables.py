"""Every knob is read in one place and written down in another."""

import ast
import re

from config import dotenv
from tests.house.files import ROOT, name, ours
from tests.variables import EXAMPLE, NAMES

READERS = {"text", "secret", "flag", "number", "words", "countries", "networks"}
PRODUCT = (
    "accounts", "billing", "common", "completions", "config", "gateway", "inference_catalog", "playground", "serving",
    "tracing",
)  # fmt: skip


def constant(node: ast.expr) -> str | None:
    return str(ast.literal_eval(node)) if isinstance(node, ast.Constant) else None


def reads() -> dict[str, str | None]:
    """The variables that settings read, each with its default where that is written down as it stands."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
            variable, *default = node.args
            found[ast.literal_eval(variable)] = constant(default[0]) if default else None
            if node.func.attr == "secret":
                found[f"{ast.literal_eval(variable)}_FILE"] = None
    return found


def test_the_example_names_every_variable_and_no_other() -> None:
    assert set(reads()) == NAMES


def test_the_example_gives_the_defaults() -> None:
    written = dotenv.parsed(re.sub(r"(?m)^#(?=[A-Z_]+=)", "", EXAMPLE.read_text()))
    differs = {key: default for key, default in reads().items() if default is not None and written[key] != default}
    assert differs == {}


def test_nobody_else_reads_the_environment() -> None:
    readers = [path for folder in PRODUCT for path in ours(".py", folder) if "os.environ" in path.read_text()]
    assert {name(path) for path in readers} <= {"config/env.py", "config/dotenv.py", "config/asgi.py"}
