"""Pulling a directory: every hour, when asked, and carefully."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from doorstep.connections.errors import NotUsable
from doorstep.connections.models import Connection, Cursor, Pull
from doorstep.connections.pull import pull, pull_when_due
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.plugin_api import ConnectionPaused, DirectoryPerson, ReadFailed, Session
from doorstep.plugin_api.registry import Integration, integrations

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Staff:
    """A directory in memory."""

    def __init__(self) -> None:
        self.people = [DirectoryPerson(str(n), f"P {n}", f"p{n}@x.example") for n in range(20)]
        self.pulls: list[bool] = []
        self.trouble: Exception | None = None

    def pull(self, session: Session, *, whole: bool) -> Iterator[DirectoryPerson]:
        self.pulls.append(whole)
        if self.trouble:
            raise self.trouble
        yield from self.people
        session.cursor.set(f"stamp {len(self.pulls)}")


@pytest.fixture
def staff(db: None) -> Iterator[Staff]:
    made = Staff()
    integrations()["staff"] = Integration(kind="staff", system="Staff", directory=lambda: made)
    yield made
    del integrations()["staff"]


@pytest.fixture
def row(staff: Staff) -> Connection:
    return Connection.objects.create(name="HR", kind="staff")


def state(row: Connection) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.why


def test_the_worker_pulls_every_hour(staff: Staff, row: Connection) -> None:
    done = [pull_when_due(row, at=NOW + minutes * timedelta(minutes=1)) for minutes in (0, 1, 59, 60, 61)]
    assert (done, staff.pulls) == ([1, 0, 0, 1, 0], [True, True])
    kept = Pull.objects.get()
    assert (kept.at, kept.report) == (NOW + HOUR, "0 added, 0 changed, 0 left, 0 moved.")


def test_changes_alone_are_pulled_between_daily_whole_pulls(staff: Staff, row: Connection) -> None:
    row.config = {"changes_only": True}
    for hours in (0, 1, 23, 24):
        pull_when_due(row, at=NOW + hours * HOUR)
    assert staff.pulls == [True, False, False, True]
    assert Cursor.objects.get().value == "stamp 4"


def test_a_sweeping_pull_pauses_until_an_administrator_says_so(staff: Staff, row: Connection) -> None:
    pull_when_due(row, at=NOW)
    staff.people = staff.people[:10]
    with pytest.raises(ConnectionPaused, match="HR no longer has 10 of the 20 people"):
        pull_when_due(row, at=NOW + HOUR)
    assert Person.objects.filter(left_on=None).count() == 20
    assert Cursor.objects.get().value == "stamp 1"
    with pytest.raises(NotUsable, match="take it over all the same"):
        pull(connection=row.id, by=None, at=NOW + HOUR)
    assert state(row)[0] == "paused"
    taken = pull(connection=row.id, by=None, at=NOW + HOUR, sweeping=True)
    assert (len(taken.left), state(row)) == (10, ("active", ""))


def test_only_an_administrator_pulls(staff: Staff, row: Connection) -> None:
    bob = Person.objects.create(name="Bob", email="bob@y.example")
    with pytest.raises(NotAllowed, match="Only an administrator may pull a directory"):
        pull(connection=row.id, by=bob.id, at=NOW)


def test_a_directory_that_is_down_is_tried_for_a_day_and_then_pauses(staff: Staff, row: Connection) -> None:
    staff.trouble = ReadFailed("HR could not be reached. We try again.")
    for hours in (0, 12, 24):
        with pytest.raises(ReadFailed):
            pull_when_due(row, at=NOW + hours * HOUR)
    with pytest.raises(ConnectionPaused, match="could not be reached"):
        pull_when_due(row, at=NOW + 25 * HOUR)
    staff.trouble = None
    pull_when_due(row, at=NOW + 26 * HOUR)
    kept = Pull.objects.get()
    assert (kept.failing_since, kept.trouble) == (None, "")


@pytest.mark.parametrize(
    "trouble", [ConnectionPaused("The password is wrong."), ReadFailed("No LDAP.", permanent=True)]
)
def test_what_somebody_must_mend_pauses_at_once(staff: Staff, row: Connection, trouble: Exception) -> None:
    staff.trouble = trouble
    with pytest.raises(NotUsable, match=str(trouble)):
        pull(connection=row.id, by=None, at=NOW)
    assert state(row) == ("paused", str(trouble))


def test_a_connection_that_is_no_directory_pulls_nobody(db: None) -> None:
    row = Connection.objects.create(name="Jira", kind="jira", config={})
    with pytest.raises(NotUsable, match="is to no directory"):
        pull(connection=row.id, by=None, at=NOW)
