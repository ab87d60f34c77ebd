from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cases.post import Post
    from tests.web.office import Office


@pytest.fixture
def office(db: None, at_four: None) -> Office:
    from tests.web.office import Office as Made

    return Made()


@pytest.fixture
def post(office: Office) -> Iterator[Post]:
    """A mail connection that keeps what it sends in memory."""
    from tests.cases.post import posted

    with posted() as made:
        yield made
