"""Naming an assistant: somebody who may answer for somebody else, standing."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from doorstep.people.errors import NotUsable
from doorstep.people.models import Assistant
from doorstep.people.rights import Doer, require_self_or_administrator


@transaction.atomic
def name_assistant(*, person: UUID, assistant: UUID, by: Doer, kinds: Collection[str] = ()) -> None:
    """Let ``assistant`` answer for ``person``, in these kinds of answer or in all.

    The person themselves or an administrator says so.  Raises NotAllowed, NotUsable.
    """
    require_self_or_administrator(by, person, what="name their assistants")
    if person == assistant:
        raise NotUsable("Nobody is their own assistant. Name somebody else.")
    columns = {"kinds": sorted(kinds)}
    Assistant.objects.update_or_create(person_id=person, assistant_id=assistant, defaults=columns)


@transaction.atomic
def dismiss_assistant(*, person: UUID, assistant: UUID, by: Doer) -> bool:
    """Let ``assistant`` no longer answer for ``person``; returns false when they did not."""
    require_self_or_administrator(by, person, what="dismiss their assistants")
    return Assistant.objects.filter(person=person, assistant=assistant).delete()[0] == 1
