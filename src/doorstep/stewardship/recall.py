"""A step turned out wrong: every run done on it is looked at by its people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.errors import NotUsable
from doorstep.library.models import Process, Version, VersionState
from doorstep.library.rights import require_leader
from doorstep.library.seen import seen_by
from doorstep.library.who_answers import who_answers
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer
from doorstep.stewardship.models import FollowUp, NoteKind, Recall
from doorstep.stewardship.note import Told, note
from doorstep.stewardship.recalled import done_on


@transaction.atomic
def recall(*, process: str, step: str, first: int, last: int, why: str, by: Doer, at: datetime | None = None) -> Recall:
    """Recall a step, by its identity, on the versions ``first`` to ``last``: open a follow-up for every run that did it.

    A recall that touches no run is closed at once.  Raises NotUsable for versions, a step or a reason that do not
    fit, NotAllowed for others than those who look after the page.
    """
    now = at or business_now()
    row = Process.objects.filter(seen_by(by), key=process).first()
    if row is None:
        raise NotUsable(f'Expected the key of a process, but there is no "{process}".')
    require_leader(row, by, what="recall a step of it")
    versions, later = _versions(row, step, first, last)
    if not why.strip():
        raise NotUsable("Expected what was wrong: whoever looks at the runs must know what to look for.")
    made = Recall.objects.create(process=row, step=step, first=first, last=last, why=why.strip(), by_id=by, at=now)
    found = done_on(process=row.id, step=step, versions=versions, later=later, owner=_owner(row, now), day=now.date())
    rows = [FollowUp(recall=made, case_id=case, person_id=person) for case, person in found]
    FollowUp.objects.bulk_create(rows, batch_size=1000)
    if not rows:
        made.closed_at = now
        made.save(update_fields=["closed_at"])
    note(_told(made, row, (person for _, person in found)), at=now)
    return made


def _versions(row: Process, step: str, first: int, last: int) -> tuple[list[UUID], list[UUID]]:
    """Return the versions from one number to another, and those after them."""
    if first > last:
        raise NotUsable(f"Expected versions in their order, but got from {first} to {last}.")
    known = row.versions.exclude(state=VersionState.DRAFT).filter(number__gte=first)
    columns = list(known.order_by("number").values_list("id", "number", "identities"))
    among = [(version, identities) for version, number, identities in columns if number <= last]
    if not among:
        raise NotUsable(f"“{row.title}” has no version from {first} to {last}. Choose among those of its history.")
    if not any(step in identities.values() for _, identities in among):
        raise NotUsable(f'Expected a step of versions {first} to {last}, but none of them has "{step}".')
    return [version for version, _ in among], [version for version, number, _ in columns if number > last]


def _owner(row: Process, at: datetime) -> UUID | None:
    """Return who looks at the runs of those who left: whoever answers for the process."""
    found = who_answers([row], at=at).get(row.id)
    return found.id if found else None


def _told(made: Recall, row: Process, people: Iterable[UUID | None]) -> list[Told]:
    """Return one note for each person, whatever the number of their runs."""
    count: dict[UUID, int] = {}
    for person in people:
        if person:
            count[person] = count.get(person, 0) + 1
    return [
        Told(
            person,
            NoteKind.RECALL,
            f"recall {made.id}",
            f"“{made.step}” in “{row.title}” turned out wrong: {made.why} "
            f"Please look at {'a run' if runs == 1 else f'{runs} runs'} of yours and say what you found.",
            path=f"/recall/{made.id}/",
            about=made.id,
        )
        for person, runs in count.items()
    ]


def versions_with(row: Process) -> list[Version]:
    """Return the versions of a process that may be recalled, the newest first."""
    return list(row.versions.exclude(state=VersionState.DRAFT).defer("text", "faults").order_by("-number"))
