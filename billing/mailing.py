"""Mail to an organization's admins, as text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.models import Membership, Organization


def mail_admins(organization: Organization, subject: str, template: str, context: Mapping[str, Any]) -> None:
    """All in one message: of several, the first might be sent and the second fail. None without any address."""
    admins = organization.memberships.filter(role=Membership.Role.ADMIN, user__is_active=True)
    addresses = [address for address in admins.values_list("user__email", flat=True) if address]
    if not addresses:
        return
    told = {**context, "organization": organization}
    line = " ".join(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}".split())
    message = EmailMultiAlternatives(line, render_to_string(f"{template}.txt", told), to=addresses)
    message.attach_alternative(render_to_string(f"{template}.html", told), "text/html")
    message.send()
