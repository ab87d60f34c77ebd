"""Whose turn it is to answer for what a role owns: handing the point on, and how long a turn lasts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from doorstep.library.models import Process
from doorstep.people import on_point
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Membership, Role
from doorstep.people.rights import Doer, is_administrator

LONGEST = 366


@transaction.atomic
def hand_point(*, role: UUID, to: UUID, by: Doer, at: datetime) -> None:
    """Let somebody be on point for a role from today.  Raises NotAllowed, NotUsable."""
    _require(role, by)
    on_point.hand_point(role=role, to=to, at=at)


@transaction.atomic
def set_turn(*, role: UUID, days: int, by: Doer) -> None:
    """Say how many days each holder of a role is on point.  Raises NotAllowed, NotUsable."""
    _require(role, by)
    if not 1 <= days <= LONGEST:
        raise NotUsable(f"Expected a turn of 1 to {LONGEST} days, but got {days}.")
    Role.objects.filter(id=role).update(turn_days=days)


def may_hand_point(role: UUID, by: Doer) -> bool:
    """Say whether somebody may: a holder, the champion of a group in which the role owns a page, an administrator."""
    if is_administrator(by) or Membership.objects.filter(role=role, person=by).exists():
        return True
    return Process.objects.filter(Q(owner_role=role) | Q(expert_role=role), group__champion=by).exists()


def _require(role: UUID, by: Doer) -> None:
    if not may_hand_point(role, by):
        name = Role.objects.get(id=role).name
        raise NotAllowed(
            f"Only somebody who holds the role {name}, the champion of a group it owns pages of or an administrator "
            "may say who is on point."
        )
