"""However many processes look at the same moment, an alert is mailed by one of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT, Served, Store

USED_UP = """
from django.db import connection
from accounts.models import Organization, Project, User
from billing.book import book
from billing.limiting import set_limit
from tests.billing.wishes import used, wish
connection.ensure_connection()
User.objects.update(email="admin@example.com")
user, project = User.objects.get(username="admin"), Project.objects.select_related("team").first()
thing = {"scope": "organization", "subject_id": project.team.organization_id, "period": "month", "whose": "it"}
set_limit(project.team.organization_id, **thing, amount=1000, actor=user)
(row,) = book([], [wish(user, project)])
book([used(row)], [])
"""
CHECK = "from billing import alerts; alerts.check()"
PROCESSES = 4


def test_it_is_mailed_once(bootstrapped: Store, simulator_url: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "lineup", copy_of=bootstrapped)
    lineup = Served(store, simulator_url)
    try:
        lineup.manage("shell", "-c", USED_UP)
        command = [sys.executable, str(ROOT / "manage.py"), "shell", "-c", CHECK]
        checks = [
            subprocess.Popen(command, env=lineup.environment, stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]
        said = "".join(check.communicate()[0] for check in checks)
        assert [check.returncode for check in checks] == [0] * PROCESSES
        assert said.count("\n- 85 % of the organization") == said.count("\n- The organization’s spending limit") == 1
        assert store.query("SELECT count(*) FROM billing_alert WHERE mailed_at IS NULL") == [(0,)]
    finally:
        store.drop()
