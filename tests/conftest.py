"""The cast and the stage of all tests.

Alice is the admin of an organization, Bob a member of it, Charlie a stranger with an organization of his own.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from accounts.models import ApiKey, Membership, Organization, Project, Team, User
from accounts.signup import welcome
from billing import writer
from billing.models import Plan
from billing.plans import PLANS
from tests.serving import Served, Store
from tracing import database, recorder

if TYPE_CHECKING:
    from tests.simulator.serving import Simulator

pytest_plugins = ["tests.simulator.serving"]

# A busy machine takes its time for an example too.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Threads end with the test that woke them, before the database is taken away from under them."""
    writer.stop()
    database.stop()
    recorder.stop()


#: Tables of the books of which the database lets nobody delete rows.
WRITTEN_ONCE = (
    "ledgerentry", "auditevent", "planchange", "listprice",
    "invoice", "invoiceline", "invoicedocument", "payment", "creditnote",
)  # fmt: skip
#: What waits longest begins first: at the end it would keep one worker busy while the others have nothing left to do.
LONGEST = tuple(
    f"tests/{path}"
    for path in ("faults/", "gateway/test_schemathesis", "scripts/", "tracing/test_client", "tracing/test_forwarding")
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those with this process's own database stay in pytest-django's order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST) or _has_database(item))


def _has_database(item: pytest.Item) -> bool:
    return not {"db", "transactional_db"}.isdisjoint(getattr(item, "fixturenames", ()))


PASSWORD = "a phrase that nobody guesses"


def is_local(address: Any) -> bool:
    """A Unix socket, or this machine's loopback."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    return host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upstreams are real servers on this machine; nothing else is ever called."""

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def local_only(self: socket.socket, address: Any) -> Any:
            if not is_local(address):
                raise OSError(f"tests may not connect to {address}")
            return connect(self, address)

        return local_only

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What each database makes harder for tests than for the product."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Tables are emptied between tests by deleting rows, which their guards would refuse.
            for guarded in ("price_is_not_deleted", *(f"{table}_refuses_delete" for table in WRITTEN_ONCE)):
                cursor.execute(f"DROP TRIGGER {guarded}")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Threads that the code under test made keep their connections, and no database is dropped that has any.
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Counters of login attempts and the like end with the test."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _plans(request: pytest.FixtureRequest) -> None:
    """Those of a new server: tests that empty all tables take them away from those after them."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("_django_db_helper")
        missing = PLANS.keys() - set(Plan.objects.values_list("slug", flat=True))
        Plan.objects.bulk_create(Plan(slug=slug, **PLANS[slug]) for slug in sorted(missing))


def person(name: str) -> User:
    return User.objects.create_user(name, email=f"{name}@example.com", password=PASSWORD)


@pytest.fixture
def project(db: None) -> Project:
    """alice/playground."""
    return welcome(person("alice"))


@pytest.fixture
def team(project: Project) -> Team:
    return project.team


@pytest.fixture
def organization(team: Team) -> Organization:
    return team.organization


@pytest.fixture
def alice(organization: Organization) -> User:
    return organization.members.get(username="alice")


@pytest.fixture
def bob(organization: Organization) -> User:
    user = person("bob")
    Membership.objects.create(organization=organization, user=user)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    user = person("charlie")
    welcome(user)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alice_client(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def charlie_client(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture
def alice_key(alice: User, project: Project) -> str:
    """The secret of an API key of Alice's, for the project alice/playground."""
    return ApiKey.objects.issue(user=alice, project=project, label="test")[1]


@pytest.fixture(scope="session")
def simulator_url(_simulator: Simulator) -> str:
    """What served Lineups call; ask for `simulator` too to set its pace or to read its ledger."""
    return _simulator.base_url


@pytest.fixture(scope="session")
def bootstrapped(tmp_path_factory: pytest.TempPathFactory, simulator_url: str) -> Iterator[Store]:
    """A store as the first `make run` leaves it; tests work on copies."""
    store = Store(tmp_path_factory.mktemp("bootstrapped"))
    Served(store, simulator_url).manage("bootstrap")
    yield store
    store.drop()


Serve = Callable[..., Served]


@pytest.fixture
def serve(bootstrapped: Store, simulator_url: str, tmp_path: Path) -> Iterator[Serve]:
    """`serve(NAME="value", …)` starts a Lineup of this test's own, with these settings, and ends it after the test.

    It can be killed and started again on the same data: `served.kill()`, `served.start()`; its rows are read with
    `served.store.query(sql)`. Its people: `admin`, with `served.sign_in_link()` and `served.key()`.
    """
    running: list[Served] = []

    def start(**settings: str) -> Served:
        store = Store(tmp_path / f"lineup-{len(running)}", copy_of=bootstrapped)
        running.append(Served(store, simulator_url, **settings))
        running[-1].start()
        return running[-1]

    yield start
    for served in running:
        served.kill()
        served.store.drop()
