"""What else the client keeps with us: annotations, saved views, audio; and settings that change how it sends."""

from __future__ import annotations

import io
import wave

import pytest
import weave
from weave.flow.saved_view import SavedView
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import calls


@weave.op
def ask(question: str) -> str:
    return question.upper()


def test_an_annotation_by_a_schema_of_its_own(client: WeaveClient) -> None:
    spec = weave.AnnotationSpec(name="Grade", field_schema={"type": "integer", "minimum": 1, "maximum": 5})
    ref = weave.publish(spec, "grade")
    _, call = ask.call("?")
    call.feedback.add("wandb.annotation.grade", {"value": 4}, annotation_ref=ref.uri)
    client.flush()
    [given] = call.feedback.refresh()
    assert (given.annotation_ref, given.payload) == (ref.uri, {"value": 4})


def test_a_saved_view_comes_back_and_finds_its_calls(client: WeaveClient) -> None:
    ask("one")
    client.flush()
    view = SavedView("traces", "Questions").filter_op("ask").save()
    again = SavedView.load(view.ref.uri)
    assert [call.output for call in again.get_calls(all_columns=True)] == ["ONE"]


def test_audio_comes_back(client: WeaveClient) -> None:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as writing:
        writing.setnchannels(1)
        writing.setsampwidth(2)
        writing.setframerate(8000)
        writing.writeframes(b"\1\2" * 800)

    @weave.op
    def speak() -> wave.Wave_read:
        return wave.open(io.BytesIO(sound.getvalue()))

    speak()
    assert calls(client)[0].output.readframes(800) == b"\1\2" * 800


def test_a_client_that_sends_starts_and_ends_apart_is_understood(
    project_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEAVE_USE_CALLS_COMPLETE", "false")
    client = weave.init(project_path)
    ask("older")
    [call] = calls(client)
    weave.finish()
    assert (call.output, call.summary["weave"]["status"]) == ("OLDER", "success")


def test_a_client_that_writes_ahead_to_disk_is_understood(project_path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEAVE_ENABLE_WAL", "true")
    client = weave.init(project_path)
    ask("kept")
    client.flush()
    weave.finish()
    monkeypatch.setenv("WEAVE_ENABLE_WAL", "false")
    assert [call.output for call in calls(weave.init(project_path))] == ["KEPT"]
    weave.finish()


def test_a_project_of_the_default_team_needs_no_team(monkeypatch: pytest.MonkeyPatch) -> None:
    client = weave.init("unnamed team")
    assert (client.entity, client.project) == ("local", "unnamed-team")
    ask("?")
    assert len(calls(client, limit=1)) == 1
    weave.finish()


def test_a_team_of_others_is_refused_in_words(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Exception, match="You do not have permission to access or create project"):
        weave.init("somebody-else/project")
