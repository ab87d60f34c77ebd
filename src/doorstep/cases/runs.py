"""A case as the chase sees it, made from rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.cases import directory, seals
from doorstep.cases.asked import node_at, stuck
from doorstep.cases.event_json import instance_of
from doorstep.cases.gathered import Gathered, Opened, Sent
from doorstep.cases.models import Ask
from doorstep.cases.rights import answering
from doorstep.chase.policy import DEFAULT, Policy
from doorstep.chase.remaining import held_up, remaining
from doorstep.chase.run import Down, MoveKind, Run, Stuck, Waiting
from doorstep.chase.words import goal_of
from doorstep.chase.working import Calendar
from doorstep.kernel.program import AlsoAsk, AskInstead, Kind, Node, TellThem
from doorstep.kernel.state import SETTLED, State, every_node, name_of
from doorstep.reading.page import Step

RunState = Literal["open", "done", "failed", "cancelled", "suspended"]


def run_of(found: Gathered, case_id: UUID) -> Run:
    """Return what the chase must know of one of the cases gathered."""
    case = found.cases[case_id]
    row = case.row
    calendar = replace(found.own, zone=ZoneInfo(row.zone))
    over: dict[str, Any] = {"ended": row.closed_at or row.suspended_at, "starter": found.name(row.starter)}
    if case.state is None:
        return Run(state=cast("RunState", row.status), needed_by=row.needed_by, calendar=calendar, **over)
    return Run(
        state=cast("RunState", row.status),
        needed_by=row.needed_by,
        goal=_goal(case),
        waiting=(*_asks(found, case, case.state, calendar), *_others(case, case.state)),
        ahead=remaining(case.page.program, case.state, usual=_usual(found, case), calendar=calendar),
        stuck=tuple(_stuck(case, case.state)),
        down=tuple(_down(found, case)),
        calendar=calendar,
        **over,
    )


def _usual(found: Gathered, case: Opened) -> dict[str, timedelta]:
    """Return what answers to the steps of a case usually take, by key."""
    return {step: length for (process, step), length in found.usual.items() if process == case.row.process_id}


def _goal(case: Opened) -> str:
    """Return what being finished means, from the page's last step."""
    steps = [node for node in case.page.program.nodes if node.kind is not Kind.GROUP and not node.repair_of]
    return goal_of(steps[-1].name) if steps else "Done"


def _stuck(case: Opened, state: State) -> Iterator[Stuck]:
    for key, instance, why in stuck(state):
        node = node_at(case.page, state, key)
        yield Stuck(name_of(case.page.program, key, instance), node.name, why or "it needs a person")


def _down(found: Gathered, case: Opened) -> Iterator[Down]:
    """Yield the paused connections this case waits for."""
    yield from (Down(name, since) for name, since in found.down.items() if (case.row.id, name) in found.queued)


# -- What is waited for ------------------------------------------------------------------------------


def _others(case: Opened, state: State) -> Iterator[Waiting]:
    """Yield what is waited for that is nobody: a time, a message, an action, a look at a record."""
    for key, instance, node in every_node(case.page.program, state):
        kind = node_at(case.page, state, key).kind
        waits = node.status == "waiting" or (node.status == "open" and kind in (Kind.ACTION, Kind.WAIT))
        if waits and kind is not Kind.GROUP and node.how not in ("repair", "turn"):
            name = node_at(case.page, state, key).name
            step = name_of(case.page.program, key, instance)
            looks = _looks(case, key) if node.how == "look" else ""
            yield Waiting(step=step, name=name, since=node.at or case.row.started_at, state=looks)


def _looks(case: Opened, key: str) -> str:
    """Say where we look whether somebody needs to be asked at all."""
    step = case.page.steps.get(key)
    where = step.card.where if step and step.card else None
    return f"for our look {f'in {where.channel}' if where else 'at the record'}"


