"""The forms of django-allauth in our words: a label above each field instead of a placeholder in it."""

from typing import Any

from allauth.account import forms


class Plain:
    """Mixed into a form of allauth's; `labels` and `hints` replace its own words."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


class LoginForm(Plain, forms.LoginForm):
    labels = {"login": "Username or e-mail", "remember": "Stay signed in on this device"}
    hints = {"password": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}


class SignupForm(Plain, forms.SignupForm):
    labels = {"email": "E-mail", "password2": "Password, once more"}
    hints = {
        "username": "It names your organization and your team too.",
        "password1": "At least 8 characters; not a common word, and not all digits.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autofocus": True, "autocapitalize": "none"}
        if not self.fields["email"].required:
            self.fields["email"].label = "E-mail (optional)"
            self.fields["email"].help_text = "Without one, a forgotten password cannot be reset."


class ResetPasswordForm(Plain, forms.ResetPasswordForm):
    labels = {"email": "E-mail"}


class ResetPasswordKeyForm(Plain, forms.ResetPasswordKeyForm):
    labels = {"password1": "New password", "password2": "New password, once more"}


class ChangePasswordForm(Plain, forms.ChangePasswordForm):
    labels = {"oldpassword": "Present password"} | ResetPasswordKeyForm.labels
    hints = {"oldpassword": ""}


class SetPasswordForm(Plain, forms.SetPasswordForm):
    labels = {"password2": "Password, once more"}


class AddEmailForm(Plain, forms.AddEmailForm):
    labels = {"email": "New e-mail address"}


class ReauthenticateForm(Plain, forms.ReauthenticateForm):
    hints = {"password": ""}
