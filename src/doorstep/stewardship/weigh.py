"""How much a change changes is for those who approve it to say: each confirms what was proposed, raises it, or says why not.

What the sender calls it is a proposal, and stands where an approver says nothing else.  The highest of what the approvers
say is what is published; it decides who hears of the change and who is asked to acknowledge it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.beside import Beside, Field, Judge, Said, said_beside
from doorstep.cases.refusals import NotPossible
from doorstep.library.models import Materiality
from doorstep.reading.page import FactKind
from doorstep.reading.words import listed
from doorstep.stewardship.change_words import changes_between
from doorstep.stewardship.contest import LIGHT, moved_in
from doorstep.stewardship.models import Proposal
from doorstep.stewardship.running import drifted
from doorstep.stewardship.told import name_of

MATERIALITY, REASON = "materiality", "reason"
WEIGHTS = tuple(Materiality)
"""From the least to the most."""


class Lighter(NotPossible):
    """An approver calls a change less than was proposed, or than it looks, and does not say why."""


def asks(case: UUID) -> tuple[Field, ...]:
    """Return what the run that approves a proposal asks beside each approval."""
    row = _of(case)
    if row is None:
        return ()
    kind = FactKind("choice", options=tuple(str(one) for one in WEIGHTS))
    hint = f"How much does it change? It was sent as {row.materiality}; the most that anybody who approves says holds."
    less = f"Only to call it less than {row.materiality}: why it is."
    return (Field(MATERIALITY, kind, row.materiality, hint), Field(REASON, FactKind("text"), hint=less))


def takes(case: UUID, said: Said) -> Said:
    """Return what an approver says, which is what was proposed unless they say otherwise.  Raises NotPossible."""
    row = _of(case)
    if row is None:
        return {}
    weight = _weight(said.get(MATERIALITY) or row.materiality)
    reason = said.get(REASON, "").strip()
    _require_reason(row, weight, reason)
    return {MATERIALITY: weight, **({REASON: reason} if reason else {})}


def now(case: UUID, at: datetime) -> str:
    """Say what moving the runs does otherwise now than those who approve were told."""
    row = _of(case)
    return drifted(row, at=at) if row else ""


JUDGE = Judge(asks, takes, now)


def weighed(row: Proposal) -> tuple[Materiality, str]:
    """Return how much those who approved a proposal say it changes, and in words where it is not what was proposed."""
    proposed = Materiality(row.materiality)
    said = [(one.by, Materiality(one.said[MATERIALITY]), one.said.get(REASON, "")) for one in _said(row)]
    weight = max((each for _, each, _ in said), key=WEIGHTS.index, default=proposed)
    if weight == proposed:
        return weight, ""
    who = listed([name_of(by) for by, each, _ in said if each == weight])
    why = " ".join(reason for _, each, reason in said if each == weight and reason)
    parts = (f"Sent as {proposed}, approved as {weight}: so {who} said.", why, _doubt(row, weight))
    return weight, " ".join(part for part in parts if part)


def _said(row: Proposal) -> list[Beside]:
    return [one for one in said_beside(row.case) if MATERIALITY in one.said] if row.case else []


def _of(case: UUID) -> Proposal | None:
    """Return the proposal a run approves.  Index: proposal_of_run."""
    return Proposal.objects.select_related("process", "base", "version").filter(case=case).first()


def _weight(said: str) -> Materiality:
    try:
        return Materiality(said.strip().casefold())
    except ValueError as error:
        names = listed([str(one) for one in WEIGHTS], "or")
        raise NotPossible(f"Expected {names} as the materiality, but got “{said}”.") from error


def _require_reason(row: Proposal, weight: Materiality, reason: str) -> None:
    """Refuse less than was proposed, and less than it looks, without a word on why."""
    if reason:
        return
    doubt = _doubt(row, weight)
    if WEIGHTS.index(weight) < WEIGHTS.index(Materiality(row.materiality)):
        sent = f"It was sent as {row.materiality}. {doubt}".strip()
        raise Lighter(f"{sent} Say why it is only {weight}, or confirm {row.materiality}.")
    if doubt:
        raise Lighter(f"{doubt} Say why it is only {weight}, or call it more.")


def _doubt(row: Proposal, weight: Materiality) -> str:
    """Return in words why it looks like more than that, empty where it does not or the sender has answered for it."""
    if weight not in LIGHT or row.contest or not (row.base and row.version):
        return ""
    moved = moved_in(changes_between(row.base, row.version))
    return f"It moves what people act on. {' '.join(moved)}" if moved else ""
