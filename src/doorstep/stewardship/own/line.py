"""Who looks after a process that nobody owns: the next in line, each for a fortnight.

The line of an orphan: whoever stands in for an owner who is away, the owner's manager, the champion of its group, the administrators by name.  Nobody twice, nobody who left or is the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.people.absences import absences_on
from doorstep.people.managers import managers_of
from doorstep.people.models import Move, Person
from doorstep.stewardship.models import Ownership

CUSTODY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Around:
    """Who stands around the owners of some processes, read at once."""

    here: frozenset[UUID]
    managers: Mapping[UUID, UUID]
    stand_ins: Mapping[UUID, UUID]
    administrators: Sequence[UUID]

    def line(self, row: Ownership) -> Iterator[UUID]:
        """Yield who is in line for one process, in turn."""
        owner = answering(row)
        ways = [self.stand_ins.get(owner), self.managers.get(owner)] if owner else []
        ways += [row.process.group.champion_id if row.process.group else None, *self.administrators]
        yield from dict.fromkeys(one for one in ways if one in self.here and one not in {owner, row.declined_id})

    def after(self, row: Ownership) -> UUID | None:
        """Return who follows the custodian of a process, or comes first; at the end of the line it stays with the last."""
        line = list(self.line(row))
        if row.custodian_id not in line:
            return line[0] if line else None
        return line[min(line.index(row.custodian_id) + 1, len(line) - 1)]


def answering(row: Ownership) -> UUID | None:
    """Return who is held to answer for a process: who accepted it, else whom its page names."""
    return row.process.owner_id or row.owner_id or row.proposed_id


def around(rows: Iterable[Ownership], *, at: datetime) -> Around:
    """Return who stands around the owners of some processes.  One query a distinct owner, and four more."""
    owners = {one for row in rows if (one := answering(row))}
    nearest = {owner: _manager(owner, at) for owner in owners}
    away = absences_on(at, of=owners) if owners else ()
    administrators = Person.objects.here(at.date()).filter(administrator=True).order_by("name", "id")
    named = {row.process.group.champion_id for row in rows if row.process.group}
    named |= {row.custodian_id for row in rows}
    stand_ins = {one.person.id: one.stand_in.id for one in away if one.stand_in}
    ids = list(administrators.values_list("id", flat=True))
    able = Person.objects.here(at.date()).filter(outside=False)
    wanted = {one for one in (*nearest.values(), *stand_ins.values(), *named, *ids) if one}
    here = frozenset(able.filter(id__in=wanted).values_list("id", flat=True))
    return Around(here, {key: one for key, one in nearest.items() if one}, stand_ins, ids)


def _manager(owner: UUID, at: datetime) -> UUID | None:
    """Return the manager of an owner: of one who moved lately, the one before."""
    moved = Move.objects.filter(person=owner, on__gt=at.date() - 3 * CUSTODY).exclude(manager_before=None)
    before = moved.order_by("-on").values_list("manager_before", flat=True).first()
    nearest = managers_of([owner], at=at, levels=1)
    return before or (nearest[0].id if nearest else None)
