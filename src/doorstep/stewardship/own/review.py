"""Saying that a page is still right: on its page, or with all that one owns; not while changes are proposed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.models import Process
from doorstep.library.verify import verify
from doorstep.people.clock import business_now
from doorstep.people.errors import NotUsable
from doorstep.people.rights import Doer
from doorstep.stewardship.proposals import open_proposals


@transaction.atomic
def say_right(*, process: str, by: Doer, at: datetime | None = None) -> Process:
    """Take down that somebody looked at a page and found it right; the next review is an interval away.

    Raises what `library.verify` does, and NotUsable while changes are proposed: each must have its answer first.
    """
    row = verify(process=process, by=by, at=at or business_now())
    _require_nothing_open(row.id, row.title)
    return row


def _require_nothing_open(process: UUID, title: str) -> None:
    waiting = open_proposals(process)
    if waiting:
        proposals = "a change is proposed" if waiting == 1 else f"{waiting} changes are proposed"
        raise NotUsable(f"“{title}” is to be found right or not, and {proposals}. Answer that first, then confirm.")