def _asks(found: Gathered, case: Opened, state: State, calendar: Calendar) -> Iterator[Waiting]:
    for ask in found.asks.get(case.row.id, []):
        if state.node(ask.step, instance_of(ask.instance)).status not in SETTLED:
            yield _ask(found, case, ask, calendar)


def _ask(found: Gathered, case: Opened, ask: Ask, calendar: Calendar) -> Waiting:
    assert case.state is not None, "only a case with a state waits"
    node = node_at(case.page, case.state, ask.step)
    step = case.page.steps.get(ask.step)
    first = found.first.get(ask.id)
    person = found.persons.get(ask.person) if ask.person else None
    return Waiting(
        step=name_of(case.page.program, ask.step, instance_of(ask.instance)),
        name=ask.name,
        since=ask.asked_at,
        addressee=person.name if person else ask.display,
        person=person is not None,
        role=_role(ask, person is not None),
        verb=ask.verb,
        channel=_channel(first),
        state=_state(first),
        due=ask.due_at,
        promised=ask.promised_until,
        question=question_of(case, ask),
        usual=found.usual.get((case.row.process_id, ask.step)),
        stand_in=found.stand_ins.get(ask.person) if ask.person else None,
        escalate_to=_chain(found, case, ask),
        late_to=_late_to(node),
        holds_up=held_up(case.page.program, case.state, ask.step),
        calendar=found.calendars.get(ask.person, calendar) if ask.person else calendar,
        sent=found.sent.get(ask.person, ()) if ask.person else (),
        made=moves_made(ask.made),
        policy=policy_of(step),
    )


def _channel(first: Sent | None) -> str:
    if first is None or first.channel == "page":
        return ""
    return first.channel if first.channel == "e-mail" else first.channel.capitalize()


def _state(first: Sent | None) -> str:
    if first is None or first.channel == "page":
        return ""
    return "seen" if first.seen_at else first.state


def _role(ask: Ask, is_person: bool) -> str:
    """Return what a person is to the step, when the card names a role."""
    plain = is_person and not ask.who.startswith(("{", "whoever", "manager of")) and "@" not in ask.who
    return ask.who.partition(" (")[0] if plain else ""


def _chain(found: Gathered, case: Opened, ask: Ask) -> tuple[str, ...]:
    """Return whom silence is taken to: the addressee's manager, then the owner."""
    person = found.persons.get(ask.person) if ask.person else None
    manager = person.manager.name if person and person.manager else ""
    owner = owner_name(case, at=found.at)
    names = dict.fromkeys(name for name in (manager, owner) if name and name != (person.name if person else ""))
    return tuple(names)


def owner_name(case: Opened, *, at: datetime) -> str:
    """Return who answers for the process now: exactly one, also where a role owns it."""
    owner = answering(case.row.process_id, at=at)
    return directory.name_of(owner) if owner else ""


def _late_to(node: Node) -> str | None:
    """Return whom the page itself brings in at the due time."""
    for handler in node.if_late:
        match handler:
            case AlsoAsk(who) | AskInstead(who) | TellThem(who):
                return who
    return None


def question_of(case: Opened, ask: Ask) -> str:
    """Return what was asked back and not yet answered."""
    return seals.unseal(case.salt, bytes(ask.question)).decode() if ask.question and case.salt else ""


def moves_made(text: str) -> frozenset[tuple[MoveKind, int]]:
    """Read the moves made from their column: ``remind 1,stand-in 1``."""
    pairs = [one.rpartition(" ") for one in text.split(",") if one]
    return frozenset((cast("MoveKind", kind), int(number)) for kind, _, number in pairs)


def policy_of(step: Step | None) -> Policy:
    """Return how an ask is chased: the usual way, with what its card says laid over it."""
    card = step.card if step else None
    policy = replace(DEFAULT, due=card.due.time) if card and card.due else DEFAULT
    if card is None or card.remind is None:
        return policy
    times = policy.times if card.remind.times is None else card.remind.times
    return replace(policy, remind_every=card.remind.every, times=times)
