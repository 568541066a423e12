import pytest
from django.core.exceptions import ValidationError

from inference_catalog.base_urls import check


@pytest.mark.parametrize(
    "url",
    [
        "https://api.inference.wandb.ai/v1",
        "http://127.0.0.1:8000/v1",
        "http://localhost:11434/v1",
        "http://[::1]:8000/v1",
        "http://10.1.2.3/v1",
        "http://192.168.0.9:8000/v1",
        "http://vllm:8000/v1",
    ],
)
def test_people_may_run_their_models_anywhere(url: str) -> None:
    check(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://models.example.com",
        "models.example.com/v1",
        "http://",
        "http://[::1",
        "http://host:99999/v1",
        "https://user:secret@models.example.com/v1",
        "https://models.example.com/v1?key=secret",
        "https://models.example.com/v1#top",
        "http://169.254.169.254/latest",
        "http://2852039166/v1",
        "http://0xa9fea9fe/v1",
        "http://169.254.43518/v1",
        "http://[fe80::1]/v1",
        "http://[::ffff:169.254.169.254]/v1",
        "http://[fd00:ec2::254]/v1",
        "http://100.100.100.200/v1",
        "http://0.0.0.0:8000/v1",
        "http://metadata.google.internal/v1",
        "http://METADATA.google.internal./v1",
    ],
)
def test_it_refuses_what_no_model_is_behind(url: str) -> None:
    with pytest.raises(ValidationError):
        check(url)
