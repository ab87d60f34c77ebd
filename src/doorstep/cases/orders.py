"""What the kernel orders, as rows: asks and deliveries, actions and looks, due times, watches, tellings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from doorstep.cases import asking, telling
from doorstep.cases.asked import facts_at, node_at
from doorstep.cases.event_json import instance_text
from doorstep.cases.records import record_at
from doorstep.cases.rows import action_row, timer_row
from doorstep.chase.spec import SpecNotUnderstood, when
from doorstep.chase.working import Calendar
from doorstep.identifiers import uuid7
from doorstep.kernel import commands
from doorstep.kernel.commands import Command, OfCase
from doorstep.kernel.events import AddresseeNotFound, Event

if TYPE_CHECKING:
    from doorstep.cases.advance import Handoff

Place = dict[str, Any]


def carry(handoff: Handoff, command: Command) -> None:
    """Turn one command into the rows that carry it out."""
    match command:
        case commands.SendAsk():
            asking.ask(handoff, command)
        case commands.WithdrawAsk():
            asking.withdraw(handoff, command)
        case commands.CallAction():
            _call(handoff, command)
        case commands.StartTimer():
            _start_timer(handoff, command)
        case commands.WithdrawTimer():
            _stop_timer(handoff, command)
        case commands.WatchRecord():
            _watch(handoff, command)
        case commands.UnwatchRecord():
            _unwatch(handoff, command)
        case commands.Tell():
            telling.tell(handoff, command)
        case commands.CloseCase():
            handoff.writes.add("closed", {"case_id": handoff.case.id})
            telling.closed(handoff, command)
        case commands.StartCase() | commands.WithdrawCase():
            raise AssertionError("pages that run other processes are not published in this version")


def place_of(handoff: Handoff, command: OfCase) -> Place:
    """Return the columns that say where a command belongs."""
    instance = instance_text(command.instance)
    return {"case_id": handoff.case.id, "step": command.step, "instance": instance, "round": command.round}


# -- Actions ---------------------------------------------------------------------------------------


def _call(handoff: Handoff, command: commands.CallAction) -> None:
    """Queue an action; a retry of the same round is its next number, under the same idempotency key."""
    number = int(command.purpose.rsplit(" ", 1)[-1]) if command.purpose[-1:].isdigit() else 1
    handoff.writes.add("action", action_row(kind="call", real=handoff.real, n=number, **place_of(handoff, command)))


# -- Due times -------------------------------------------------------------------------------------


def _start_timer(handoff: Handoff, command: commands.StartTimer) -> None:
    """Start a due time; a fact that is no time says so to whoever started the case."""
    try:
        due = _ends(handoff, command)
    except SpecNotUnderstood as error:
        telling.tell(handoff, commands.Tell(step=command.step, purpose="stuck", why=str(error)))
        return
    if due is None:
        return
    row = timer_row(purpose=command.purpose, due_at=due, spec=command.spec.text, **place_of(handoff, command))
    handoff.writes.add("timer", row)
    if command.purpose == "due":
        asking.due(handoff, command, due)


def _ends(handoff: Handoff, command: commands.StartTimer) -> datetime | None:
    facts = facts_at(handoff.case.page, handoff.state, command.step, command.instance)
    zone = handoff.zone
    ends = command.purpose == "due"
    calendar = _calendar(handoff, command) if "working" in command.spec.text or ends else Calendar(zone=zone)
    return when(command.spec.text, start=handoff.at, facts=facts, calendar=calendar, zone=zone, ends=ends)


def _calendar(handoff: Handoff, command: commands.StartTimer) -> Calendar:
    """Return whose working time counts: the one person's who is asked, else the page's."""
    person = asking.only_person(handoff, command) if command.spec.whose else None
    return handoff.calendar(person)


def _stop_timer(handoff: Handoff, command: commands.WithdrawTimer) -> None:
    """Withdraw a due time, also one that this very handoff started."""
    place = {**place_of(handoff, command), "purpose": command.purpose}
    started = handoff.writes.rows("timer")
    started[:] = [row for row in started if any(row[name] != value for name, value in place.items())]
    handoff.writes.add("stopped", place)


# -- Records ---------------------------------------------------------------------------------------


def _watch(handoff: Handoff, command: commands.WatchRecord) -> None:
    """Watch records and queue the fresh look the step waits for."""
    facts = facts_at(handoff.case.page, handoff.state, command.step, command.instance)
    place = place_of(handoff, command)
    for fact in command.records:
        if record := record_at(handoff.case.page.page, facts, fact):
            watched = {name: place[name] for name in ("case_id", "step", "instance")}
            names = {"fact": fact, "system": record.system, "record": record.key}
            handoff.writes.add("watch", {"id": uuid7(), **watched, **names})
    row = action_row(kind="look", real=handoff.real, records=",".join(command.records), n=handoff.case.seq, **place)
    handoff.writes.add("action", row)


def _unwatch(handoff: Handoff, command: commands.UnwatchRecord) -> None:
    place = place_of(handoff, command)
    handoff.writes.add("unwatched", {name: place[name] for name in ("case_id", "step", "instance")})
    handoff.writes.add("dropped", place)


# -- What happened beside the page -------------------------------------------------------------------


def deviations(handoff: Handoff, event: Event) -> None:
    """Write down what an event did beside the page."""
    case = handoff.case
    for one in handoff.state.deviations:
        row = {
            "id": uuid7(),
            "case_id": case.id,
            "process_id": case.process_id,
            "version_id": case.version_id,
            "step": one.step,
            "instance": instance_text(one.instance),
            "kind": one.what,
            "person": one.by,
            "reason": one.why,
            "at": event.at,
        }
        handoff.writes.add("deviation", row)


def not_found(handoff: Handoff, command: OfCase, why: str) -> None:
    """Tell the kernel that nobody can be asked, in the same transaction."""
    event = AddresseeNotFound(at=handoff.at, step=command.step, instance=command.instance, why=why)
    handoff.follow_ups.append(event)


def name_at(handoff: Handoff, command: OfCase) -> str:
    """Return a step's name as people read it."""
    return node_at(handoff.case.page, handoff.state, command.step).name
