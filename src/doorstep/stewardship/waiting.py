"""What waits for somebody beside asks: acknowledgements, ownership to accept, proposals, orphans, bulletins that end.

Each kind is a function of a module of its own, which imports `waits` and is named here; Home shows them as piles.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.stewardship.assisting import wishes
from doorstep.stewardship.bulletins import ended_bulletins
from doorstep.stewardship.changed_for_me import to_acknowledge
from doorstep.stewardship.mailed_waits import lines_waiting
from doorstep.stewardship.own import pending as own
from doorstep.stewardship.proposals import proposals_waiting
from doorstep.stewardship.recalls import follow_ups
from doorstep.stewardship.reviews import reviews_due
from doorstep.stewardship.waits import Source as Source  # noqa: PLC0414 - read together with what waits
from doorstep.stewardship.waits import Waiting as Waiting  # noqa: PLC0414

SOURCES: tuple[Source, ...] = (
    to_acknowledge,
    reviews_due,
    ended_bulletins,
    follow_ups,
    wishes,
    lines_waiting,
    *own.SOURCES,
    proposals_waiting,
)


def waiting_for(person: UUID, *, at: datetime) -> list[Waiting]:
    """Return what waits for somebody beside asks, the most pressing first."""
    found = [one for source in SOURCES for one in source(person, at)]
    return sorted(found, key=lambda one: (one.due_at or one.since, one.name))
