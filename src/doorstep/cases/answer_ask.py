"""Answer an ask: the first valid answer wins, and every other copy of the question is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.cases import proof as proofs
from doorstep.cases import receipts, seals
from doorstep.cases.advance import Handoff, once_more, result_of, taken
from doorstep.cases.beside import taken_beside
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.covering import Copy
from doorstep.cases.directory import name_of, person
from doorstep.cases.event_json import instance_of
from doorstep.cases.loaded import Loaded, load_ask
from doorstep.cases.models import Ask
from doorstep.cases.reading_facts import facts_by_kind
from doorstep.cases.refusals import AlreadySettled, ChangedSinceOpened, Difference, NotPossible, TooLittleProof
from doorstep.cases.result import Result
from doorstep.cases.rights import require_answer
from doorstep.cases.saying import said
from doorstep.kernel import values
from doorstep.kernel.events import AnswerArrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it was given; `answer_ask` says what the fields mean.  ``said`` is what stands beside an approval."""

    ask_id: UUID
    outcome: str
    by: UUID
    proof: str
    facts: Mapping[str, object] = field(default_factory=dict)
    seen: str | None = None
    comment: str = ""
    ticked: tuple[str, ...] | None = None
    channel: str = "page"
    evidence: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    key: str = ""

    @property
    def beside(self) -> dict[str, Any]:
        """What is kept beside the event."""
        return {"comment": self.comment, "ticked": list(self.ticked or ()), "channel": self.channel, **self.evidence}


