"""Objects and evaluations that the client's bindings make of plain values, without classes and code of a program."""

from __future__ import annotations

from typing import Any

import pytest
import weave
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import calls

CODE = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def server(client: WeaveClient) -> Any:
    return client.server


@pytest.fixture
def here(client: WeaveClient) -> dict[str, str]:
    return {"project_id": f"{client.entity}/{client.project}"}


def test_an_op_is_made_of_code_and_read_again(server: Any, here: dict[str, str]) -> None:
    made = server.op_create({**here, "name": "double", "source_code": CODE})
    assert (made.object_id, made.version_index) == ("double", 0)
    read = server.op_read({**here, "object_id": "double", "digest": made.digest})
    assert (read.code, read.digest) == (CODE, made.digest)
    again = server.op_create({**here, "name": "double", "source_code": CODE + "# changed"})
    assert [(op.object_id, op.version_index) for op in server.op_list({**here})] == [("double", 1)]
    assert server.op_delete({**here, "object_id": "double", "digests": [again.digest]}).num_deleted == 1
    assert [op.digest for op in server.op_list({**here})] == [made.digest]


def test_the_code_of_a_program_s_op_is_shown_too(client: WeaveClient, server: Any, here: dict[str, str]) -> None:
    @weave.op
    def triple(x: int) -> int:
        return 3 * x

    ref = weave.publish(triple)
    client.flush()  # the code is sent after the object
    assert "return 3 * x" in server.op_read({**here, "object_id": "triple", "digest": ref.digest}).code


def test_a_dataset_is_one_of_the_client_s(client: WeaveClient, server: Any, here: dict[str, str]) -> None:
    rows = [{"x": 1}, {"x": 2}]
    made = server.dataset_create({**here, "name": "numbers", "description": "two", "rows": rows})
    assert [row["x"] for row in weave.ref("numbers:latest").get().rows] == [1, 2]
    read = server.dataset_read({**here, "object_id": "numbers", "digest": made.digest})
    assert (read.name, read.description, read.rows.startswith("weave:///")) == ("numbers", "two", True)
    assert [found.name for found in server.dataset_list({**here, "limit": 5, "offset": 0})] == ["numbers"]
    assert server.dataset_delete({**here, "object_id": "numbers"}).num_deleted == 1


def test_what_is_there_and_of_another_kind_is_not_found(server: Any, here: dict[str, str]) -> None:
    made = server.dataset_create({**here, "name": "numbers", "rows": []})
    with pytest.raises(Exception, match="of another kind"):
        server.model_read({**here, "object_id": "numbers", "digest": made.digest})
    with pytest.raises(Exception, match="of another kind"):
        server.op_delete({**here, "object_id": "numbers"})


def test_a_model_keeps_its_code_and_attributes(server: Any, here: dict[str, str]) -> None:
    asked = {"name": "Doubler", "source_code": CODE, "attributes": {"factor": 2}}
    made = server.model_create({**here, **asked})
    read = server.model_read({**here, "object_id": made.object_id, "digest": made.digest})
    assert (read.source_code, read.attributes, read.name) == (CODE, {"factor": 2}, "Doubler")


def evaluation(server: Any, here: dict[str, str]) -> tuple[str, str, str]:
    """References of the evaluation, a model and a scorer."""
    scorer = server.scorer_create({**here, "name": "Exact", "op_source_code": CODE}).scorer
    model = server.model_create({**here, "name": "Doubler", "source_code": CODE}).api_model_ref
    dataset = server.dataset_create({**here, "name": "numbers", "rows": [{"x": 1}]})
    rows = f"weave:///{here['project_id']}/object/numbers:{dataset.digest}"
    asked = {"name": "doubling", "dataset": rows, "scorers": [scorer], "trials": 1}
    made = server.evaluation_create({**here, **asked})
    read = server.evaluation_read({**here, "object_id": "doubling", "digest": made.digest})
    assert (read.dataset, read.scorers, read.trials) == (rows, [scorer], 1)
    return made.evaluation_ref, model, scorer


