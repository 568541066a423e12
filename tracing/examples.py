"""What tells the example of an evaluation's row from others, so that the rows of several runs can be compared.

A row of a dataset is known by its digest, in whichever dataset or version it stands, and an example that was logged
without a dataset by the digest that such a row would have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tracing import digests
from tracing.refs import SCHEME
from tracing.visits import Space

_ROW = re.compile(rf"{SCHEME}.*/id/([A-Za-z0-9]{{{digests.LENGTH_OF_DIGEST}}})\Z")


def digest_of(space: Space, inputs: Mapping[str, Any]) -> str | None:
    example = inputs.get("example")
    if example is None:
        return None
    if isinstance(example, str) and (row := _ROW.match(example)):
        return row[1]
    return digests.of_value(example, _itself(space))


def _itself(space: Space) -> digests.ProjectIds:
    """References to another project stand for themselves: nobody is asked whether it may be opened."""
    return lambda path: str(space.project_id) if path == space.path else path
