from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.stewardship.own.people_and_pages import House


@pytest.fixture
def house(db: None) -> House:
    from tests.stewardship.own.people_and_pages import House as Made

    return Made()
