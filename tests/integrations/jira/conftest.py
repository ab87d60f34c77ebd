from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.demo.openapi import CheckedTransport
from tests.integrations.sessions import session_at

from doorstep.demo import company, jira_sandbox
from doorstep.demo.faults import Fault
from doorstep.demo.jira_sandbox import adf, data
from doorstep.plugin_api import Letter, Session

SAM = company.BY_KEY["sam"].jira
NORA = company.BY_KEY["nora"].jira
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

    server: jira_sandbox.Server
    session: Session
    clock: Clock

    def fault(self, kind: str, **more: Any) -> None:
        """Let the next request that matches go wrong."""
        self.server.faults.add(Fault(kind, **more))

    def comments(self, key: str = "DEP-412") -> list[str]:
        """Return what the comments of an issue say, oldest first."""
        return [adf.plain(comment["body"]) for comment in self.server.tracker.issue(key)["comments"]]

    def issues(self) -> list[str]:
        """Return the keys of all issues."""
        return [issue["key"] for issue in self.server.tracker.indexed()]

    def with_config(self, **config: object) -> Session:
        """Return a session told more."""
        return replace(self.session, config={**self.session.config, **config})


@pytest.fixture
def world() -> Iterator[World]:
    clock = Clock()
    server = jira_sandbox.start(now=clock)
    config = {"site": server.url, "email": data.ROBOT_EMAIL}
    with httpx.Client(transport=CheckedTransport(), timeout=1.0, follow_redirects=False) as http:
        yield World(server, session_at(http, config, {"token": data.TOKEN}), clock)
    server.stop()


def letter(**changes: Any) -> Letter:
    """Return the ask of the Friday page to Sam."""
    whole: dict[str, Any] = {
        "key": "delivery-1",
        "purpose": "ask",
        "to": SAM,
        "to_name": "Sam Ortiz",
        "lane": "asks",
        "organisation": "Northwind",
        "starter": "Ana Marsh",
        "subject": "Confirm the deployment for Halden Foods",
        "headline": "Please confirm the deployment for Halden Foods by 17:00 today.",
        "paragraphs": ("Look at production, not at staging.",),
        "checklist": (
            ("The release tag matches the statement of work", False),
            ("The rollback was tried this week", True),
        ),
        "verb": "confirm",
        "outcomes": ("done", "rejected"),
        "closing": "If we hear nothing we ask Nora Vance at 17:00.",
        "footer": "Close a client project, version 7, “Confirm the deployment”",
        "reference": "7KQ2-MH4D",
        "thread": "ask-1",
        "record": "DEP-412",
    }
    return Letter(**{**whole, **changes})
