"""Erase: delete a person's keys, so that nothing they wrote can be read any more; the chains stay whole."""

from __future__ import annotations

from uuid import UUID

from doorstep.cases.models import JournalKey
from doorstep.cases.refusals import NotAllowed
from doorstep.people.rights import Doer, is_administrator


def erase(*, person: UUID, by: Doer, case_id: UUID | None = None) -> int:
    """Delete the keys of a person, in one case or in all; return how many.  Administrators only.  It cannot be undone."""
    if not is_administrator(by):
        raise NotAllowed("Only an administrator may erase what somebody wrote. Ask one of them.")
    keys = JournalKey.objects.filter(person=person)
    deleted, _ = (keys.filter(case_id=case_id) if case_id else keys).delete()
    return deleted
