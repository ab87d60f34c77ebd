"""Which versions of a process somebody may read."""

from __future__ import annotations

from django.db.models import Q

from doorstep.library.models import Process, VersionState
from doorstep.library.rights import may_amend
from doorstep.people.rights import Doer

IN_FORCE = (VersionState.EFFECTIVE, VersionState.SUPERSEDED, VersionState.OBSOLETE)


def readable_by(process: Process, person: Doer) -> Q:
    """Return the condition for the versions somebody who meets a process may read.

    Readers read what is or was in force; who may amend it, also what is about to be; a draft is its author's.
    """
    if may_amend(process, person):
        return ~Q(state=VersionState.DRAFT) | Q(published_by=person)
    return Q(state__in=IN_FORCE) | Q(published_by=person, published_by__isnull=False)
