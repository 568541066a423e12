"""What the client asks of the server, and of projects as a whole."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import F, Sum
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tracing import sizes
from tracing.errors import Invalid, Missing
from tracing.models import Call, File, Object, Row
from tracing.shapes import InProject
from tracing.visits import Visit, for_all, taking

#: The client whose protocol this is, and the oldest that speaks it.
TRACE_SERVER_VERSION = "0.54.0"
OLDEST_CLIENT = "0.52.0"
#: That are asked for at once; the client asks for one.
MOST_PROJECTS = 1000


class Projects(BaseModel):
    project_ids: Annotated[list[str], Field(max_length=MOST_PROJECTS)]


class Retention(InProject):
    retention_days: int | None = None


@for_all
async def server_info(_request: Request) -> Response:
    return JSONResponse(
        {"min_required_weave_python_version": OLDEST_CLIENT, "trace_server_version": TRACE_SERVER_VERSION}
    )


@for_all
async def health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


@taking(Projects)
def projects_info(visit: Visit, body: Projects) -> Any:
    """IDs of those that this key may open: the client hashes references with them."""
    found = []
    for path in body.project_ids:
        try:
            found.append({"external_project_id": path, "internal_project_id": str(visit.space(path).project_id)})
        except Missing:
            continue
    return found


@taking(InProject, may_take_long=True)
def stats(visit: Visit, body: InProject) -> Any:
    project_id = visit.space(body.project_id).project_id
    calls = Call.objects.filter(project=project_id).visible().aggregate(size=Sum(sizes.of_call()))
    objects = Object.objects.filter(project=project_id).kept().aggregate(size=Sum("size"))
    rows = Row.objects.filter(project=project_id).aggregate(size=Sum(sizes.Bytes(F("val"))))
    files = File.objects.filter(project=project_id).aggregate(size=Sum("size"))
    return {
        "trace_storage_size_bytes": calls["size"] or 0,
        "objects_storage_size_bytes": objects["size"] or 0,
        "tables_storage_size_bytes": rows["size"] or 0,
        "files_storage_size_bytes": files["size"] or 0,
    }


@taking(InProject)
def retention(visit: Visit, body: InProject) -> Any:
    visit.space(body.project_id)
    return {"retention_days": None}


@taking(Retention)
def set_retention(visit: Visit, body: Retention) -> Any:
    visit.space(body.project_id)
    if body.retention_days is not None:
        raise Invalid("retention_days: Lineup keeps calls until they are deleted.")
    return {"retention_days": None}
