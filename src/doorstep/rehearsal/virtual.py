"""A case on a virtual clock: what a shell does for the kernel, with time as a number to be turned.

Timers fire and unanswered looks at records fail as the clock passes them, in order of time.  Asks,
actions and messages are left to whoever plays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from doorstep.chase.spec import when
from doorstep.chase.working import Calendar
from doorstep.kernel.commands import Command, StartTimer, UnwatchRecord, WatchRecord, WithdrawTimer
from doorstep.kernel.events import CaseResumed, CaseSuspended, Event, Instance, RecordObserved, TimerFired
from doorstep.kernel.index import index_of
from doorstep.kernel.program import Program
from doorstep.kernel.state import Id, State
from doorstep.kernel.step import step

LOOK = timedelta(seconds=30)
"""How long a look at a record may take; then the step asks and says it could not look."""

TimerId = tuple[str, Instance, int, str]
"""(step, instance, round, purpose), as commands name it."""


@dataclass(frozen=True, slots=True)
class Virtual:
    """A case at one moment of its virtual clock.  Every change makes a new one."""

    program: Program
    now: datetime
    calendar: Calendar
    state: State = field(default_factory=State)
    timers: Mapping[TimerId, datetime] = field(default_factory=dict)
    looks: Mapping[Id, datetime] = field(default_factory=dict)
    rested: datetime | None = None  # suspended since


def happen(case: Virtual, event: Event) -> tuple[Virtual, tuple[Command, ...]]:
    """Apply an event, and all that is due by then.  Raises EventNotExpected."""
    case, commands = _step(case, event)
    case, more = advance(case, case.now)
    return case, (*commands, *more)


def advance(case: Virtual, to: datetime) -> tuple[Virtual, tuple[Command, ...]]:
    """Turn the clock to a time, at which or before which everything due happens, in order."""
    commands: list[Command] = []
    while (due := _next(case, to)) is not None:
        at, event = due
        case = _without(replace(case, now=max(case.now, at)), event)
        case, more = _step(case, event)
        commands += more
    return replace(case, now=to), tuple(commands)


def _step(case: Virtual, event: Event) -> tuple[Virtual, tuple[Command, ...]]:
    """Apply one event and keep the timers and looks it starts and ends."""
    match event:
        case CaseSuspended():
            case = replace(case, rested=event.at)
        case CaseResumed() if case.rested is not None:
            case = _moved(case, event.at - case.rested)
        case RecordObserved():
            case = _without(case, event)
        case _:
            pass
    state, commands = step(case.program, case.state, event)
    case = replace(case, state=state)
    for command in commands:
        case = _kept(case, command)
    return case, tuple(commands)


def _moved(case: Virtual, rested: timedelta) -> Virtual:
    """Move every timer by the time a case was suspended."""
    return replace(case, rested=None, timers={timer: ends + rested for timer, ends in case.timers.items()})


def _kept(case: Virtual, command: Command) -> Virtual:
    """Start and end the timers and looks a command names."""
    where = (command.step, command.instance)
    timer = (*where, command.round, command.purpose)
    match command:
        case StartTimer():
            ends = _ends(case, command)
            timers = {**case.timers, timer: ends} if ends else case.timers
            return replace(case, timers=timers)
        case WithdrawTimer():
            return replace(case, timers={key: ends for key, ends in case.timers.items() if key != timer})
        case WatchRecord():
            return replace(case, looks={**case.looks, where: case.now + LOOK})
        case UnwatchRecord():
            return replace(case, looks={key: ends for key, ends in case.looks.items() if key != where})
        case _:
            return case


def _ends(case: Virtual, command: StartTimer) -> datetime | None:
    """Return when a timer ends; None while a fact is unknown, and then the kernel starts it again."""
    return when(
        command.spec.text,
        start=case.now,
        facts=facts_at(case, command.step, command.instance),
        calendar=case.calendar,
        ends=command.purpose == "due",
    )


def facts_at(case: Virtual, key: str, instance: Instance) -> Mapping[str, object]:
    """Return the facts in force at a step: the case's, and over them those of its instance."""
    places = index_of(case.program).extended(case.state.added).places
    facts = dict(case.state.facts)
    for outer in reversed((key, *places[key].around)) if key in places else ():
        for length in range(len(instance) + 1):
            facts |= case.state.items.get((outer, instance[:length]), {})
    return facts


def _next(case: Virtual, to: datetime) -> tuple[datetime, TimerFired | RecordObserved] | None:
    """Return what is due first, by a time; the timers of a suspended case rest."""
    due = [(ends, event) for ends, event in _due(case) if ends <= to]
    return min(due, key=lambda found: found[0], default=None)


def _due(case: Virtual) -> Iterator[tuple[datetime, TimerFired | RecordObserved]]:
    """Yield the timers and looks under way, each with the event that ends it."""
    if case.state.case != "suspended":
        for (key, instance, number, purpose), ends in case.timers.items():
            at = max(ends, case.now)
            yield ends, TimerFired(at=at, step=key, instance=instance, round=number, purpose=purpose)
    for (key, instance), ends in case.looks.items():
        why = f"The record could not be read within {LOOK.seconds} seconds."
        yield ends, RecordObserved(at=max(ends, case.now), step=key, instance=instance, failed=why)


def _without(case: Virtual, event: TimerFired | RecordObserved) -> Virtual:
    """Return the case without the timer or look that ends with an event."""
    if isinstance(event, TimerFired):
        timer = (event.step, event.instance, event.round, event.purpose)
        return replace(case, timers={key: ends for key, ends in case.timers.items() if key != timer})
    look = (event.step, event.instance)
    return replace(case, looks={key: ends for key, ends in case.looks.items() if key != look})
