"""Answer an ask: the first valid answer wins, and every other copy of the question is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from doorstep.cases import proof as proofs
from doorstep.cases import receipts, seals
from doorstep.cases.advance import Handoff, once_more, result_of, taken
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.covering import Copy
from doorstep.cases.directory import name_of
from doorstep.cases.event_json import instance_of
from doorstep.cases.loaded import Loaded, load_ask
from doorstep.cases.models import Ask
from doorstep.cases.refusals import AlreadySettled, ChangedSinceOpened, Difference, NotPossible, TooLittleProof
from doorstep.cases.result import Result
from doorstep.cases.rights import require_answer
from doorstep.cases.saying import said
from doorstep.kernel import values
from doorstep.kernel.events import AnswerArrived
from doorstep.reading.facts import NotOfKind


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
    list to tick.  ``evidence`` is what proves who answered (the DKIM key record).  Raises NotAllowed, TooLittleProof, ChangedSinceOpened, AlreadySettled, NotPossible.
    """
    when = at or business_now()

    def once() -> Result:
        with transaction.atomic():
            case = load_ask(ask_id, key=key)
            if case.handled is not None:
                return Result.from_json(case.handled)
            _require(case, by=by, proof=proof, seen=seen, ticked=ticked, outcome=outcome, at=when)
            given = _facts(case, facts or {})
            event = AnswerArrived(
                at=when,
                by=str(by),
                step=case.ask["step"],
                instance=instance_of(case.ask["instance"]),
                outcome=outcome,
                facts=given,
                proof=proof,
                round=case.ask["round"],
            )
            beside = {"comment": comment, "ticked": list(ticked or ()), "channel": channel, **(evidence or {})}
            return _happen(case, event, beside=beside, key=key)

    return once_more(once)


def _happen(case: Loaded, event: AnswerArrived, *, beside: Mapping[str, Any], key: str) -> Result:
    """Take the answer into the case and write everything."""
    handoff = Handoff(case, at=event.at, real=real_now())
    handoff.answered = case.ask["ask_id"]
    copy = seals.unseal_json(case.salt, case.ask["sealed"])
    evidence = {**beside, "ask": str(case.ask["ask_id"]), "put": copy, "covered hash": case.ask["covered_hash"]}
    try:
        taken(handoff, event, evidence)
    except NotPossible:
        _refuse_settled(case.ask["ask_id"])
        raise
    given = {name: values.encode(value) for name, value in event.facts.items()}
    row = {
        "id": case.ask["ask_id"],
        "case_id": case.id,
        "settled_at": event.at,
        "real": handoff.real,
        "outcome": event.outcome,
        "answered_by": event.by,
        "answered_as": "",
        "proof": event.proof,
        "answer": seals.seal_json(case.salt, {**beside, "facts": given}),
        "brief": seals.seal_json(case.salt, {"by": event.by, "outcome": event.outcome}),
        "position": case.seq,
    }
    handoff.writes.add("answered", row)
    receipts.queue(handoff, event)
    handoff.write(key=key)
    return result_of(handoff)


# -- What must hold ----------------------------------------------------------------------------------


def _require(
    case: Loaded,
    *,
    by: UUID,
    proof: str,
    seen: str | None,
    ticked: Iterable[str] | None,
    outcome: str,
    at: datetime,
) -> None:
    """Raise the refusal that fits, in the order people can do something about it."""
    if case.ask["ask_state"] != "open":
        _refuse_settled(case.ask["ask_id"])
    require_answer(case, by=by, at=at, kind=case.ask["verb"])
    least = case.ask["least_proof"]
    if not proofs.suffices(proof, least):
        raise TooLittleProof(
            f"“{case.ask['name']}” needs to be surer who answers: {least}, and this came by {proof}.", least
        )
    if seen is not None and seen != case.ask["covered_hash"]:
        raise ChangedSinceOpened("This changed since you opened it. Look at it once more.", ())
    _require_ticks(case, ticked, outcome)


def _require_ticks(case: Loaded, ticked: Iterable[str] | None, outcome: str) -> None:
    """Raise NotPossible when a killer item was left unticked on a list that could be ticked."""
    if ticked is None or outcome not in ("done", "approved"):
        return
    step = case.added_steps.get(case.ask["step"]) or case.page.steps.get(case.ask["step"])
    killers = [item.text for item in step.checklist if item.killer] if step else []
    missing = [text for text in killers if text not in set(ticked)]
    if missing:
        raise NotPossible(f"“{missing[0]}” must be ticked before this can be {outcome}. Do it, or say why not.")


def _refuse_settled(ask_id: UUID) -> None:
    """Raise AlreadySettled with who was first, if the ask is no longer open."""
    ask = Ask.objects.get(id=ask_id)
    if ask.state == "answered":
        when = f"{ask.settled_at:%d %B %H:%M}" if ask.settled_at else "already"
        raise AlreadySettled(f"“{ask.name}” was settled on {when}: {ask.outcome} by {name_of(ask.answered_by)}.")
    if ask.state == "withdrawn":
        raise AlreadySettled(f"“{ask.name}” is no longer asked of you: it was withdrawn. There is nothing left to do.")


def _facts(case: Loaded, facts: Mapping[str, object]) -> dict[str, object]:
    """Read the facts of an answer by their kinds.  Raises NotPossible with what was expected."""
    try:
        return case.page.kinds.read({name: value for name, value in facts.items() if value not in (None, "")})
    except NotOfKind as error:
        raise NotPossible(str(error)) from error


def differences(before: Copy, now: Copy) -> tuple[Difference, ...]:
    """Return what is covered and reads differently now."""
    names = dict.fromkeys([*before.covered, *now.covered])
    pairs = [(name, before.covered.get(name), now.covered.get(name)) for name in names]
    return tuple(Difference(name, said(old), said(new)) for name, old, new in pairs if old != new)
