from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

if TYPE_CHECKING:
    from tests.cases.company import Company
    from tests.cases.post import Post


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


class Clock:
    """Business time as a test wants it: it stands where it was put, but for the moments the test takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def is_at(self, at: datetime) -> datetime:
        from doorstep.people import clock

        moved = at - datetime.now(UTC)
        self._patch.setattr(clock, "ahead", lambda: moved)
        return at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def known(company: Company) -> UUID:
    """A first version everybody knows: it was there when Doorstep came."""
    from tests.stewardship.changing import PAGE, look, published

    from doorstep.library.models import Materiality

    look()
    return published(PAGE, materiality=Materiality.EDITORIAL)
