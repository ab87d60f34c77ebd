"""Chase: plan a case anew and make the moves that are due: remind, other channel, stand-in, escalate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from doorstep.cases import asking, mirror, seals, telling
from doorstep.cases.advance import Handoff
from doorstep.cases.channels import target_of, ways
from doorstep.cases.clock import real_now
from doorstep.cases.directory import person
from doorstep.cases.event_json import instance_of
from doorstep.cases.gathered import Gathered, gather
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Ask, Case, Timer
from doorstep.cases.noting import NOTES
from doorstep.cases.rows import timer_row
from doorstep.cases.runs import moves_made, run_of
from doorstep.chase.moves import Move
from doorstep.chase.plan import Plan, plan
from doorstep.chase.words import words
from doorstep.kernel.commands import Tell
from doorstep.kernel.state import name_of
from doorstep.people.keys import person_key
from doorstep.people.models import Person
from doorstep.people.resolve import Found

SOONEST = timedelta(seconds=1)


LOOKS = 3
"""How often a case is looked at that moves on meanwhile; its time stays due then, so the next sweep comes back to it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A case as it was looked at, and what was planned on that: before its lock, for a plan takes a while."""

    row: Case
    timers: Mapping[UUID, datetime]
    """The times to look at it that are open."""
    found: Gathered
    said: mirror.Said
    plan: Plan


def chase_case(case_id: UUID, *, at: datetime) -> None:
    """Make the moves of one case that are due at a time and set the time of the next one."""
    for _ in range(LOOKS):
        timers = dict(Timer.objects.filter(_times_of(case_id)).values_list("id", "due_at"))
        row = Case.objects.get(id=case_id)
        if row.status != "open":
            Timer.objects.filter(id__in=timers, state="open", due_at__lte=at).update(state="fired")
            return
        if _move(_look(row, timers, at=at), at=at):
            return


def _times_of(case_id: UUID) -> Q:
    return Q(case_id=case_id, purpose="chase", state="open")


def _look(row: Case, timers: Mapping[UUID, datetime], *, at: datetime) -> Look:
    found = gather([row], at=at)
    run = run_of(found, row.id)
    return Look(row, timers, found, mirror.said(run, now=at, zone=ZoneInfo(row.zone)), plan(run, now=at))


def _move(look: Look, *, at: datetime) -> bool:
    """Lock the case and make the moves that were planned; return False when it has moved on since it was looked at."""
    with transaction.atomic():
        case = load_case(look.row.id)
        if case.head != bytes(look.row.head):
            return False
        due = [one for one, due_at in look.timers.items() if due_at <= at]
        if not Timer.objects.filter(id__in=due, state="open").update(state="fired"):
            return True  # somebody else has just chased it
        handoff = Handoff(case, at=at, real=real_now())
        made = [move for one in look.plan.asks for move in one.moves if move.at <= at and move.kind != "late"]
        for move in made:
            make(handoff, look.found, move)
        warned = _warn(handoff, look)
        mirror.mirror(handoff, look.said)
        _next(handoff, look, made)
        if warned:
            Case.objects.filter(id=case.id).update(told=warned)
        if made or warned:
            handoff.write(last=True)
        else:
            handoff.writes.write(last=True)
    return True


def _next(handoff: Handoff, look: Look, made: list[Move]) -> None:
    """Set the time of the next look: the first move to come, at once when something was just made."""
    coming = [move.at for one in look.plan.asks for move in one.moves if move.at > handoff.at and move.kind != "late"]
    turns = [one.latest for one in look.plan.asks if one.latest is not None]
    coming += [at + SOONEST for at in turns if at + SOONEST > handoff.at]  # when it can no longer make it
    if made:
        coming.append(handoff.at + SOONEST)
    if not coming:
        return
    Timer.objects.filter(id__in=look.timers, state="open").update(state="withdrawn")
    handoff.writes.add("timer", timer_row(case_id=handoff.case.id, purpose="chase", due_at=min(coming)))


def make(handoff: Handoff, found: Gathered, move: Move) -> None:
    """Make one move, and note on the ask that it was made."""
    ask = _ask_of(handoff, found, move)
    if ask is None:
        return
    match move.kind:
        case "remind":
            _follow(handoff, ask, "reminder", n=move.n)
        case "other channel":
            _other_channel(handoff, ask, move.to)
        case "stand-in":
            _stand_in(handoff, found, ask)
        case _:
            _escalate(handoff, ask, move)
    row = {name: getattr(ask, name) for name in NOTES}
    row["made"] = ",".join(part for part in (ask.made, f"{move.kind} {move.n}") if part)
    ask.made = row["made"]
    handoff.writes.add("noted", {"id": ask.id, **row})
    handoff.note("Chased", {"ask": str(ask.id), "move": move.kind, "n": move.n, "to": move.to}, by=None)


def _ask_of(handoff: Handoff, found: Gathered, move: Move) -> Ask | None:
    """Return the ask a move is about, by its step's public name."""
    for ask in found.asks.get(handoff.case.id, []):
        name = name_of(handoff.case.page.program, ask.step, instance_of(ask.instance))
        if name == move.step and (move.kind, move.n) not in moves_made(ask.made):
            return ask
    return None


