"""Where things are used: the systems and controls of a page, the pages that lead to it, the register of controls.

Read from rows made when a version took effect: a fixed number of queries, no page is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from doorstep.library.models import Process, Use, VersionState
from doorstep.library.models.use import What
from doorstep.library.queries import answers_for
from doorstep.library.seen import seen_by
from doorstep.people.rights import Doer
from doorstep.reading.page import Page
from doorstep.reading.uses import uses_of


@dataclass(frozen=True, slots=True)
class Controlled:
    """One line of the register of controls: which step of which page carries a control out, and who answers for it."""

    control: str
    key: str
    title: str
    step: str
    group: str
    owner: str


def remember_uses(process: Process, read: Page) -> None:
    """Let the rows of a process say what its page uses now.  Two queries."""
    Use.objects.filter(process=process).delete()
    Use.objects.bulk_create(
        Use(process=process, what=one.what, name=one.name[:300], step=one.step) for one in uses_of(read)
    )


def systems_of(process: Process) -> list[str]:
    """Return the systems a process uses.  One query."""
    rows = Use.objects.filter(process=process, what=What.SYSTEM).order_by("name").values_list("name", flat=True)
    return list(rows.distinct())


def used_by(process: Process, *, by: Doer) -> list[Process]:
    """Return the processes in force whose pages lead to one, of those somebody may meet.  One query."""
    leads = Use.objects.filter(what=What.PAGE, name__in=[process.key, process.title]).exclude(process=process)
    rows = Process.objects.filter(seen_by(by), id__in=leads.values("process"), versions__state=VersionState.EFFECTIVE)
    return list(rows.order_by("title"))


# Index: use_of.
def controls(*, by: Doer, day: date, window: slice, words: str = "") -> Sequence[Controlled]:
    """Return the register of controls, by control and page, of the pages somebody may meet.  One query."""
    rows = Use.objects.filter(seen_by(by, process="process"), what=What.CONTROL, name__icontains=words)
    in_force = rows.filter(process__versions__state=VersionState.EFFECTIVE)
    related = ("process__owner", "process__owner_role", "process__custodian", "process__group")
    ordered = in_force.select_related(*related).order_by("name", F("process__title"), "id")
    return [_controlled(row, day) for row in ordered[window]]


def _controlled(row: Use, day: date) -> Controlled:
    of = row.process
    return Controlled(row.name, of.key, of.title, row.step, str(of.group or ""), answers_for(of, day=day))
