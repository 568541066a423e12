"""A Lineup served by processes of its own, which tests start, kill and start again on the same data."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import uuid
from pathlib import Path
from typing import Any

import psycopg

from scripts import server
from scripts.children import Child, free_port
from tests import nursery
from tests.nursery import ForkedChild
from tests.variables import UNSET

ROOT = Path(__file__).resolve().parent.parent
DATABASE_URL = os.environ.get("DATABASE_URL", "")


class Store:
    """One Lineup's folder and database: a SQLite file in the folder or, where DATABASE_URL is set, one of its own."""

    def __init__(self, folder: Path, *, copy_of: Store | None = None, database_url: str = "") -> None:
        """`database_url` names an empty database that is the test's own to break."""
        self.folder = folder
        self.is_foreign = bool(database_url)
        if database_url:
            folder.mkdir(exist_ok=True)
            self.database_url = database_url
            return
        self.name = f"lineup_{uuid.uuid4().hex[:12]}"
        self.database_url = DATABASE_URL and DATABASE_URL.rpartition("/")[0] + f"/{self.name}"
        if DATABASE_URL:
            folder.mkdir(exist_ok=True)
            template = f' TEMPLATE "{copy_of.name}"' if copy_of else ""
            _administer(f'CREATE DATABASE "{self.name}"{template}')
        elif copy_of:
            shutil.copytree(copy_of.folder, folder, dirs_exist_ok=True)
        else:
            folder.mkdir(exist_ok=True)

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows as they are on disk; placeholders are `?`."""
        if self.database_url:
            with psycopg.connect(self.database_url) as postgres:
                return postgres.execute(sql.replace("?", "%s").encode(), parameters).fetchall()
        with sqlite3.connect(self.folder / "lineup.sqlite3", timeout=20) as sqlite:
            return sqlite.execute(sql, parameters).fetchall()

    def drop(self) -> None:
        if self.database_url and not self.is_foreign:
            _administer(f'DROP DATABASE "{self.name}" WITH (FORCE)')


def _administer(sql: str) -> None:
    with psycopg.connect(DATABASE_URL, autocommit=True) as postgres:
        postgres.execute(sql.encode())


class Served:
    """daphne with `config.asgi` on a port that stays the same from start to start."""

    #: Child, where a start is to be as it is outside tests.
    starts_as: type[Child] = ForkedChild

    def __init__(self, store: Store, simulator_url: str, **settings: str) -> None:
        self.store = store
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = (
            dict(os.environ)
            | UNSET
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "SECRET_KEY": os.environ["SECRET_KEY"],
                "VAR_DIR": str(store.folder),
                "DATABASE_URL": store.database_url,
                "SIMULATOR_BASE_URL": simulator_url,
                "PYTHONPATH": str(ROOT),
                # Who stops a Lineup waits for no stream, unless the test is about that.
                "DRAIN_SECONDS": "0",
                # Nor is a machine that has much else to do a database that is away.
                "DATABASE_PATIENCE": "10",
                **settings,
            }
        )
        self.child = self._child()

    def _child(self) -> Child:
        command = server.command(sys.executable, "127.0.0.1", self.port)
        log = self.store.folder / "server.log"
        return self.starts_as("Lineup", command, port=self.port, environment=self.environment, log=log)

    @property
    def log(self) -> str:
        return (self.store.folder / "server.log").read_text()

    def start(self) -> None:
        """With the environment as it is now."""
        self.child = self._child()
        self.child.start()

    def stop(self) -> None:
        """As SIGTERM does it: in order."""
        self.child.stop()

    def kill(self) -> None:
        """As a power cut does it."""
        self.child.kill()

    def manage(self, *arguments: str) -> str:
        """What the management command prints on stdout."""
        code, out, err = nursery.run([sys.executable, str(ROOT / "manage.py"), *arguments], self.environment)
        assert code == 0, err
        return out.strip()

    def sign_in_link(self, user: str = "admin") -> str:
        """Opened once, it signs the local admin (or another) in."""
        return self.url + self.manage("sign_in_link", user)

    def key(self, user: str = "admin") -> str:
        """A new API key for a project of theirs."""
        return self.manage("create_api_key", "--user", user)
