"""What a provider lists under /models. Only the network is touched here, so several can be asked at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import openai
from pydantic import BaseModel, ValidationError

from inference_catalog import base_urls, model_ids

#: Seconds. A list is short; who takes longer would keep `make run` waiting.
PATIENCE = openai.Timeout(5.0, connect=2.0)
NAME = re.compile(model_ids.PATTERN)
#: Answers of servers that work but keep no list.
NO_LIST = (404, 405, 501)


class Listed(BaseModel):
    """A model as providers list it; they agree on its id alone."""

    id: str
    #: vLLM and SGLang say the context window so.
    max_model_len: int | None = None


class Models(BaseModel):
    data: list[Listed]


@dataclass(frozen=True, slots=True)
class Address:
    base_url: str
    api_key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """`models` is None when there is no list to be had; `is_up` says whether the provider can be used.

    The detail goes on after the provider's name: "cannot be reached".
    """

    is_up: bool
    models: tuple[Listed, ...] | None = None
    detail: str = ""


def listings(addresses: Sequence[Address]) -> list[Listing]:
    """In the order of the addresses, which are all asked at once."""
    if not addresses:
        return []
    with ThreadPoolExecutor(max_workers=min(len(addresses), 16)) as pool:
        return list(pool.map(listing, addresses))


def listing(address: Address) -> Listing:
    """Never raises for what a provider does."""
    http = openai.DefaultHttpxClient(follow_redirects=False)
    with openai.OpenAI(
        base_url=address.base_url,
        api_key=address.api_key or "none",
        organization=None,
        project=None,
        default_headers=dict(address.headers),
        timeout=PATIENCE,
        max_retries=0,
        http_client=http,
    ) as client:
        try:
            answer = client.models.with_raw_response.list()
        except openai.APIStatusError as error:
            return _refused(error.status_code, address.base_url)
        except openai.APITimeoutError:
            return Listing(is_up=False, detail="did not answer in time")
        except openai.APIConnectionError:
            return Listing(is_up=False, detail="cannot be reached")
        return _read(answer.text)


def _read(text: str) -> Listing:
    try:
        models = Models.model_validate(json.loads(text)).data
    except (ValueError, ValidationError):
        return Listing(is_up=True, detail="gives a list of models that cannot be read")
    return Listing(is_up=True, models=tuple(entry for entry in models if _can_be_an_id(entry.id)))


def _can_be_an_id(name: str) -> bool:
    """Others are passed over."""
    return len(name) <= model_ids.LONGEST and NAME.fullmatch(name) is not None


def _refused(status: int, base_url: str) -> Listing:
    if status in NO_LIST:
        doubt = "" if base_urls.has_version(base_url) else "; does its base URL end in /v1?"
        return Listing(is_up=True, detail=f"lists no models (HTTP {status}){doubt}")
    if status in (401, 403):
        return Listing(is_up=False, detail=f"refuses the API key (HTTP {status})")
    if 300 <= status < 400:
        return Listing(is_up=False, detail=f"redirects elsewhere (HTTP {status}), which is not followed")
    return Listing(is_up=False, detail=f"answered HTTP {status}")
