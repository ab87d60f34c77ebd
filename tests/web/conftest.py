from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.office import Office


@pytest.fixture
def at_four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Business time is Friday 4 p.m. in New York."""
    from datetime import UTC, datetime

    from tests.cases.company import FRIDAY

    from doorstep.people import clock

    monkeypatch.setattr(clock, "ahead", lambda: FRIDAY - datetime.now(UTC))


@pytest.fixture
def office(db: None, at_four: None) -> Office:
    from tests.web.office import Office as Made

    return Made()
