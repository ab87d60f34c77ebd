from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.integrations.sessions import session_at

from doorstep.demo import company, salesforce_sandbox
from doorstep.demo.faults import Fault
from doorstep.demo.salesforce_sandbox import data
from doorstep.demo.salesforce_sandbox.objects import KINDS
from doorstep.demo.state import Json
from doorstep.plugin_api import Letter, Session

PRIYA = company.BY_KEY["priya"].salesforce
OPPORTUNITY = company.OPPORTUNITY_ID
FRIDAY = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = FRIDAY

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class World:
    """A sandbox, a session at it, and the clock they live by."""

    server: salesforce_sandbox.Server
    session: Session
    clock: Clock

    def fault(self, kind: str, **more: Any) -> None:
        """Let the next request that matches go wrong."""
        self.server.faults.add(Fault(kind, **more))

    def tasks(self) -> list[Json]:
        """Return all tasks, oldest first."""
        return self.server.crm.records(KINDS["Task"])

    def opportunity(self) -> Json:
        """Return the opportunity."""
        return self.server.crm.record(KINDS["Opportunity"], OPPORTUNITY)

    def edit(self, kind: str, number: str, values: Json) -> None:
        """Change a record as Priya does."""
        self.server.crm.update(KINDS[kind], number, values, by=PRIYA)

    def with_config(self, **config: object) -> Session:
        """Return a session told more."""
        return replace(self.session, config={**self.session.config, **config})


@pytest.fixture
def world() -> Iterator[World]:
    clock = Clock()
    server = salesforce_sandbox.start(now=clock)
    config = {"site": server.url, "client_id": data.CLIENT_ID}
    with httpx.Client(verify=False, timeout=1.0) as http:
        yield World(server, session_at(http, config, {"client_secret": data.CLIENT_SECRET}), clock)
    server.stop()


def letter(**changes: Any) -> Letter:
    """Return the ask of the Friday page to Priya."""
    whole: dict[str, Any] = {
        "key": "delivery-1",
        "purpose": "ask",
        "to": PRIYA,
        "to_name": "Priya Nair",
        "lane": "asks",
        "organisation": "Northwind",
        "starter": "Ana Marsh",
        "subject": "Confirm logistics for Halden Foods",
        "headline": "Please confirm logistics for Halden Foods by 17:00 today.",
        "fields": (("go-live", "date"), ("contact", "e-mail address")),
        "verb": "fill in",
        "outcomes": ("done",),
        "closing": "If we hear nothing we ask Tom Reyes at 17:00.",
        "footer": "Close a client project, version 7, “Confirm logistics”",
        "reference": "7KQ2-MH4D",
        "thread": "ask-1",
        "record": OPPORTUNITY,
    }
    return Letter(**{**whole, **changes})
