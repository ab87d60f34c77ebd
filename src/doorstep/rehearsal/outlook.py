"""A playing case as the chase sees it: what it waits for, what is to come, whether it will make it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from doorstep.chase.plan import plan
from doorstep.chase.remaining import held_up, remaining
from doorstep.chase.run import Run, Stuck, Waiting
from doorstep.chase.spec import when
from doorstep.chase.words import Words, goal_of, words
from doorstep.kernel.events import Instance
from doorstep.kernel.index import index_of
from doorstep.kernel.program import AlsoAsk, AskInstead, Kind, Node, TellThem
from doorstep.kernel.state import NodeState, every_node, name_of, running
from doorstep.rehearsal.play import Play
from doorstep.rehearsal.virtual import Virtual, facts_at


def outlook(play: Play) -> Words:
    """Say what a colleague would say of a playing case now, to whoever started it."""
    run = run_of(play)
    now = play.case.now
    return words(run, plan(run, now=now), now=now, zone=play.case.calendar.zone, reader=run.starter)


def run_of(play: Play) -> Run:
    """Return a playing case as the chase sees it."""
    case = play.case
    state = case.state
    last = play.page.steps[-1].name if play.page.steps else ""
    return Run(
        state=state.case or "open",  # type: ignore[arg-type]  # one of them once it has started
        needed_by=_needed_by(play),
        ended=case.now if state.case not in ("", "open") else None,
        goal=goal_of(last),
        starter=state.starter or "",
        waiting=tuple(_waiting(case)),
        ahead=remaining(case.program, state, calendar=case.calendar),
        stuck=tuple(_stuck(case)),
        calendar=case.calendar,
    )


def _needed_by(play: Play) -> datetime | None:
    """Return when the page needs the case, counted from its start."""
    text, case = play.page.card.needed_by, play.case
    if text is None or case.state.started is None:
        return None
    return when(text, start=case.state.started, facts=case.state.facts, calendar=case.calendar, ends=True)


def _waiting(case: Virtual) -> Iterator[Waiting]:
    """Yield what is waited for, asks with their addressees; what waits for another step is still to come."""
    places = index_of(running(case.program, case.state)).places
    for key, instance, node in every_node(case.program, case.state):
        here = places[key]
        waits = node.status == "open" or (node.status == "waiting" and node.how not in ("repair", "turn"))
        if waits and here.node.kind is not Kind.GROUP and not here.is_whole(instance):
            yield _wait(case, here.node, instance, node)


def _wait(case: Virtual, node: Node, instance: Instance, now: NodeState) -> Waiting:
    """Return one thing waited for."""
    asked = node.kind is Kind.ASK and now.status == "open"
    purpose = "due" if asked else "not before" if now.how == "not before" else "wait"
    return Waiting(
        step=name_of(running(case.program, case.state), node.key, instance),
        name=node.name,
        since=now.at or case.now,
        addressee=_addressee(case, now.to or node.who or "", node.key, instance) if asked else "",
        person=False,
        verb=node.verb.value,
        state="" if asked else _what(node, now),
        due=case.timers.get((node.key, instance, now.round, purpose)),
        late_to=_late_to(node),
        holds_up=held_up(case.program, case.state, node.key),
        calendar=case.calendar,
    )


def _addressee(case: Virtual, who: str, key: str, instance: Instance) -> str:
    """Return whom an addressee means, as far as a play knows: the starter and what facts hold."""
    if who == "whoever started this":
        return case.state.starter or who
    value = facts_at(case, key, instance).get(who[1:-1]) if who.startswith("{") else None
    return value if isinstance(value, str) else who


def _what(node: Node, now: NodeState) -> str:
    """Say what is waited for that nobody is asked for."""
    if now.how == "look":
        return "for a record to be read"
    if node.message:
        return f"for the message “{node.message}”"
    return "for its action to end" if node.kind is Kind.ACTION else ""


def _late_to(node: Node) -> str | None:
    """Return whom the page brings in when a step is late."""
    return next((handler.who for handler in node.if_late if isinstance(handler, AlsoAsk | AskInstead | TellThem)), None)


def _stuck(case: Virtual) -> Iterator[Stuck]:
    """Yield the steps that need a person."""
    program = running(case.program, case.state)
    for key, instance, node in every_node(case.program, case.state):
        if node.status == "stuck":
            name = name_of(program, key, instance)
            yield Stuck(name, name, node.why)
