"""What a department does: the processes that name a role its people hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from doorstep.library.models import Process, VersionState
from doorstep.library.seen import seen_by
from doorstep.people.models import Membership
from doorstep.people.rights import Doer
from doorstep.reading import words


@dataclass(frozen=True, slots=True)
class Done:
    """A process of a department, and through which of its roles."""

    key: str
    title: str
    group: str
    line: str


def of_department(name: str, *, viewer: Doer, window: slice) -> list[Done]:
    """Return the processes of a department by title, of those that whoever looks may meet.  Five queries."""
    held = Membership.objects.filter(person__department=name).values_list("role", flat=True).distinct()
    roles = list(held)
    named = Process.roles.through.objects.filter(role__in=roles)
    rows = Process.objects.filter(seen_by(viewer), id__in=named.values("process"))
    rows = rows.filter(versions__state=VersionState.EFFECTIVE).select_related("group")
    shown = list(rows.order_by("title", "id")[window])
    through: dict[UUID, list[str]] = defaultdict(list)
    pairs = named.filter(process__in=shown).order_by("role__name").values_list("process_id", "role__name")
    for process, role in pairs:
        through[process].append(role)
    return [Done(one.key, one.title, str(one.group or ""), words.listed(through[one.id])) for one in shown]
