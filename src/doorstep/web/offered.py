"""The offer to make a page of what was done three times."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from doorstep.reading import words
from doorstep.stewardship.alike import Alike


@dataclass(frozen=True, slots=True)
class Offer:
    """What Home and the run say; ``case_id`` is the latest of the runs the page is written from."""

    case_id: UUID
    title: str
    times: str
    reason: str


def offer(alike: Alike | None) -> Offer | None:
    """Return the offer for work done three times, None when there is none."""
    return Offer(alike.cases[0].id, alike.title, words.times(len(alike.cases)), alike.reason) if alike else None
