"""What was said against something: the rejections of a case, in the words of those who gave them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from doorstep.cases import seals
from doorstep.cases.models import Ask, JournalKey
from doorstep.cases.models.journal import NOBODY


@dataclass(frozen=True, slots=True)
class Rejection:
    """One answer that said no.  ``outcome`` is rejected or changes wanted; ``words`` may be empty, or erased."""

    by: UUID | None
    outcome: str
    words: str


def rejections(case_id: UUID) -> tuple[Rejection, ...]:
    """Return who said no to something in a case, the latest last.  Two queries."""
    asks = Ask.objects.filter(case_id=case_id, outcome__in=("rejected", "changes wanted")).order_by("settled_at")
    salt = JournalKey.objects.filter(case_id=case_id, person=NOBODY).values_list("salt", flat=True).first()
    return tuple(Rejection(ask.answered_by, ask.outcome, _words(ask, bytes(salt) if salt else None)) for ask in asks)


def _words(ask: Ask, salt: bytes | None) -> str:
    if not ask.answer or salt is None:
        return ""
    return str(seals.unseal_json(salt, bytes(ask.answer)).get("comment") or "").strip()
