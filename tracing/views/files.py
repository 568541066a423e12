"""Files are kept and given back."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from tracing import files
from tracing.bodies import MOST_BYTES, TooLarge
from tracing.errors import Invalid
from tracing.models import File
from tracing.shapes import InProject
from tracing.visits import Visit, answered, check_key, for_keys, taking

Form = tuple[str, bytes, str | None]


class Content(InProject):
    digest: str


@for_keys
async def create(request: Request) -> Response:
    await check_key(request)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise TooLarge
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            file, path, expected = form.get("file"), form.get("project_id"), form.get("expected_digest")
            if not isinstance(file, UploadFile) or not isinstance(path, str):
                raise Invalid("Send a form with 'project_id' and a 'file'.")
            content = await file.read()
    except MultiPartException as error:
        raise Invalid(f"The form cannot be read: {error.message}") from None
    return await answered(request, (path, content, expected if isinstance(expected, str) else None), _create)


def _create(visit: Visit, form: Form) -> Any:
    path, content, expected = form
    return {"digest": files.keep(visit.write(path), content, expected or None)}


@taking(Content)
def content(visit: Visit, body: Content) -> Any:
    file = files.find(visit.space(body.project_id), body.digest)
    headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
    return Response(b"".join(files.content(file)), media_type="application/octet-stream", headers=headers)


@taking(InProject)
def query_stats(visit: Visit, body: InProject) -> Any:
    kept = File.objects.filter(project=visit.space(body.project_id).project_id)
    return {"total_size_bytes": kept.aggregate(size=Sum("size"))["size"] or 0}
