"""An unpublished page of one author: a draft that runs, and that nobody else finds in the library."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.identifiers import uuid7
from doorstep.library.errors import NotPublishable
from doorstep.library.identity import content_hash, identities_of
from doorstep.library.models import Level, Process, Version, VersionState
from doorstep.library.publish import faults_of
from doorstep.library.rights import require_publisher
from doorstep.people.clock import business_now

_KEY = "unpublished-"


@transaction.atomic
def draft(*, text: str, by: UUID, at: datetime | None = None) -> UUID:
    """Keep a page as a draft of its author, who alone may start it; return the version.

    The same text again is the same version.  Its process belongs to the author and stays apart from what
    is published under the same title.  Raises NotPublishable with the faults, NotAllowed.
    """
    require_publisher(None, by)
    page, faults = faults_of(text)
    if any(fault.severity == "error" for fault in faults):
        raise NotPublishable(faults)
    identities = identities_of(page, before={})
    digest = content_hash(text, identities)
    known = Version.objects.filter(hash=digest, state=VersionState.DRAFT, published_by=by).first()
    if known:
        return known.id
    key = f"{_KEY}{uuid7().hex}"
    process = Process.objects.create(key=key, title=page.title[:300], level=Level.RUN, owner_id=by, restricted=True)
    return Version.objects.create(
        process=process,
        number=1,
        text=text,
        hash=digest,
        published_by_id=by,
        published_at=at or business_now(),
        faults=[str(fault) for fault in faults],
        identities=identities,
    ).id


def is_draft_of_one(key: str) -> bool:
    """Say whether the key of a process is one of an unpublished page of one author."""
    return key.startswith(_KEY)
