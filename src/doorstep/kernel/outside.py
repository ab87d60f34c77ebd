"""What the outside reports: answers, records, actions, timers, messages, facts, other cases."""

from __future__ import annotations

from doorstep.kernel.answering import take_answer
from doorstep.kernel.covering import covered, tell_both
from doorstep.kernel.draft import Draft
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import (
    ActionEnded,
    AddresseeNotFound,
    AnswerArrived,
    CaseEnded,
    CaseStarted,
    FactsChanged,
    MessageArrived,
    RecordObserved,
    TimerFired,
)
from doorstep.kernel.facts import fill, missing, take, take_observed, take_start
from doorstep.kernel.handlers import apply, settle_done
from doorstep.kernel.opening import matches, open_step, receive
from doorstep.kernel.program import Kind
from doorstep.kernel.refusal import (
    expect,
    expect_allowed,
    expect_asked,
    expect_facts,
    expect_outcome,
    expect_round,
    expect_status,
    named,
    spot_of,
)
from doorstep.kernel.rounds import get_stuck
from doorstep.kernel.state import TOP, Given, Id, Message
from doorstep.kernel.turns import settle_or_open
from doorstep.kernel.work import drop_timer, tell

KEPT_MESSAGES = 100


def case_started(draft: Draft, event: CaseStarted) -> None:
    absent = missing(sorted(draft.index.program.required), event.facts)
    expect(not absent, f"Expected {', '.join(absent)} to start, but {'they are' if absent[1:] else 'it is'} missing.")
    draft.case, draft.starter, draft.started = "open", event.by, event.at
    take_start(draft, event.facts)
    open_step(draft, TOP)


def answer_arrived(draft: Draft, event: AnswerArrived) -> None:
    spot = spot_of(draft, event)
    expect_asked(draft, spot)
    expect_round(draft, spot, event.round)
    expect_outcome(draft, spot, event.outcome)
    expect_allowed(draft, spot, event.by)
    expect_facts(draft, spot, event.outcome, event.facts)
    draft.put(spot, draft.node(spot)._replace(asks=draft.node(spot).asks - 1))  # the others are withdrawn
    take_answer(draft, spot, Given(event.outcome, event.by, event.at, event.proof, facts=event.facts), "answer")


def record_observed(draft: Draft, event: RecordObserved) -> None:
    spot = spot_of(draft, event)
    node = draft.node(spot)
    if not node.watched:
        raise EventNotExpected(f"Expected a step whose records are watched, but those of {named(draft, spot)} are not.")
    if event.failed is None:
        take_observed(draft, event.facts, spot)
        fill(draft, spot)
        draft.look_at(spot)
    if node.how == "look":
        why = f"Could not look: {event.failed}" if event.failed is not None else ""
        draft.put(spot, node._replace(how="looked", why=why))
        if event.failed is not None:
            settle_or_open(draft, spot, looked=False)


def action_ended(draft: Draft, event: ActionEnded) -> None:
    spot = spot_of(draft, event)
    node = draft.node(spot)
    if draft.place(spot).node.kind is not Kind.ACTION:
        raise EventNotExpected(f"Expected an action, but {named(draft, spot)} is none.")
    if node.how != "not sure":
        expect_status(draft, spot, "open")
    if draft.is_whole(spot) or node.asks:
        raise EventNotExpected(f"Expected an action that was called, but {named(draft, spot)} is no such one.")
    expect_round(draft, spot, event.round)
    match event.result:
        case "ok":
            take(draft, event.facts, by=spot)
            settle_done(draft, spot, how="automatic", why="")
        case "failed":
            fail(draft, spot, event.why or "The action failed.")
        case "unknown":
            get_stuck(draft, spot, "not sure", event.why or "It is not known whether the action was done.")
        case _:
            expect(None, f'Expected one of ok, failed, unknown for {named(draft, spot)}, but got "{event.result}".')


def fail(draft: Draft, spot: Id, why: str) -> None:
    """If it fails; without it the step is stuck."""
    draft.put(spot, draft.stop(spot, watch=True, outcome="failed", why=why))
    if not apply(draft, spot, draft.place(spot).node.if_fails, "failed"):
        get_stuck(draft, spot, "failed", why)


def timer_fired(draft: Draft, event: TimerFired) -> None:
    spot = spot_of(draft, event)
    expect_round(draft, spot, event.round)
    running = event.purpose in draft.node(spot).timers
    expect(running, f'Expected a timer of {named(draft, spot)} that runs, but "{event.purpose}" does not.')
    drop_timer(draft, spot, event.purpose)
    node, card = draft.node(spot), draft.place(spot).node
    match event.purpose:
        case "due":
            draft.put(spot, node._replace(late=True))
            draft.announce(spot)
            apply(draft, spot, card.if_late, "late")
        case "wait":
            settle_done(draft, spot, how="automatic")
        case "not before":
            draft.put(spot, node._replace(passed=True))
            draft.look_at(spot)
        case _:
            tell(draft, spot, "deferred", why=f"{named(draft, spot)} was put off until now.")


def message_arrived(draft: Draft, event: MessageArrived) -> None:
    message = Message(event.name, event.about, event.facts)
    waits = (spot for spot in draft.below(TOP) if _waits(draft, spot) and matches(draft, spot, message))
    spot = next(waits, None)
    if spot is not None:
        receive(draft, spot, message)
        return
    draft.messages = (*draft.messages, message)[-KEPT_MESSAGES:]


def _waits(draft: Draft, spot: Id) -> bool:
    return draft.place(spot).node.kind is Kind.WAIT and draft.node(spot).status == "open" and not draft.is_whole(spot)


def facts_changed(draft: Draft, event: FactsChanged) -> None:
    take(draft, event.facts)
    if draft.case != "open":
        approvals = covered(draft)
        expect(approvals, f"Expected a case that is open, but it is {draft.case}.")
        for spot in approvals:
            tell_both(draft, spot, f"What {named(draft, spot)} covered has changed after the end.")


def case_ended(draft: Draft, event: CaseEnded) -> None:
    spot = spot_of(draft, event)
    node = draft.node(spot)
    expect_round(draft, spot, event.round)
    expect(
        event.purpose in node.cases, f"Expected a case that {named(draft, spot)} started, but it has none that runs."
    )
    draft.put(spot, node._replace(cases=tuple(case for case in node.cases if case != event.purpose)))
    if not event.purpose.startswith("run"):
        return
    if event.result == "done":
        take(draft, event.facts, by=spot)
        settle_done(draft, spot, how="automatic")
    else:
        fail(draft, spot, f"The case it started is {event.result}.")


def addressee_not_found(draft: Draft, event: AddresseeNotFound) -> None:
    spot = spot_of(draft, event)
    expect_asked(draft, spot)
    node = draft.node(spot)
    why = event.why or f"Nobody was found to ask for {named(draft, spot)}."
    if node.asks > 1:
        draft.put(spot, node._replace(asks=node.asks - 1))
        tell(draft, spot, "stuck", why=why)
    else:
        draft.put(spot, node._replace(status="stuck", how="addressee", why=why, asks=0, at=draft.at))
        draft.announce(spot)
