from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cases.company import Company
    from tests.cases.post import Post, Tracker


@pytest.fixture
def company(db: None) -> Company:
    from tests.cases.company import Company as Made

    return Made()


@pytest.fixture
def post(company: Company) -> Iterator[Post]:
    """A mail connection that keeps what it sends in memory."""
    from tests.cases.post import posted

    with posted() as made:
        yield made


@pytest.fixture
def tracker(company: Company) -> Iterator[Tracker]:
    """A connection to a tracker that lives in memory."""
    from tests.cases.post import Tracker as Made

    from doorstep.connections.models import Connection
    from doorstep.plugin_api.registry import Integration, integrations

    made = Made()
    before = integrations()["jira"]
    integrations()["jira"] = Integration(kind="jira", system="Jira", channel=lambda: made, connector=lambda: made)
    Connection.objects.create(name="tracker", kind="jira")
    yield made
    integrations()["jira"] = before


class Clock:
    """Business time as a test wants it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self, _zone: object) -> datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Friday 4 p.m. in New York, until the test moves it."""
    from tests.cases.company import FRIDAY

    from doorstep.people import clock as people_clock

    made = Clock(FRIDAY)
    monkeypatch.setattr(people_clock, "datetime", made)
    return made
