"""Forms are read before anybody asks for them: what cannot be read is refused here, in words, at every door.

Left to itself, Django reads a form that was refused once more, to protect its own page of the refusal, and fails again.
"""

from __future__ import annotations

import codecs
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from common import refusals
from common.errors import BadRequest, BodyTooLarge, LineupError, UnsupportedMediaType

FIELDS, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
#: What stands for bytes that are no text.
REPLACEMENT = "\ufffd"
LONGEST_NAME = 40
NOT_UTF_8 = "The form’s text is not UTF-8."
#: An encoding that is UTF-8, and nothing is put for bytes that are none: Django asks for that, whatever they are.
REFUSING = "utf_8_refusing"


class ReadableForms(MiddlewareMixin):
    """Before all that looks into a form, and after what protects the page of a refusal."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        try:
            _read(request)
        except LineupError as error:
            return _refused(request, error)
        return None


def _read(request: HttpRequest) -> None:
    """Raises LineupError."""
    if request.method != "POST" or request.content_type not in (FIELDS, PARTS):
        return
    charset = (request.content_params or {}).get("charset", "utf-8")
    if not _is_utf_8(charset):
        raise UnsupportedMediaType(
            f"The form says that it is written in “{charset[:LONGEST_NAME]}”; it has to be UTF-8."
        )
    # Django takes one spelling of it.
    request.encoding = "utf-8"
    request.parse_file_upload = partial(_parsed, request)  # type: ignore[method-assign]  # of this request alone
    try:
        fields = request.POST
    except RequestDataTooBig as error:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1_000_000
        raise BodyTooLarge(f"The form is too large: {most:g} MB is the most.") from error
    except (TooManyFieldsSent, TooManyFilesSent) as error:
        raise BadRequest("The form has too many fields.") from error
    except MultiPartParserError as error:
        raise BadRequest("The form arrived damaged. Send it again.") from error
    except UnicodeDecodeError as error:
        raise BadRequest(NOT_UTF_8) from error
    if request.content_type == FIELDS:
        _check_text(request.body, "".join(text for name, texts in fields.lists() for text in (name, *map(str, texts))))


def _parsed(request: HttpRequest, meta: dict[str, Any], data: Any) -> Any:
    """Of a multipart form, its fields and files. Raises UnicodeDecodeError."""
    return MultiPartParser(meta, data, request.upload_handlers, REFUSING).parse()


def _refusing(name: str) -> codecs.CodecInfo | None:
    utf_8 = codecs.lookup("utf-8")
    strictly = codecs.CodecInfo(utf_8.encode, lambda data, _errors="strict": utf_8.decode(data, "strict"), name=name)
    return strictly if name == REFUSING else None


codecs.register(_refusing)


def _is_utf_8(charset: str) -> bool:
    """By any of its names."""
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def _check_text(body: bytes, read: str) -> None:
    """Django puts something in the place of bytes that are no text, which is kept then as if it had been written."""
    if body.isascii() and REPLACEMENT not in read:
        return
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError as error:
        raise BadRequest(NOT_UTF_8) from error


def _refused(request: HttpRequest, error: LineupError) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return refusals.fragment(error.message, error.status)
    return render(None, "refused_form.html", {"sentence": error.message, "status": error.status}, status=error.status)
