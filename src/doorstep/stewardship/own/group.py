"""Looking after a group: its champion, whether it is restricted, the experts of its processes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.models import Group, Process
from doorstep.library.restate import restate
from doorstep.people.errors import NotAllowed
from doorstep.people.rights import Doer, is_administrator
from doorstep.reading.page import Address
from doorstep.stewardship.own.rights import require_able, require_decides


@transaction.atomic
def name_champion(*, group: UUID, champion: UUID | None, by: Doer, at: datetime) -> None:
    """Say who looks after a group, None for nobody; its champion and administrators may.  Raises NotAllowed, NotUsable."""
    row = Group.objects.select_for_update().get(id=group)
    if not may_change(row, by):
        raise NotAllowed(f"Only the champion of {row} or an administrator may name its champion. Ask one of them.")
    row.champion = require_able(champion, today=at.date()) if champion else None
    row.save(update_fields=["champion"])


@transaction.atomic
def name_expert(*, process: UUID, expert: UUID, by: Doer, at: datetime) -> bool:
    """Say on a page who knows it day to day, by an editorial version; returns false when it said so already.

    Who may decide about its ownership may.  Raises NotAllowed, NotUsable.
    """
    row = Process.objects.select_related("group").get(id=process)
    require_decides(row, by, what="name its expert")
    person = require_able(expert, today=at.date())
    why = f"{person} knows it day to day now."
    return restate(process=process, by=by, expert=Address(person.email), why=why, at=at) is not None


def may_change(group: Group, by: Doer) -> bool:
    """Say whether somebody may change a group."""
    return is_administrator(by) or (by is not None and group.champion_id == by)
