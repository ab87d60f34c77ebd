"""Asks: who is asked, what they see, where it is delivered, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from doorstep.cases import directory, orders, seals
from doorstep.cases.asked import Doers, excluded, facts_at, node_at
from doorstep.cases.channels import PAGE, Target, targets
from doorstep.cases.covering import Copy, copy_for, least_proof
from doorstep.cases.rows import Row, ask_row, delivery_row, timer_row
from doorstep.kernel.commands import OfCase, SendAsk, WithdrawAsk
from doorstep.people.resolve import Found, NotFound
from doorstep.reading.page import Step

if TYPE_CHECKING:
    from doorstep.cases.advance import Handoff


def ask(handoff: Handoff, command: SendAsk) -> None:
    """Ask an addressee: the ask, its place on Home, a delivery for each person, and the chase."""
    match whom(handoff, command, command.to):
        case NotFound(why=why):
            orders.not_found(handoff, command, why)
        case Found() as found:
            step = step_at(handoff, command)
            row = _ask_row(handoff, command, found, step)
            handoff.writes.add("ask", row)
            _home(handoff, row, found)
            for target in targets(step, found):
                handoff.writes.add("delivery", delivery(handoff, row, target, purpose="ask"))
            _chase(handoff)


def whom(handoff: Handoff, command: OfCase, addressee: str) -> Found | NotFound:
    """Return whom an addressee means for a step, those its Not by keeps out left out."""
    case, state = handoff.case, handoff.state
    node = node_at(case.page, state, command.step)
    return directory.found(
        addressee,
        facts=facts_at(case.page, state, command.step, command.instance),
        starter=case.starter,
        doers=Doers(case.page, state),
        at=handoff.at,
        excluded=excluded(node, state),
        process=case.page.process_key,
    )


def whom_of_case(handoff: Handoff, addressee: str) -> Found | NotFound:
    """Return whom an addressee means for the case as a whole."""
    case = handoff.case
    return directory.found(
        addressee,
        facts=handoff.state.facts,
        starter=case.starter,
        doers={},
        at=handoff.at,
        process=case.page.process_key,
    )


def only_person(handoff: Handoff, command: OfCase) -> UUID | None:
    """Return the one person a step is asked of, None when it is several or nobody."""
    asked = [row for row in handoff.writes.rows("ask") if row["step"] == command.step]
    if asked:
        person = asked[-1]["person"]
        return person if isinstance(person, UUID) else None
    node = node_at(handoff.case.page, handoff.state, command.step)
    found = whom(handoff, command, node.who) if node.who else None
    return found.persons[0].id if isinstance(found, Found) and len(found.persons) == 1 else None


def step_at(handoff: Handoff, command: OfCase) -> Step | None:
    """Return the step as the page says it, None for the case itself."""
    return handoff.case.step(command.step)


def _ask_row(handoff: Handoff, command: SendAsk, found: Found, step: Step | None) -> Row:
    node = node_at(handoff.case.page, handoff.state, command.step)
    copy = copy_for(step, node, facts_at(handoff.case.page, handoff.state, command.step, command.instance))
    only = found.persons[0] if len(found.persons) == 1 else None
    return ask_row(
        **orders.place_of(handoff, command),
        purpose=command.purpose or "ask",
        name=node.name,
        verb=node.verb.value,
        who=command.to,
        addressee=found.key or ",".join(f"p:{person.id}" for person in found.persons),
        person=only.id if only else None,
        display=only.name if only else found.role or ", ".join(person.name for person in found.persons),
        covered_hash=copy.hash,
        sealed=seals.seal_json(handoff.case.salt, copy.to_json()),
        least_proof=least_proof(step),
        asked_at=handoff.at,
        could_not_look=handoff.could_not_look,
    )


def copy_now(handoff: Handoff, command: OfCase) -> Copy:
    """Return what a step covers and shows, with the facts as they are now."""
    node = node_at(handoff.case.page, handoff.state, command.step)
    facts = facts_at(handoff.case.page, handoff.state, command.step, command.instance)
    return copy_for(step_at(handoff, command), node, facts)


def _home(handoff: Handoff, row: Row, found: Found) -> None:
    """Put the ask on Home: one row for a person or a role, one each for several people."""
    for key in (found.key,) if found.key else tuple(f"p:{person.id}" for person in found.persons):
        place = {"addressee": key, "case_id": handoff.case.id, "process_id": handoff.case.process_id}
        shown = {name: row[name] for name in ("name", "verb", "asked_at")}
        home = {"ask_id": row["id"], **place, "title": handoff.case.title, **shown}
        handoff.writes.add("home", home)


def delivery(handoff: Handoff, row: Row, target: Target, *, purpose: str, n: int = 1, brief: bytes = b"") -> Row:
    """Return the row that puts something about an ask in front of somebody."""
    return delivery_row(
        purpose=purpose,
        n=n,
        queued_at=handoff.at,
        real=handoff.real,
        case_id=handoff.case.id,
        ask_id=row["id"],
        about=str(row["id"]),
        position=handoff.case.seq,
        addressee=target.addressee,
        person=target.person,
        channel=target.channel,
        connection=target.connection,
        brief=brief,
        **already(target, handoff.at),
    )


def already(target: Target, at: datetime) -> Row:
    """Return what is known of a message to somebody's page: it is there as soon as it is written."""
    return {"state": "handed over", "handed_at": at} if target.channel == PAGE else {}


