"""What people type into the Playground outside the composer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from common.texts import no_nul
from playground import portable
from playground.models import Attachment, Comparison, Message
from playground.models.comparisons import LONGEST_TITLE
from playground.protocol import MAX_TEXT


class MessageForm(forms.Form):
    text = forms.CharField(max_length=MAX_TEXT, strip=False, required=False, error_messages=no_nul("A message"))
    #: Those of its images that stay.
    keep = forms.ModelMultipleChoiceField(
        Attachment.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, message: Message, data: QueryDict | None = None) -> None:
        attachments = message.attachments.select_related("image")
        super().__init__(data, initial={"text": message.text, "keep": attachments})
        self.may_be_empty = bool(message.tool_calls)
        keep: Any = self.fields["keep"]
        keep.queryset = attachments

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not (self.may_be_empty or cleaned.get("text") or cleaned.get("keep") or self.errors):
            self.add_error("text", "A message cannot be empty. Delete it instead.")
        return cleaned


class TitleForm(forms.Form):
    title = forms.CharField(
        max_length=LONGEST_TITLE,
        required=False,
        error_messages={"max_length": f"A title has at most {LONGEST_TITLE} characters.", **no_nul("A title")},
    )


class EarlierForm(forms.Form):
    before = forms.UUIDField()


class SharingForm(forms.Form):
    sharing = forms.ChoiceField(choices=Comparison.Sharing.choices, required=False, widget=forms.RadioSelect)


class ImportForm(forms.Form):
    file = forms.FileField(label="JSON file", widget=forms.ClearableFileInput({"accept": ".json,application/json"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > portable.MOST_BYTES:
            raise forms.ValidationError(f"The file has more than {portable.MOST_BYTES // 1_000_000} MB.")
        return file


class DraftForm(forms.Form):
    draft = forms.CharField(
        max_length=MAX_TEXT,
        required=False,
        strip=False,
        error_messages={"max_length": "The draft is too long to be kept.", **no_nul("A message")},
    )
