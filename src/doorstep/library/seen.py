"""What somebody may meet in the library: a set of processes, made of one condition that every query uses.

Everybody of the organisation meets a process, unless it or its group is restricted; then: owner, expert,
the group's champion, whoever a step names, whoever holds a role the page names, whoever was granted a right
on it, and administrators and auditors.  An unpublished page of one author is its author's alone.
`library.why` says for one process which of these it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from doorstep.library.models import Appearance, Grant, Group, Process
from doorstep.people.models import Membership, Person
from doorstep.people.once import once
from doorstep.people.prepared import Prepared
from doorstep.people.rights import Doer


@dataclass(frozen=True, slots=True)
class Further:
    """A reason of a floor above to meet a restricted process; ``because`` completes "you see this because you …".

    ``condition`` selects the processes of a person, and ``readers`` the persons of a process: the same, asked both ways.
    """

    condition: Callable[[UUID], Q]
    readers: Callable[[UUID], Q]
    because: str


FURTHER: list[Further] = []
"""Filled by the floors above when Django is ready: whoever has a process in custody, whoever is asked to own it."""


MANY = 500
"""Of more restricted processes than these the database keeps the list."""


def seen_by(person: Doer, *, process: str = "") -> Q:
    """Return the condition for what a person may meet; ``process`` is the path to it (``"process"`` from a version).

    None is the operator at the command line, who meets everything.  One query, once a screen.
    """
    if person is None:
        return Q()
    shut = once(("shut to others", person), lambda: _shut_to_others(person))
    if shut is None:
        return Q()
    at = f"{process}__" if process else ""
    open_to_all = Q(**{f"{at}restricted": False}) & (Q(**{f"{at}group": None}) | Q(**{f"{at}group__restricted": False}))
    if not shut:
        return open_to_all
    return open_to_all | Q(**{f"{at}id__in": shut if len(shut) <= MANY else _of(person)})


def _shut_to_others(person: UUID) -> frozenset[UUID] | None:
    """Return the restricted processes a person meets; None for those who meet every one.  One query."""
    found = frozenset(one for (one,) in _SHUT(person=person))
    return None if person in found else found


def _shut(person: UUID) -> QuerySet[Any, Any]:
    shut = Q(restricted=True) | Q(group__restricted=True)
    rows = Process.objects.filter(shut, id__in=_of(person)).order_by().values_list("id")
    everything = Person.objects.filter(Q(administrator=True) | Q(auditor=True), id=person).order_by().values_list("id")
    return rows.union(everything)


_SHUT = Prepared(_shut)


@dataclass(frozen=True, slots=True)
class Met:
    """What somebody meets, for rows that are at hand: ``shut`` are the restricted processes they meet, None: every one."""

    shut: frozenset[UUID] | None

    def has(self, process: UUID, *, restricted: bool | None) -> bool:
        """Say whether a process is met; ``restricted`` by itself or with its group."""
        return not restricted or self.shut is None or process in self.shut


def met_by(person: UUID) -> Met:
    """Return what somebody meets, for a query that is to be prepared: with `is_shut` among its columns.  As `seen_by`."""
    return Met(once(("shut to others", person), lambda: _shut_to_others(person)))


def is_shut(process: str = "") -> Any:
    """Return the column that says of a process whether it is restricted; ``process`` is the path to it."""
    at = f"{process}__" if process else ""
    return ExpressionWrapper(Q(**{f"{at}restricted": True}) | Q(**{f"{at}group__restricted": True}), BooleanField())


def seen_in_role(role: UUID) -> Q:
    """Return the condition for what any holder of a role meets because they hold it, and what everybody does."""
    open_to_all = Q(restricted=False) & (Q(group=None) | Q(group__restricted=False))
    return open_to_all | _of_roles([role]) | _granted(Q(role=role))


def may_meet(process: UUID, person: Doer) -> bool:
    """Say whether somebody may meet a process."""
    return Process.objects.filter(seen_by(person), id=process).exists()


def meets(key: str, person: Doer) -> bool:
    """Say whether there is a process of a key that somebody may meet."""
    return Process.objects.filter(seen_by(person), key=key).exists()


def groups_met(person: Doer) -> QuerySet[Group]:
    """Return the groups somebody may know: those with a process they meet, and those they are the champion of."""
    met = Process.objects.filter(seen_by(person), group=OuterRef("id"))
    return Group.objects.filter(Q(Exists(met)) | Q(champion=person, champion__isnull=False)).order_by("name")


# Each part by an index of its own: one condition of them all would look through every restricted process.
def _of(person: UUID) -> QuerySet[Any, Any]:
    """Select the ids of the processes somebody leads, takes part in, or was granted a right on."""
    roles = Membership.objects.filter(person=person).values("role")
    every = Process.objects.order_by()
    grants = Grant.objects.filter(Q(person=person) | Q(role__in=roles))
    parts = [
        every.filter(Q(owner=person) | Q(expert=person)),
        every.filter(owner_role__in=roles),
        every.filter(expert_role__in=roles),
        every.filter(group__in=Group.objects.filter(champion=person).order_by().values("id")),
        every.filter(group__in=grants.filter(group__isnull=False).values("group")),
        *(every.filter(one.condition(person)) for one in FURTHER),
    ]
    named = Process.roles.through.objects.filter(role__in=roles).values_list("process_id")
    asked = Appearance.objects.filter(person=person).order_by().values_list("process_id")
    granted = grants.filter(process__isnull=False).values_list("process_id")
    first, *others = [part.values_list("id") for part in parts]
    return first.union(*others, named, asked, granted)


def _of_roles(roles: Any) -> Q:
    """Select the processes that one of some roles leads or that name one."""
    named = Exists(Process.roles.through.objects.filter(process=OuterRef("id"), role__in=roles))
    return Q(owner_role__in=roles) | Q(expert_role__in=roles) | Q(named)


def _granted(to: Q) -> Q:
    """Select the processes on which, or on whose group, a right was granted."""
    on = Q(process=OuterRef("id")) | Q(group=OuterRef("group"))
    return Q(Exists(Grant.objects.filter(to).filter(on)))
