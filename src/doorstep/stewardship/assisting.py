"""“May Lea answer such things for you?” waits for whom it was put to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.people.models import AssistantWish
from doorstep.stewardship.waits import Waiting


def wishes(person: UUID, _at: datetime) -> list[Waiting]:
    """Return the assistants somebody has not said yes or no to.  One query."""
    rows = AssistantWish.objects.filter(person=person, granted=None).select_related("assistant")
    return [
        Waiting(
            kind="assistant",
            path=f"/people/{person}/",
            name=f"May {one.assistant.name} answer such things for you?",
            title=one.about,
            since=one.wished_at,
            by=one.assistant.name,
        )
        for one in rows.order_by("wished_at", "id")
    ]
