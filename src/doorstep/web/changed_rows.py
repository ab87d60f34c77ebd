"""What changed for somebody as rows of Home: where it still waits to be seen, what it was, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from doorstep.people.models import Person
from doorstep.stewardship.changed_for_me import ChangedForMe, changed_for_me
from doorstep.stewardship.concerned import as_whom, asked_as
from doorstep.stewardship.difference import Difference, difference
from doorstep.stewardship.models import Acknowledgement

MOST = 2
"""Changed steps that are said on Home; the screen behind the row says all."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A change as a row; ``detail`` says it in words, empty where it was seen already."""

    told: ChangedForMe
    detail: str = ""


def changed_rows(me: Person, *, at: datetime) -> list[ChangedRow]:
    """Return what changed for somebody lately.  Three queries more where something waits, however much."""
    found = changed_for_me(me.id, at)
    waiting = {one.version for one in found if one.waits}
    if not waiting:
        return [ChangedRow(one) for one in found]
    asked = {row.version_id: row for row in Acknowledgement.objects.filter(person=me, version__in=waiting)}
    whom = as_whom([me.id])[me.id]
    said = {
        version: _said(difference(version, row.since_id, asked_as(row, whom)))
        for version, row in asked.items()
        if row.since_id
    }
    return [ChangedRow(one, said.get(one.version, "")) for one in found]


def _said(found: Difference) -> str:
    return " ".join(_words(found))


def _words(found: Difference) -> Iterator[str]:
    """Yield what the first steps that changed say otherwise: “Confirm the deployment”: Due: 2 hours, before 1 hour."""
    for change in [one for one in found.changes if one.step and one.words][:MOST]:
        yield f"“{change.step}”: {' '.join(change.words[:MOST])}"
