"""A page that changes, for the tests of telling people what changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.stewardship.at_once import do_jobs

from doorstep.library.models import Materiality, Version, VersionState
from doorstep.library.publish import publish
from doorstep.people import clock
from doorstep.stewardship.joined import compare_roles

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday 10 a.m. in New York."""

DAY = timedelta(days=1)

PAGE = """\
# Close a client project

- Owner: vera@northwind.example
- Audience: Account manager

## Confirm the deployment

- Who: Delivery engineer
- Due: 1 hour
- If late: tell vera@northwind.example

Look at production.

## Sign off the contract

- Who: Legal counsel
- Due: 1 working day

## Tell the client

- Tell: bob@northwind.example

> It is live.
"""
SOONER = PAGE.replace("- Due: 1 hour", "- Due: 30 minutes")
SOONER_AND_LEGAL = SOONER.replace("- Due: 1 working day", "- Due: 2 working days")


def look(at: datetime = MONDAY) -> None:
    """Let memberships be compared until there is nothing new."""
    while compare_roles(at):
        pass


def published(text: str, *, at: datetime = MONDAY, materiality: Materiality = Materiality.MATERIAL) -> UUID:
    """Publish a page that matters so much, with everybody told, and return its version."""
    made = publish(text=text, by=None, at=at, materiality=materiality).version_id
    assert Version.objects.get(id=made).state == VersionState.EFFECTIVE
    moment = at + timedelta(seconds=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "ahead", lambda: moment - datetime.now(UTC))
        do_jobs()
    return made
