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


def hasten(client: WeaveClient) -> None:
    """It sleeps for a second between batches: most of what these tests would take."""
    for processor in (client.server.get_call_processor(), client.server.get_feedback_processor()):
        processor.min_batch_interval = 0.05


@pytest.fixture
def client(project_path: str, caplog: pytest.LogCaptureFixture) -> Iterator[WeaveClient]:
    """The client may not have to complain, nor to try anything again."""
    caplog.set_level(logging.INFO, "weave")
    client = weave.init(project_path)
    hasten(client)
    yield client
    weave.finish()
    assert complaints(caplog.records) == []
