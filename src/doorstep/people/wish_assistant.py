"""Somebody answered for somebody else, who is asked once whether they may: it is theirs to say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Assistant, AssistantWish
from doorstep.people.name_assistant import name_assistant


@transaction.atomic
def wish_assistant(
    *, person: UUID, assistant: UUID, kind: str, about: str, at: datetime, reply: UUID | None = None
) -> UUID | None:
    """Note that somebody answered for a person; return what to ask the person, None when they were asked before.

    ``reply`` is what they wrote, which counts once the person says yes.
    """
    row, new = AssistantWish.objects.get_or_create(
        person_id=person,
        assistant_id=assistant,
        kind=kind,
        defaults={"about": about, "wished_at": at, "reply": reply},
    )
    return row.id if new else None


@transaction.atomic
def answer_wish(*, wish: UUID, granted: bool, by: UUID, at: datetime) -> AssistantWish:
    """Say whether an assistant may give such answers from now on; return what was asked.

    Only the person themselves says so.  Raises NotAllowed, NotUsable.
    """
    row = AssistantWish.objects.select_for_update().filter(id=wish).first()
    if row is None:
        raise NotUsable("Nobody asks for that any more. Look at who may answer for you.")
    if row.person_id != by:
        raise NotAllowed("Only the person who was asked says who may answer for them.")
    row.granted, row.answered_at = granted, at
    row.save(update_fields=["granted", "answered_at"])
    if granted:
        _permit(row, by=by)
    return row


def _permit(row: AssistantWish, *, by: UUID) -> None:
    """Let the assistant give this kind of answer beside those they may give already."""
    known = Assistant.objects.filter(person=row.person_id, assistant=row.assistant_id).first()
    if known is None or known.kinds:
        kinds = {*(known.kinds if known else ()), row.kind}
        name_assistant(person=row.person_id, assistant=row.assistant_id, by=by, kinds=kinds)
