from django.urls import path

from playground.views import answers, comparisons, lanes, messages

urlpatterns = [
    path("playground", comparisons.playground, name="playground"),
    path("playground/new", comparisons.comparison_new, name="comparison-new"),
    path("playground/history", comparisons.comparison_history, name="comparison-history"),
    path("playground/<uuid:pk>", comparisons.comparison, name="comparison"),
    path("playground/<uuid:pk>/board", comparisons.board, name="board"),
    path("playground/<uuid:pk>/title", comparisons.comparison_title, name="comparison-title"),
    path("playground/<uuid:pk>/draft", comparisons.comparison_draft, name="comparison-draft"),
    path("playground/<uuid:pk>/lanes", lanes.lane_add, name="lane-add"),
    path("playground/lanes/<uuid:pk>/picker", lanes.lane_picker, name="lane-picker"),
    path("playground/lanes/<uuid:pk>/model", lanes.lane_model, name="lane-model"),
    path("playground/lanes/<uuid:pk>/duplicate", lanes.lane_duplicate, name="lane-duplicate"),
    path("playground/lanes/<uuid:pk>/close", lanes.lane_close, name="lane-close"),
    path("playground/lanes/<uuid:pk>/clear", lanes.lane_clear, name="lane-clear"),
    path("playground/lanes/<uuid:pk>/settings", lanes.lane_settings, name="lane-settings"),
    path("playground/messages/<uuid:pk>", messages.message, name="message"),
    path("playground/messages/<uuid:pk>/text", messages.message_text, name="message-text"),
    path("playground/messages/<uuid:pk>/edit", messages.message_edit, name="message-edit"),
    path("playground/messages/<uuid:pk>/delete", messages.message_delete, name="message-delete"),
    path("playground/answers/<uuid:pk>", answers.answer, name="answer"),
    path("playground/answers/<uuid:pk>/request", answers.answer_request, name="answer-request"),
]
