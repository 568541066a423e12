"""What is published comes back: values, datasets, models, prompts, images, in versions."""

from __future__ import annotations

import io

import pytest
import weave
from PIL import Image
from weave.trace.weave_client import WeaveClient

from tests.tracing.client.reading import calls


class Adder(weave.Model):
    step: int

    @weave.op
    def predict(self, number: int) -> int:
        return number + self.step


def test_a_value_comes_back_by_its_reference(client: WeaveClient) -> None:
    ref = weave.publish({"b": [1, {"c": None}], "a": 1.5}, "thing")
    assert ref.get() == {"b": [1, {"c": None}], "a": 1.5}
    assert weave.ref("thing:latest").get() == weave.ref("thing:v0").get()


def test_the_same_content_is_one_version_and_other_content_the_next(client: WeaveClient) -> None:
    refs = [weave.publish({"value": value}, "thing") for value in (1, 2, 1)]
    digests = [ref.digest for ref in refs]
    assert digests[0] == digests[2] != digests[1]
    assert weave.ref("thing:v1").get() == {"value": 2}
    assert weave.ref("thing").get() == {"value": 2}


def test_digests_are_those_that_the_client_computes(client: WeaveClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEAVE_ENABLE_CLIENT_SIDE_DIGESTS", "true")
    inner = weave.publish({"n": 1.0, "ö": ["é"]}, "inner")
    rows = [{"x": 1, "inner": inner, "text": f'["{inner.uri}"]'}, {"x": 1e21}]
    outer = weave.publish(weave.Dataset(name="data", rows=weave.Table(rows)))
    assert outer.get().rows[0]["x"] == 1


def test_a_dataset_of_many_rows_comes_back_in_its_order(client: WeaveClient) -> None:
    rows = [{"number": number, "text": f"row {number}"} for number in range(2_500)]
    dataset = weave.publish(weave.Dataset(name="many", rows=weave.Table(rows))).get()
    assert len(dataset.rows) == 2_500
    assert [row["number"] for row in dataset.rows] == list(range(2_500))


def test_rows_can_be_added_to_a_dataset(client: WeaveClient) -> None:
    dataset = weave.publish(weave.Dataset(name="grows", rows=[{"n": 1}])).get()
    longer = weave.publish(dataset.add_rows([{"n": 2}, {"n": 3}])).get()
    assert [row["n"] for row in longer.rows] == [1, 2, 3]


def test_a_model_comes_back_and_runs(client: WeaveClient) -> None:
    ref = weave.publish(Adder(step=3), "adder")
    adder = ref.get()
    assert adder.predict(4) == 7
    found = calls(client)[0]
    assert found.func_name == "Adder.predict"
    assert found.inputs["self"].step == 3


def test_a_prompt_comes_back_and_fills_in(client: WeaveClient) -> None:
    weave.publish(weave.StringPrompt("Hello, {name}!"), "greeting")
    assert weave.ref("greeting").get().format(name="Zoë") == "Hello, Zoë!"


def test_an_image_comes_back(client: WeaveClient) -> None:
    @weave.op
    def paint(size: int) -> Image.Image:
        return Image.new("RGB", (size, size), "red")

    paint(8)
    image = calls(client)[0].output
    assert (image.size, image.getpixel((0, 0))) == ((8, 8), (255, 0, 0))


def test_a_large_file_comes_back(client: WeaveClient) -> None:
    noise = bytes(range(256)) * 20_000
    image = io.BytesIO(noise)
    content = weave.Content.from_bytes(image.getvalue(), extension="bin", mimetype="application/octet-stream")
    ref = weave.publish(content, "noise")
    client.flush()
    assert ref.get().data == noise


def test_tags_and_aliases_stand_on_versions(client: WeaveClient) -> None:
    first, second = (weave.publish({"value": value}, "thing") for value in (1, 2))
    client.add_tags(first, ["good", "old"])
    client.remove_tags(first, ["old"])
    client.set_aliases(first, "production")
    assert client.get_tags_and_aliases(first) == (["good"], ["production"])
    assert client.get_aliases(second) == ["latest"]
    assert weave.ref("thing:production").get() == {"value": 1}
    client.set_aliases(second, "production")
    assert weave.ref("thing:production").get() == {"value": 2}
    assert (client.list_tags(), client.list_aliases()) == (["good"], ["production"])
    client.remove_aliases(second, "production")
    assert client.list_aliases() == []


def test_a_deleted_version_is_gone_and_the_one_before_is_the_latest(client: WeaveClient) -> None:
    _, second = [weave.publish({"value": value}, "thing") for value in (1, 2)]
    client.delete_object_version(second)
    with pytest.raises(ValueError, match="was deleted"):
        second.get()
    assert weave.ref("thing").get() == {"value": 1}
    assert client.delete_all_object_versions("thing") == 1
    assert [obj.object_id for obj in client._objects()] == []


def test_objects_are_listed_by_their_class(client: WeaveClient) -> None:
    weave.publish(Adder(step=1), "adder")
    weave.publish(weave.Dataset(name="data", rows=[{"a": 1}]))
    weave.publish([1], "list")
    assert [obj.object_id for obj in client._objects({"base_object_classes": ["Model"]})] == ["adder"]
    assert {obj.object_id for obj in client._objects({"latest_only": True})} == {"adder", "data", "list"}