def test_a_run_is_told_step_by_step(client: WeaveClient, server: Any, here: dict[str, str]) -> None:
    about, model, scorer = evaluation(server, here)
    run = server.evaluation_run_create({**here, "evaluation": about, "model": model}).evaluation_run_id
    of_run = {**here, "evaluation_run_id": run}
    said = {"model": model, "inputs": {"x": 1}, "output": 2}
    prediction = server.prediction_create({**of_run, **said}).prediction_id
    score = server.score_create({**of_run, "prediction_id": prediction, "scorer": scorer, "value": True}).score_id
    server.prediction_finish({**here, "prediction_id": prediction})
    server.evaluation_run_finish({**of_run, "summary": {"Exact": {"true_count": 1}}})
    read = server.evaluation_run_read(of_run)
    assert (read.status, read.evaluation, read.model) == ("success", about, model)
    assert read.summary == {"Exact": {"true_count": 1}}
    assert server.prediction_read({**here, "prediction_id": prediction}).inputs == {"x": 1}
    assert [one.prediction_id for one in server.prediction_list(of_run)] == [prediction]
    assert [(one.score_id, one.value) for one in server.score_list(of_run)] == [(score, True)]
    assert [one.evaluation_run_id for one in server.evaluation_run_list({**here, "models": [model]})] == [run]
    [row] = [call for call in calls(client) if call.func_name == "Evaluation.predict_and_score"]
    assert (row.parent_id, row.output) == (run, {"output": 2, "scores": {"Exact": True}, "model_latency": None})


def test_a_score_that_comes_late_is_in_its_row(client: WeaveClient, server: Any, here: dict[str, str]) -> None:
    about, model, scorer = evaluation(server, here)
    run = server.evaluation_run_create({**here, "evaluation": about, "model": model}).evaluation_run_id
    said = {"evaluation_run_id": run, "model": model, "inputs": {"x": 1}, "output": 2}
    prediction = server.prediction_create({**here, **said}).prediction_id
    server.prediction_finish({**here, "prediction_id": prediction})
    server.score_create({**here, "prediction_id": prediction, "scorer": scorer, "value": 0.5})
    [row] = [call for call in calls(client) if call.func_name == "Evaluation.predict_and_score"]
    assert row.output["scores"] == {"Exact": 0.5}


def test_runs_and_what_is_below_them_are_deleted(client: WeaveClient, server: Any, here: dict[str, str]) -> None:
    about, model, scorer = evaluation(server, here)
    run = server.evaluation_run_create({**here, "evaluation": about, "model": model}).evaluation_run_id
    said = {"evaluation_run_id": run, "model": model, "inputs": {"x": 1}, "output": 2}
    prediction = server.prediction_create({**here, **said}).prediction_id
    score = server.score_create({**here, "prediction_id": prediction, "scorer": scorer, "value": 1}).score_id
    assert server.score_read({**here, "score_id": score}).evaluation_run_id == run
    assert server.score_delete({**here, "score_ids": [score]}).num_deleted == 1
    assert server.prediction_delete({**here, "prediction_ids": [prediction, "none"]}).num_deleted == 1
    assert server.evaluation_run_delete({**here, "evaluation_run_ids": [run]}).num_deleted == 1
    assert calls(client) == []


def test_a_prediction_of_no_run_stands_alone(client: WeaveClient, server: Any, here: dict[str, str]) -> None:
    said = {"model": "weave:///local/no/object/Doubler:v0", "inputs": {"x": 1}, "output": 2}
    prediction = server.prediction_create({**here, **said}).prediction_id
    server.score_create({**here, "prediction_id": prediction, "scorer": "Exact", "value": 1})
    assert server.prediction_read({**here, "prediction_id": prediction}).evaluation_run_id is None
    assert sorted(call.func_name for call in calls(client)) == ["Doubler.predict", "Exact.score"]
    with pytest.raises(Exception, match="There is no evaluation run"):
        server.prediction_create({**here, **said, "evaluation_run_id": prediction})
