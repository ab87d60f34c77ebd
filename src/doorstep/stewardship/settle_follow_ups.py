"""Saying what was found in the runs of a recall, one or many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from doorstep.library.errors import NotUsable
from doorstep.library.rights import is_leader
from doorstep.people.clock import business_now
from doorstep.people.errors import NotAllowed
from doorstep.people.rights import is_administrator
from doorstep.stewardship.models import FollowUp, Recall


@transaction.atomic
def settle_follow_ups(
    *, recall: UUID, found: str, by: UUID, only: Collection[UUID] | None = None, at: datetime | None = None
) -> int:
    """Take down what was found in some runs of a recall, and return how many were open.

    ``only`` are follow-ups; without it all that are somebody's own.  Those who look after the page settle anybody's.
    The recall closes with the last.  Raises NotUsable without words, NotAllowed for follow-ups of others.
    """
    now = at or business_now()
    row = Recall.objects.select_for_update(of=("self",)).select_related("process__group").filter(id=recall).first()
    if row is None:
        raise NotUsable("There is no such recall. Open it again from your Home.")
    if not found.strip():
        raise NotUsable("Expected what you found: “nothing wrong” is an answer, too.")
    wanted = FollowUp.objects.filter(recall=row)
    wanted = wanted.filter(person=by) if only is None else wanted.filter(id__in=only)
    if not (is_leader(row.process, by) or is_administrator(by)) and wanted.filter(~_of(by)).exists():
        raise NotAllowed("These runs are somebody else's to look at. Tell them what you know.")
    settled = wanted.filter(settled_at=None).update(found=found.strip(), settled_at=now, settled_by=by)
    if not row.closed_at and not row.follow_ups.filter(settled_at=None).exists():
        row.closed_at = now
        row.save(update_fields=["closed_at"])
    return settled


def _of(person: UUID) -> Q:
    return Q(person=person)