def _follow(handoff: Handoff, ask: Ask, purpose: str, *, n: int) -> None:
    """Queue one more message to everybody who was sent the ask, on its thread."""
    place = {"case_id": ask.case_id, "step": ask.step, "instance": ask.instance, "round": ask.round}
    row = {**place, "purpose": purpose, "lane": "reminders", "rank": 1, "n": n, "brief": b""}
    late = {"at": handoff.at, "real": handoff.real, "position": handoff.case.seq + 1}
    handoff.writes.add("follow", {**row, **late})


def _other_channel(handoff: Handoff, ask: Ask, channel: str) -> None:
    known = person(ask.person) if ask.person else None
    if known and channel.lower() in ways():
        handoff.writes.add(
            "delivery", asking.delivery(handoff, {"id": ask.id}, target_of(known, channel), purpose="ask")
        )


def _stand_in(handoff: Handoff, found: Gathered, ask: Ask) -> None:
    """Put the same ask before who stands in: they see and answer it, nothing is reassigned."""
    other = found.stand_in_ids.get(ask.person) if ask.person else None
    known = person(other) if other else None
    if known is None:
        return
    brief = seals.seal_json(handoff.case.salt, {"why": f"{ask.display} has not answered; you can answer instead."})
    row = asking.delivery(handoff, {"id": ask.id}, target_of(known), purpose="ask", brief=brief)
    handoff.writes.add("delivery", row)
    shown = {name: getattr(ask, name) for name in ("name", "verb", "asked_at", "due_at")}
    place = {"ask_id": ask.id, "addressee": person_key(known.id), "case_id": ask.case_id}
    handoff.writes.add("home", {**place, **shown, "process_id": handoff.case.process_id, "title": handoff.case.title})


def _escalate(handoff: Handoff, ask: Ask, move: Move) -> None:
    """Tell whoever is next in the chain that an ask waits."""
    other = Person.objects.filter(name=move.to, outside=False).first()
    known = person(other.id) if other else None
    if known:
        command = Tell(step=ask.step, round=ask.round, purpose="escalate")
        why = f"{ask.display} was asked and reminded, and has not answered."
        telling.queue(handoff, command, target_of(known), brief={"about": "escalate", "step": ask.step, "why": why})


def _warn(handoff: Handoff, look: Look) -> str:
    """Tell the starter when it turns out not to make it; once for each turn for the worse."""
    planned = look.plan
    if planned.verdict not in ("unlikely", "missed") or look.row.told == planned.verdict:
        return ""
    if any(one.late_promise for one in planned.asks):
        return ""  # the starter was told of the promise itself
    whom = asking.whom_of_case(handoff, telling.STARTER)
    if not isinstance(whom, Found):
        return ""
    run = run_of(look.found, look.row.id)
    for one in whom.persons:
        said = words(run, planned, now=handoff.at, zone=handoff.zone, reader=one.name)
        brief = {"about": "warning", "why": f"{said.headline} {said.detail}".strip()}
        telling.queue(handoff, Tell(purpose="warning"), target_of(one), brief=brief)
    handoff.note("Warned", {"verdict": planned.verdict}, by=None)
    return str(planned.verdict)