def answer_ask(
    *,
    ask_id: UUID,
    outcome: str,
    by: UUID,
    proof: str,
    facts: Mapping[str, object] | None = None,
    seen: str | None = None,
    comment: str = "",
    ticked: Iterable[str] | None = None,
    channel: str = "page",
    evidence: Mapping[str, str] | None = None,
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Record an answer and let the case go on.

    ``outcome`` is done, approved, rejected or changes wanted; ``facts`` plain or typed.  ``seen`` is the
    hash of what was covered when the page was opened (None: the answer came where nothing was opened,
    as a reply to the latest letter).  ``ticked`` are the checklist items ticked, None where there was no
    list to tick.  ``evidence`` is what proves who answered (the DKIM key record).  Raises NotAllowed,
    TooLittleProof, ChangedSinceOpened, AlreadySettled, NotPossible.
    """
    given = Given(
        ask_id=ask_id,
        outcome=outcome,
        by=by,
        proof=proof,
        facts=facts or {},
        seen=seen,
        comment=comment,
        ticked=None if ticked is None else tuple(ticked),
        channel=channel,
        evidence=evidence or {},
        key=key,
    )
    return answer(given, at=at or business_now())


def answer(given: Given, *, at: datetime, beside: Callable[[Handoff], None] | None = None) -> Result:
    """Record an answer in a transaction of its own; ``beside`` adds what is written with it.  Raises as `answer_ask`."""

    def once() -> Result:
        with transaction.atomic():
            case = load_ask(given.ask_id, key=given.key)
            if case.handled is not None:
                return Result.from_json(case.handled)
            handoff = prepared(case, given, at=at)
            if beside is not None:
                beside(handoff)
            handoff.write(key=given.key, last=True)
            return result_of(handoff)

    return once_more(once)


def prepared(case: Loaded, given: Given, *, at: datetime) -> Handoff:
    """Let an answer happen to the case of its ask, in memory.  Raises as `answer_ask`; nothing is written."""
    _require(case, given, at=at)
    key, verb = case.page.process_key, case.ask["verb"]
    beside = taken_beside(case.id, key, verb=verb, outcome=given.outcome, said=given.said)
    kept = {**given.beside, "beside": dict(beside)} if beside else given.beside
    event = AnswerArrived(
        at=at,
        by=str(given.by),
        step=case.ask["step"],
        instance=instance_of(case.ask["instance"]),
        outcome=given.outcome,
        facts=facts_by_kind(case.page.kinds, given.facts),
        proof=given.proof,
        round=case.ask["round"],
    )
    handoff = Handoff(case, at=at, real=real_now())
    handoff.answered = given.ask_id
    copy = seals.unseal_json(case.salt, case.ask["sealed"])
    put = {"ask": str(given.ask_id), "put": copy, "covered hash": case.ask["covered_hash"]}
    try:
        taken(handoff, event, {**kept, **put})
    except NotPossible:
        refuse_settled(given.ask_id, by=given.by)
        raise
    handoff.writes.add("answered", _row(handoff, event, given, kept))
    if case.ask["elsewhere"]:
        recall(handoff, given.ask_id, event)
    receipts.queue(handoff, event)
    return handoff


def recall(handoff: Handoff, ask_id: UUID, event: AnswerArrived) -> None:
    """Withdraw every other copy of a question that was put on other channels than a page."""
    brief = seals.seal_json(handoff.case.salt, {"by": event.by, "outcome": event.outcome})
    place = {"id": ask_id, "case_id": handoff.case.id, "answered_by": event.by, "position": handoff.case.seq}
    handoff.writes.add("recalled", {**place, "settled_at": event.at, "real": handoff.real, "brief": brief})


def _row(handoff: Handoff, event: AnswerArrived, given: Given, kept: Mapping[str, Any]) -> dict[str, object]:
    """Return the ask as it is settled."""
    facts = {name: values.encode(value) for name, value in event.facts.items()}
    return {
        "id": given.ask_id,
        "case_id": handoff.case.id,
        "settled_at": event.at,
        "outcome": event.outcome,
        "answered_by": event.by,
        "answered_as": "",
        "proof": event.proof,
        "answer": seals.seal_json(handoff.case.salt, {**kept, "facts": facts}),
    }


# -- What must hold ----------------------------------------------------------------------------------


def _require(case: Loaded, given: Given, *, at: datetime) -> None:
    """Raise the refusal that fits, in the order people can do something about it."""
    if case.ask["ask_state"] != "open":
        refuse_settled(given.ask_id, by=given.by)
    require_answer(case, by=given.by, at=at, kind=case.ask["verb"])
    least = case.ask["least_proof"]
    if not proofs.suffices(given.proof, least):
        raise TooLittleProof(
            f"“{case.ask['name']}” needs to be surer who answers: {least}, and this came by {given.proof}.", least
        )
    if given.seen is not None and given.seen != case.ask["covered_hash"]:
        raise ChangedSinceOpened("This changed since you opened it. Look at it once more.", ())
    _require_ticks(case, given.ticked, given.outcome)


def _require_ticks(case: Loaded, ticked: Iterable[str] | None, outcome: str) -> None:
    """Raise NotPossible when a killer item was left unticked on a list that could be ticked."""
    if ticked is None or outcome not in ("done", "approved"):
        return
    step = case.step(case.ask["step"])
    killers = [item.text for item in step.checklist if item.killer] if step else []
    missing = [text for text in killers if text not in set(ticked)]
    if missing:
        raise NotPossible(f"“{missing[0]}” must be ticked before this can be {outcome}. Do it, or say why not.")


def refuse_settled(ask_id: UUID, *, by: UUID) -> None:
    """Raise AlreadySettled with who was first, if the ask is no longer open; times are said in the reader's zone."""
    ask = Ask.objects.get(id=ask_id)
    if ask.state == "answered":
        reader = person(by)
        zone = ZoneInfo(reader.zone if reader else "UTC")
        when = f"{ask.settled_at.astimezone(zone):%d %B %H:%M}" if ask.settled_at else "already"
        raise AlreadySettled(f"“{ask.name}” was settled on {when}: {ask.outcome} by {name_of(ask.answered_by)}.")
    if ask.state == "withdrawn":
        raise AlreadySettled(f"“{ask.name}” is no longer asked of you: it was withdrawn. There is nothing left to do.")


def differences(before: Copy, now: Copy) -> tuple[Difference, ...]:
    """Return what is covered and reads differently now."""
    names = dict.fromkeys([*before.covered, *now.covered])
    pairs = [(name, before.covered.get(name), now.covered.get(name)) for name in names]
    return tuple(Difference(name, said(old), said(new)) for name, old, new in pairs if old != new)
