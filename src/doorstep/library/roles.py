"""The roles somebody may know: those they hold, and those that pages name which they may meet."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doorstep.library.models import Process
from doorstep.library.seen import seen_by
from doorstep.people.models import Membership, Role

SHOWN = 100


def known_roles(person: UUID, *, words: str = "", window: slice = slice(SHOWN)) -> list[Role]:
    """Return the roles somebody may know, their own first, then by name."""
    rows = _known(person).filter(name__icontains=words) if words else _known(person)
    return list(rows[window])


def known_role(person: UUID, role: UUID) -> Role | None:
    """Return a role if somebody may know it."""
    return _known(person).filter(id=role).first()


def _known(person: UUID) -> QuerySet[Role]:
    met = Process.objects.filter(seen_by(person)).values("id")
    named = Process.roles.through.objects.filter(role=OuterRef("id"), process__in=met)
    leads = Process.objects.filter(Q(owner_role=OuterRef("id")) | Q(expert_role=OuterRef("id")), id__in=met)
    held = Membership.objects.filter(role=OuterRef("id"), person=person)
    known = Role.objects.filter(Q(Exists(held)) | Q(Exists(named)) | Q(Exists(leads)))
    return known.annotate(own=Exists(held)).order_by("-own", "name", "id")
