"""`reconcile`: proves that the books add up, or says what does not and fails."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.reconciling import reconcile


class Command(BaseCommand):
    help = "Looks at every invariant of the books; fails if one does not hold."

    def handle(self, **options: Any) -> None:
        run = reconcile()
        findings = [str(finding) for finding in run.findings.all()]
        if findings:
            raise CommandError("The books do not add up:\n" + "\n".join(findings))
        self.stdout.write(f"The books add up: {', '.join(run.checked)} hold.")
