"""The bulletins that hold now: what is shown wherever their step is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.library.models import Bulletin, BulletinState

LASTS = timedelta(days=14)
"""How long a bulletin is shown, and how much longer when it is renewed, once."""


# Index: bulletin_shown.
def shown(process: UUID, *, at: datetime) -> Mapping[str, tuple[Bulletin, ...]]:
    """Return the bulletins of a process by the identity of their step, those of the whole page under "".  One query."""
    rows = Bulletin.objects.filter(process=process, state=BulletinState.SHOWN, ends_at__gt=at).select_related("by")
    found: dict[str, list[Bulletin]] = defaultdict(list)
    for row in rows.order_by("since"):
        found[row.step].append(row)
    return {step: tuple(some) for step, some in found.items()}


def of_step(process: UUID, step: str, *, at: datetime) -> tuple[Bulletin, ...]:
    """Return the bulletins whoever does a step must see: its own, and the page's.  One query."""
    found = shown(process, at=at)
    return (*found.get("", ()), *found.get(step, ())) if step else found.get("", ())
