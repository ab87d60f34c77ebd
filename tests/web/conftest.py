from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cases.post import Post
    from tests.web.office import Office


@pytest.fixture
def at_four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Business time is Friday 4 p.m. in New York."""
    from datetime import UTC, datetime, timedelta

    from tests.cases.company import FRIDAY

    from doorstep.people import clock

    monkeypatch.setattr(clock, "ahead", lambda: FRIDAY + timedelta(seconds=1) - datetime.now(UTC))


@pytest.fixture
def office(db: None, at_four: None) -> Office:
    from tests.web.office import Office as Made

    return Made()


@pytest.fixture
def post(office: Office) -> Iterator[Post]:
    """A mail connection that keeps what it sends in memory."""
    from tests.cases.post import Post as Made

    from doorstep.connections.models import Connection
    from doorstep.plugin_api.registry import Integration, integrations

    made = Made()
    before = integrations()["email"]
    integrations()["email"] = Integration(kind="email", system="e-mail", channel=lambda: made)
    Connection.objects.create(name="mail", kind="email", config={"address": "doorstep@northwind.example"})
    yield made
    integrations()["email"] = before
