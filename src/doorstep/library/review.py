"""A version on its way: kept while it is looked at, and approved when everybody agreed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.errors import Overtaken
from doorstep.library.identity import content_hash, identities_of
from doorstep.library.models import Level, Materiality, Process, Version, VersionState
from doorstep.library.programs import page_at
from doorstep.library.publish import draft_of, latest_published, level_for, next_number, one_at_a_time
from doorstep.library.take_effect import take_effect
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer


@transaction.atomic
def review(
    *,
    process: UUID,
    text: str,
    by: Doer,
    file: str = "",
    identities: Mapping[str, str] | None = None,
    level: Level | None = None,
    at: datetime | None = None,
) -> Version:
    """Keep a text as a version in review; readers do not see it.  Whoever calls decides who may.

    ``level`` is the one the page is published at already unless it is given.  Raises NotPublishable with the
    faults and the level the text does reach, NotUsable for identities that do not fit.
    """
    one_at_a_time()
    row = Process.objects.get(id=process)
    draft = draft_of(text, file)
    latest = latest_published(row)
    level = level_for(draft, level or (Level(latest.level) if latest else None))
    page = page_at(text, level, file=file)
    found = identities_of(page, before=latest.identities if latest else {}, chosen=identities)
    return Version.objects.create(
        process=row,
        number=next_number(row),
        text=text,
        hash=content_hash(text, found),
        file=file[:300],
        level=level,
        state=VersionState.IN_REVIEW,
        published_by_id=by,
        published_at=at or business_now(),
        faults=[str(fault) for fault in draft.faults],
        identities=found,
    )


@transaction.atomic
def approve(
    *,
    version: UUID,
    base: UUID | None,
    effective_from: datetime | None = None,
    materiality: Materiality = Materiality.MATERIAL,
    why: str = "",
    at: datetime | None = None,
) -> Version:
    """Approve a version in review: it takes effect now or at its date.  Approved already: nothing changes.

    Raises Overtaken when another version was published since ``base``, NotPublishable when who and what is
    on record here changed so that the page has errors now.
    """
    now = at or business_now()
    one_at_a_time()
    row = Version.objects.select_for_update().select_related("process").get(id=version)
    if row.state != VersionState.IN_REVIEW:
        return row
    latest = latest_published(row.process)
    if latest is not None and latest.id != base:
        raise Overtaken(latest)
    level_for(draft_of(row.text, row.file), Level(row.level))
    row.state = VersionState.APPROVED
    row.effective_from = max(effective_from or now, now)
    row.published_at = now
    row.materiality = materiality
    row.why = why
    row.save(update_fields=["state", "effective_from", "published_at", "materiality", "why"])
    take_effect(at=now)
    row.refresh_from_db()
    return row