def _chase(handoff: Handoff) -> None:
    """Let the chase look at the case soon: it plans off the handoff's path."""
    if not any(row["purpose"] == "chase" for row in handoff.writes.rows("timer")):
        handoff.writes.add("timer", timer_row(case_id=handoff.case.id, purpose="chase", due_at=handoff.at))


def due(handoff: Handoff, command: OfCase, at: datetime) -> None:
    """Say when an ask is due: one of this handoff in its rows, one asked earlier by an update."""
    place = orders.place_of(handoff, command)
    rows = [row for row in handoff.writes.rows("ask") if all(row[name] == value for name, value in place.items())]
    ids = {row["id"] for row in rows}
    for row in (*rows, *(home for home in handoff.writes.rows("home") if home["ask_id"] in ids)):
        row["due_at"] = at  # type: ignore[index]  # rows are dicts until they are written
    if not rows:
        handoff.writes.add("due", {**place, "due_at": at})


def withdraw(handoff: Handoff, command: WithdrawAsk) -> None:
    """Take back every ask of a step's round, except the one that was just answered."""
    place = orders.place_of(handoff, command)
    for part in ("ask", "home", "delivery"):
        _drop_unwritten(handoff, part, place)
    brief = seals.seal_json(handoff.case.salt, {"why": command.why}) if command.why else b""
    late = {"keep": handoff.answered, "at": handoff.at, "real": handoff.real, "position": handoff.case.seq}
    handoff.writes.add("withdrawn", {**place, **late, "brief": brief})


def _drop_unwritten(handoff: Handoff, part: str, place: orders.Place) -> None:
    """Leave out what this very handoff would have asked."""
    asked = {
        row["id"]
        for row in handoff.writes.rows("ask")
        if all(row.get(name) == value for name, value in place.items()) and row["state"] == "open"
    }
    column = "id" if part == "ask" else "ask_id"
    if part == "ask":
        handoff.dropped |= asked
    rows = handoff.writes.rows(part)
    rows[:] = [row for row in rows if row[column] not in (asked | handoff.dropped)]


def changed(handoff: Handoff, command: OfCase) -> None:
    """Bind an open ask to what it covers now: same ask, new hash (kernel rule 9)."""
    copy = copy_now(handoff, command)
    sealed = seals.seal_json(handoff.case.salt, copy.to_json())
    handoff.writes.add("covers", {**orders.place_of(handoff, command), "covered_hash": copy.hash, "sealed": sealed})
