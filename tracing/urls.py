"""A project's pages of Weave, under the addresses that its client prints."""

from django.urls import path, register_converter

from tracing.converters import CallId
from tracing.pages import (
    call,
    calls,
    evaluations,
    evaluations_compare,
    files,
    leaderboards,
    objects,
    saved_views,
    values,
)

register_converter(CallId, "call")

PROJECT = "<team:team>/<project:project>"
WEAVE = f"{PROJECT}/weave"

urlpatterns = [
    path(WEAVE, calls.weave, name="weave"),
    path(f"{PROJECT}/r/call/<call:call_id>", calls.call_link, name="call-link"),
    path(f"{WEAVE}/traces", calls.calls, name="calls"),
    path(f"{WEAVE}/traces.csv", calls.calls_csv, name="calls-csv"),
    path(f"{WEAVE}/traces.jsonl", calls.calls_jsonl, name="calls-jsonl"),
    path(f"{WEAVE}/traces/charts", calls.calls_charts, name="calls-charts"),
    path(f"{WEAVE}/views/new", saved_views.view_new, name="view-new"),
    path(f"{WEAVE}/views/<int:pk>/save", saved_views.view_save, name="view-save"),
    path(f"{WEAVE}/views/<int:pk>/rename", saved_views.view_rename, name="view-rename"),
    path(f"{WEAVE}/views/<int:pk>/default", saved_views.view_default, name="view-default"),
    path(f"{WEAVE}/views/<int:pk>/delete", saved_views.view_delete, name="view-delete"),
    path(f"{WEAVE}/agents/conversations/<call:thread_id>", calls.conversation, name="conversation"),
    path(f"{WEAVE}/calls/<call:call_id>", call.call, name="call"),
    path(f"{WEAVE}/call-tree/<call:call_id>", call.call_tree, name="call-tree"),
    path(f"{WEAVE}/call-children/<call:call_id>", call.call_children, name="call-children"),
    path(f"{WEAVE}/call-search/<call:call_id>", call.call_search, name="call-search"),
    path(f"{WEAVE}/call-code/<call:call_id>", call.call_code, name="call-code"),
    path(f"{WEAVE}/call-feedback/<call:call_id>", call.call_feedback, name="call-feedback"),
    path(f"{WEAVE}/objects", objects.objects, name="objects"),
    path(f"{WEAVE}/objects/<str:name>/versions/<str:version>", objects.object_version, name="object-version"),
    path(f"{WEAVE}/objects/<str:name>", objects.object_latest, name="object"),
    path(f"{WEAVE}/ops", objects.ops, name="ops"),
    path(f"{WEAVE}/ops/<str:name>/versions/<str:version>", objects.object_version, name="op-version"),
    path(f"{WEAVE}/datasets", objects.datasets, name="datasets"),
    path(f"{WEAVE}/evaluations", evaluations.evaluations, name="evaluations"),
    path(f"{WEAVE}/evaluations.csv", evaluations.evaluations_csv, name="evaluations-csv"),
    path(f"{WEAVE}/evaluations/<call:call_id>/rows.csv", evaluations.evaluation_csv, name="evaluation-csv"),
    path(f"{WEAVE}/evaluations/<call:call_id>", evaluations.evaluation, name="evaluation"),
    path(f"{WEAVE}/compare-evaluations", evaluations_compare.evaluations_compare, name="evaluations-compare"),
    path(f"{WEAVE}/leaderboards", leaderboards.leaderboards, name="leaderboards"),
    path(f"{WEAVE}/new-leaderboard", leaderboards.leaderboard_new, name="leaderboard-new"),
    path(f"{WEAVE}/leaderboards/<str:name>", leaderboards.leaderboard, name="leaderboard"),
    path(f"{WEAVE}/leaderboards/<str:name>/edit", leaderboards.leaderboard_edit, name="leaderboard-edit"),
    path(f"{WEAVE}/leaderboards/<str:name>/delete", leaderboards.leaderboard_delete, name="leaderboard-delete"),
    path(f"{WEAVE}/values", values.value, name="value"),
    path(f"{WEAVE}/files/<str:digest>", files.file, name="file"),
]
