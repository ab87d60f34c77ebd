"""The kernel's one verb: what an event makes of a case, and what the outside must do about it.

    1  Readiness         turns.py       a node's links are taken, not taken or undecided
    2  At its turn       turns.py       Only if, ahead, kept, look, Done when, Not before, open
    3  Unknown           turns.py       decides now: stuck; asks "yet?": not yet
    4  Observation       observing.py   and covering.py, when it ceases to hold
    5  Groups            groups.py      how members take turns, what they settle as
    6  For each          instances.py   one node for each item
    7  Handlers          handlers.py    late, rejected, failed; Then
    8  Going back        rounds.py      new rounds, kept answers
    9  Approvals         covering.py    what they cover has changed
    10 Messages          opening.py     kept for the first wait that matches
    11 Changing a case   changing.py    adding, migrating; people.py: skip, override, defer
    12 Refusal           refusal.py     sentences; nothing has changed
    13 Time              work.py        specs, never instants

An event is taken by the function its type names; whatever that changes is then followed until
nothing is left to read: first facts that have changed, then nodes whose turn may have come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from doorstep.kernel import changing, events, outside, people
from doorstep.kernel.commands import Command
from doorstep.kernel.covering import follow_changes
from doorstep.kernel.draft import Draft
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import CaseMigrated, CaseResumed, Event
from doorstep.kernel.index import index_of
from doorstep.kernel.program import Program
from doorstep.kernel.refusal import expect
from doorstep.kernel.state import Deviation, State
from doorstep.kernel.turns import examine

TAKES: Mapping[type[events.Happened], Callable[[Draft, Any], None]] = {
    events.CaseStarted: outside.case_started,
    events.AnswerArrived: outside.answer_arrived,
    events.RecordObserved: outside.record_observed,
    events.ActionEnded: outside.action_ended,
    events.TimerFired: outside.timer_fired,
    events.MessageArrived: outside.message_arrived,
    events.FactsChanged: outside.facts_changed,
    events.CaseEnded: outside.case_ended,
    events.AddresseeNotFound: outside.addressee_not_found,
    events.StepAdded: changing.step_added,
    events.StepSkipped: people.step_skipped,
    events.StepOverridden: people.step_overridden,
    events.StepDeferred: people.step_deferred,
    events.StepReopened: people.step_reopened,
    events.StepDoneAhead: people.step_done_ahead,
    events.StepRetried: people.step_retried,
    events.AskReassigned: people.ask_reassigned,
    events.AnswerWithdrawn: people.answer_withdrawn,
    events.CaseSuspended: people.case_suspended,
    events.CaseCancelled: people.case_cancelled,
    events.CaseMigrated: changing.case_migrated,
}
"""Who takes an event; CaseResumed takes those that were kept."""

AT_ONCE = (events.CaseStarted, events.CaseSuspended, events.CaseCancelled, events.CaseMigrated)
"""Never kept while suspended."""

AFTER_THE_END = (events.FactsChanged, events.AnswerWithdrawn)


def step(program: Program, state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
    """Return the next state and what the outside must do.

    Pure: no clock, no randomness, no I/O.  ``program`` is the page's; steps added to the case are in
    the state.  `State.deviations` says what this event did beside the page.  Raises EventNotExpected,
    with a sentence, when the event does not fit; then nothing has changed.
    """
    if isinstance(event, CaseResumed):
        return _resume(program, state, event)
    if state.case == "suspended" and not isinstance(event, AT_ONCE):
        return replace(state, pending=(*state.pending, event), deviations=()), ()
    _expect_case(state, event)
    draft = Draft(index_of(program), state, event)
    TAKES[type(event)](draft, event)
    _follow(draft)
    return draft.finish()


def dry_run(program: Program, state: State, event: CaseMigrated) -> tuple[tuple[Deviation, ...], tuple[Command, ...]]:
    """Return what a migration would do, as deviations and commands, without doing it."""
    after, commands = step(program, state, event)
    return after.deviations, commands


def _follow(draft: Draft) -> None:
    """Read what may have changed until nothing has."""
    while draft.case == "open":
        if draft.changed:
            follow_changes(draft)
        elif draft.queue:
            examine(draft, draft.next())
        else:
            return


def _expect_case(state: State, event: Event) -> None:
    """Does the event fit a case in this condition at all?"""
    match state.case:
        case "open":
            expect(not isinstance(event, events.CaseStarted), "Expected a new case, but it has started already.")
        case "":
            expect(isinstance(event, events.CaseStarted), "Expected the case to be started first.")
        case "suspended":
            fits = isinstance(event, events.CaseCancelled)
            expect(fits, "Expected the case to be resumed first: it is suspended.")
        case "done" | "failed":
            expect(isinstance(event, AFTER_THE_END), f"Expected a case that is open, but it is {state.case}.")
        case _:
            expect(None, f"Expected a case that is open, but it is {state.case}.")


def _resume(program: Program, state: State, event: CaseResumed) -> tuple[State, tuple[Command, ...]]:
    """Apply what was kept, in order; what no longer fits is refused then, and noted."""
    expect(state.case == "suspended", f"Expected a case that is suspended, but it is {state.case or 'not started'}.")
    deviations = [Deviation("resumed", by=event.by, why=event.reason)]
    commands: list[Command] = []
    state, kept = replace(state, case="open", pending=()), state.pending
    for late in kept:
        try:
            state, more = step(program, state, late)
        except EventNotExpected as refused:
            key, instance = getattr(late, "step", ""), getattr(late, "instance", ())
            deviations.append(Deviation("refused", key, instance, late.by, str(refused)))
        else:
            deviations += state.deviations
            commands += more
    return replace(state, deviations=tuple(deviations)), tuple(commands)
