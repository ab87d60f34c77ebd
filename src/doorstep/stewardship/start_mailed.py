"""Start, or call off, on the screen what somebody mailed: the same lines start once, by reply or here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotFound, NotPossible
from doorstep.cases.start_case import Started
from doorstep.kernel.values import FileRef
from doorstep.people.clock import business_now
from doorstep.stewardship.begin_by_mail import began, file_of, key_of
from doorstep.stewardship.mailed_text import files_for
from doorstep.stewardship.models import MailedLines, MailedState
from doorstep.stewardship.work_first import start_lines, understood


def mailed_by(person: UUID, mailed: UUID) -> MailedLines:
    """Return lines somebody mailed.  Raises NotFound for those of anybody else."""
    made = MailedLines.objects.filter(id=mailed, person=person).exclude(state=MailedState.REFUSED).first()
    if made is None:
        raise NotFound("There are no such lines of yours.")
    return made


def files_named(made: MailedLines, *, text: str, by: UUID, title: str) -> dict[str, FileRef]:
    """Return the files that came with lines, by the fact that is to hold each."""
    typed = understood(text=text, by=by, title=title)
    return files_for(typed, [file_of(one) for one in made.files])[0]


@transaction.atomic
def start_mailed(
    *, mailed: UUID, by: UUID, text: str, facts: Mapping[str, object], title: str, at: datetime | None = None
) -> Started:
    """Start what somebody mailed, as it stands on the screen.  Raises as `work_first.start_lines`, and NotFound."""
    now = at or business_now()
    made = MailedLines.objects.select_for_update().get(id=mailed_by(by, mailed).id)
    files = files_named(made, text=text, by=by, title=title)
    started = start_lines(text=text, by=by, facts={**files, **facts}, title=title, at=now, key=key_of(made.id))
    if made.state != MailedState.STARTED:
        made.text = text
        began(made, started.case_id, at=now)
    return started


@transaction.atomic
def call_off_mailed(*, mailed: UUID, by: UUID, at: datetime | None = None) -> None:
    """Let lines be.  Raises NotFound, and NotPossible where they were started."""
    made = MailedLines.objects.select_for_update().get(id=mailed_by(by, mailed).id)
    if made.state == MailedState.STARTED:
        raise NotPossible("It has been started already. Its own page stops it.")
    made.state, made.next_at, made.changed_at = MailedState.DECLINED, None, at or business_now()
    made.save(update_fields=["state", "next_at", "changed_at"])
