"""What people may write about themselves and their house."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Invitation, Organization, Project, Team, User


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name")
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "given-name"}),
            "last_name": forms.TextInput({"autocomplete": "family-name"}),
        }


class ApiKeyForm(forms.Form):
    label = forms.CharField(
        max_length=100, required=False, help_text="Where this key will be used, such as a machine or a notebook."
    )
    lifetime = forms.TypedChoiceField(
        label="Expires",
        choices=[("", "Never"), ("7", "In 7 days"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year")],
        coerce=lambda days: timezone.now() + timedelta(days=int(days)),
        empty_value=None,
        required=False,
    )
    project = forms.ModelChoiceField(
        queryset=Project.objects.none(),
        required=False,
        empty_label="My first project",
        help_text="For requests that name no project in the OpenAI-Project header.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["project"]
        choice.queryset = Project.objects.for_user(user).select_related("team")


class OrganizationForm(forms.ModelForm):
    class Meta:
        model = Organization
        fields = ("name", "stops_when_left")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Organization.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("An organization of this name exists already.")
        return name


class InvitationForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ("role", "email")
        labels = {"email": "E-mail"}
        help_texts = {"email": "Optional. A note for you; anybody who has the link may use it once."}


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ("slug",)
        help_texts = {"slug": "It begins the address of the team's projects: /name/project."}


class ProjectForm(forms.ModelForm):
    class Meta:
        model = Project
        fields = ("team", "slug")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["team"]
        choice.queryset = Team.objects.for_user(user)
        choice.empty_label = None


class ProjectSwitchForm(forms.Form):
    project = forms.UUIDField()
