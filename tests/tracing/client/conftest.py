"""The stage of programs that use Weave's client: a project of each test's own."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator

import pytest
import weave
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import complaints


@pytest.fixture
def project_path() -> str:
    return f"local/test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def client(project_path: str, caplog: pytest.LogCaptureFixture) -> Iterator[WeaveClient]:
    """The client may not have to complain, nor to try anything again."""
    caplog.set_level(logging.INFO, "weave")
    yield weave.init(project_path)
    weave.finish()
    assert complaints(caplog.records) == []
