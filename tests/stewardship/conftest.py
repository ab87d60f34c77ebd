from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cases.company import Company


@pytest.fixture
def company(db: None) -> Company:
    from tests.cases.company import Company as Made

    return Made()
