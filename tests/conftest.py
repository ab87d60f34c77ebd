"""What every test stands on: settings of its own, a database only where one is asked for.

``database`` tests run on an embedded PostgreSQL in a folder that is thrown away, or on the server that
``DOORSTEP_TEST_DATABASE_URL`` names (postgresql://postgres@127.0.0.1:5432/test_doorstep); in both they
run as its superuser, and the roles of an installation exist.  Nothing is started before the first of them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("DOORSTEP_HYPOTHESIS", "quick"))

if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker inherits the folder of the process that started it
    os.environ["DOORSTEP_DATA"] = tempfile.mkdtemp(prefix="doorstep-test-")
    # Registered before the server's own end, so it runs after it.
    atexit.register(shutil.rmtree, os.environ["DOORSTEP_DATA"], ignore_errors=True)
os.environ.pop("DOORSTEP_CONFIG", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "doorstep.project.settings"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the full run insist that nothing was left out."""
    parser.addoption("--must-run", action="store_true", help="Fail when a browser or database test was skipped.")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn a skipped browser or database test into a failure when the run insists."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    must = any(item.get_closest_marker(name) for name in ("browser", "database", "server"))
    if item.config.getoption("--must-run") and report.skipped and must:
        report.outcome = "failed"


def pytest_configure() -> None:
    """Load the settings after the folder is set; pytest-django does the rest.

    A run in the background of a script is started deaf to Ctrl-C, and what it starts would be, too.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from django.conf import settings as django_settings

    assert django_settings.INSTALLED_APPS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked ``database`` may use the database; one marked so with ``transaction=True`` commits."""
    for item in items:
        mark = item.get_closest_marker("database")
        if mark and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(**mark.kwargs))


@pytest.fixture(autouse=True)
def no_job_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Throw away the jobs a test committed."""
    mark = request.node.get_closest_marker("database")
    commits = bool(mark and mark.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        from tests.emptied import drop_jobs

        drop_jobs()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Say where the test database is; called before the first test that needs one, and only then."""
    from django.db import connections
    from psycopg.conninfo import make_conninfo

    from doorstep.project import embedded
    from doorstep.project.settings import database_from

    folder = Path(os.environ["DOORSTEP_DATA"]) / "postgres"
    url = os.environ.get("DOORSTEP_TEST_DATABASE_URL") or embedded.start(folder)
    embedded.make_roles(make_conninfo(url, dbname="postgres"))  # the test's own database is made later
    place = connections["default"].settings_dict
    place.pop("EMBEDDED", None)
    place.update(
        {part: value for part, value in database_from(url).items() if part in {"HOST", "PORT", "USER", "PASSWORD"}}
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let go of the database before it is dropped: a browser's last request may have left its thread's connection."""
    yield
    from django.db import connection
    from tests.emptied import end_others

    with django_db_blocker.unblock():
        end_others()
        connection.close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, as root and without a screen."""
    return {
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def loop_is_running() -> Iterator[None]:
    """Let the database be used although Playwright's loop runs in this thread."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    yield
    patch.undo()


@pytest.fixture
def at_four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Business time is Friday 4 p.m. in New York."""
    from datetime import UTC, datetime, timedelta

    from tests.cases.company import FRIDAY

    from doorstep.people import clock

    monkeypatch.setattr(clock, "ahead", lambda: FRIDAY + timedelta(seconds=1) - datetime.now(UTC))
