"""Conversations that the client sends as spans of OpenTelemetry."""

from __future__ import annotations

import weave
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import calls


def test_turns_and_what_models_said_become_calls(client: WeaveClient) -> None:
    from opentelemetry import trace

    tracer = trace.get_tracer("weave.conversation")
    with tracer.start_as_current_span("invoke_agent") as span:
        span.set_attribute("gen_ai.conversation.id", "talk")
        with tracer.start_as_current_span("chat") as inner:
            inner.set_attribute("gen_ai.request.model", "maker/model")
            inner.set_attribute("gen_ai.input.messages", '[{"role": "user", "content": "?"}]')
            inner.set_attribute("gen_ai.usage.input_tokens", 7)
            inner.set_attribute("gen_ai.usage.output_tokens", 3)
    trace.get_tracer_provider().force_flush()
    above, below = calls(client)
    assert (above.op_name, above.thread_id) == ("invoke_agent", "talk")
    assert below.parent_id == above.id
    assert below.inputs == {"model": "maker/model", "messages": [{"role": "user", "content": "?"}]}
    assert below.summary["usage"]["maker/model"]["total_tokens"] == 10


def test_a_span_within_an_op_stands_under_its_call(client: WeaveClient) -> None:
    from opentelemetry import trace

    @weave.op
    def work() -> None:
        with trace.get_tracer("weave.conversation").start_as_current_span("inner"):
            pass

    work()
    trace.get_tracer_provider().force_flush()
    above, below = sorted(calls(client), key=lambda call: call.parent_id or "")
    assert (below.op_name, below.parent_id, below.trace_id) == ("inner", above.id, above.trace_id)
