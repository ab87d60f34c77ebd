"""The form of what waits for somebody beside asks; `waiting` gathers it from every source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits.  ``kind`` names its pile; ``path`` is the screen that settles it."""

    kind: str
    path: str
    name: str
    title: str
    since: datetime
    by: str = ""
    due_at: datetime | None = None


Source = Callable[[UUID, datetime], list[Waiting]]
"""From a person and business time to what waits for them, in a constant number of queries."""
