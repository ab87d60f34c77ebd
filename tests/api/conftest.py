from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.office import Office


@pytest.fixture
def office(db: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office of the screens, on Friday at 4 p.m. in New York."""
    from datetime import UTC, datetime, timedelta

    from tests.cases.company import FRIDAY
    from tests.web.office import Office as Made

    from doorstep.people import clock

    monkeypatch.setattr(clock, "ahead", lambda: FRIDAY + timedelta(seconds=1) - datetime.now(UTC))
    return Made()
