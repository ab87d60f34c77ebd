"""“May Lea answer such things for you?” waits for whom it was put to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doorstep.people.models import AssistantWish
from doorstep.people.prepared import Prepared
from doorstep.stewardship.waits import Waiting


def wishes(person: UUID, _at: datetime) -> list[Waiting]:
    """Return the assistants somebody has not said yes or no to.  One query."""
    return [
        Waiting(
            kind="assistant",
            path=f"/people/{person}/",
            name=f"May {name} answer such things for you?",
            title=about,
            since=wished_at,
            by=name,
        )
        for name, about, wished_at in _WISHED(person=person)
    ]


def _wished(person: UUID) -> QuerySet[AssistantWish, Any]:
    rows = AssistantWish.objects.filter(person=person, granted=None).order_by("wished_at", "id")
    return rows.values_list("assistant__name", "about", "wished_at")


_WISHED = Prepared(_wished)
