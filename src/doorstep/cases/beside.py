"""What an approval says beside yes: a floor above asks it of the runs of its page, and judges it before it counts.

A floor that asks more puts a `Judge` under the key of its page into `JUDGES` when Django is ready.  What is said is kept
sealed with the answer, in the transaction of the answer, and read back by `said_beside`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.cases import seals
from doorstep.cases.models import Ask, JournalKey
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.refusals import NotPossible
from doorstep.reading.page import FactKind

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing asked beside: ``value`` is what holds when nothing is said, ``hint`` a sentence about it."""

    name: str
    kind: FactKind
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """``asks`` gives the fields of a run; ``takes`` what is kept of what somebody said, or raises NotPossible.

    ``now`` says in words what a run shows otherwise than it is now; empty where nothing is.
    """

    asks: Callable[[UUID], tuple[Field, ...]]
    takes: Callable[[UUID, Said], Said]
    now: Callable[[UUID, datetime], str]


JUDGES: dict[str, Judge] = {}


@dataclass(frozen=True, slots=True)
class Beside:
    """What one person said beside an approval that stands."""

    by: UUID | None
    said: Said


def asked_beside(ask: Ask, process: str) -> tuple[Field, ...]:
    """Return what is asked beside an approval; ``process`` is the key of its page."""
    judge = JUDGES.get(process) if ask.verb == "approve" else None
    return judge.asks(ask.case_id) if judge else ()


def otherwise_now(ask: Ask, process: str, *, at: datetime) -> str:
    """Say what an open approval shows otherwise than it is now."""
    judge = JUDGES.get(process) if ask.verb == "approve" and ask.state == "open" else None
    return judge.now(ask.case_id, at) if judge else ""


def taken_beside(case: UUID, process: str, *, verb: str, outcome: str, said: Said) -> Said:
    """Return what is kept of what was said beside an answer.  Raises NotPossible for what does not fit."""
    judge = JUDGES.get(process) if verb == "approve" else None
    if judge is not None:
        return judge.takes(case, said) if outcome == "approved" else {}
    if said:
        raise NotPossible(f"Expected nothing beside this answer, but got {', '.join(said)}. Leave it out.")
    return {}


def said_beside(case: UUID) -> tuple[Beside, ...]:
    """Return what was said beside the approvals of a run that stand: the last answer of each.  Two queries."""
    answered = Ask.objects.filter(case_id=case, verb="approve", state="answered").order_by("round", "settled_at")
    last = {(one.step, one.instance): one for one in answered}
    salt = JournalKey.objects.filter(case_id=case, person=NOBODY).values_list("salt", flat=True).first()
    found = []
    for one in last.values():
        if one.outcome == "approved" and salt is not None:
            kept = seals.unseal_json(bytes(salt), bytes(one.answer)).get("beside")
            said = {str(name): str(text) for name, text in kept.items()} if isinstance(kept, dict) else {}
            found.append(Beside(one.answered_by, said))
    return tuple(found)
