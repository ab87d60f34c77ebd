"""Saying on a page who answers for it now: a version made for that alone, so that page and record agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.following import follow
from doorstep.library.identity import content_hash
from doorstep.library.models import Materiality, Process, Version, VersionState
from doorstep.reading.page import Addressee
from doorstep.reading.text import read
from doorstep.reading.writing import write


@transaction.atomic
def restate(
    *,
    process: UUID,
    by: UUID | None,
    why: str,
    at: datetime,
    owner: Addressee | None = None,
    expert: Addressee | None = None,
) -> Version | None:
    """Give a page another Owner or Expert line, as an editorial version in force at once; None when it said so already.

    Versions that wait for their date are written anew behind it, so that they do not bring the old line back.
    Steps stay as they are, so faults are not looked for again.  Whoever calls has checked the right to it.
    """
    Process.objects.select_for_update().get(id=process)
    rows = list(Version.objects.filter(process=process).select_related("process").order_by("number"))
    effective = next((row for row in rows if row.state == VersionState.EFFECTIVE), None)
    text = _restated(effective, owner, expert) if effective else ""
    if effective is None or text == effective.text:
        return None
    waiting = [row for row in rows if row.state == VersionState.APPROVED]
    numbers = iter(range(rows[-1].number + 1, rows[-1].number + len(waiting) + 2))
    old = [effective.id, *(row.id for row in waiting)]
    Version.objects.filter(id__in=old).update(state=VersionState.SUPERSEDED)
    made = _again(effective, text, next(numbers))
    made.effective_from = made.published_at = at
    made.published_by_id, made.why, made.materiality = by, why, Materiality.EDITORIAL
    made.save(force_insert=True)
    for row in waiting:
        _again(row, _restated(row, owner, expert), next(numbers)).save(force_insert=True)
    follow(made)
    return made


def _restated(version: Version, owner: Addressee | None, expert: Addressee | None) -> str:
    """Return a version's text with another owner or expert; the very text when it names them already."""
    page = read(version.text, file=version.file).page
    card = replace(page.card, owner=owner or page.card.owner, expert=expert or page.card.expert)
    return version.text if card == page.card else write(replace(page, card=card))


def _again(version: Version, text: str, number: int) -> Version:
    """Return a version as the next one, with another text."""
    columns = {field.attname: getattr(version, field.attname) for field in Version._meta.concrete_fields}  # noqa: SLF001
    columns |= {"number": number, "text": text, "hash": content_hash(text, version.identities, version.blob)}
    del columns["id"]
    return Version(**columns)
