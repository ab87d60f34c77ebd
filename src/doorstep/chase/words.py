"""What a colleague would say: will it make it, what does it wait for, what is the cheapest rescue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from doorstep.chase.moves import Move, rounded
from doorstep.chase.plan import AskPlan, Plan
from doorstep.chase.reader import Reader
from doorstep.chase.rescues import Rescue, rescues_of
from doorstep.chase.run import Run, Waiting
from doorstep.chase.say import say_length, say_list, short_name, upper_first
from doorstep.chase.status import WaitingLine, line_of

Tone = Literal["calm", "waiting", "late", "lost", "done"]


@dataclass(frozen=True, slots=True)
class Words:
    """What stands above a run.  ``headline`` is the bold sentence, ``detail`` what follows it.

    ``short`` is the headline's end for a list ("makes 18:00 if Mira answers by 17:20").
    """

    headline: str
    detail: str = ""
    lines: tuple[WaitingLine, ...] = ()
    rescues: tuple[Rescue, ...] = ()
    tone: Tone = "calm"
    short: str = ""

    @property
    def status_line(self) -> str:
        """All waiting lines as one text."""
        return " ".join(line.text for line in self.lines)


def words(run: Run, plan: Plan, *, now: datetime, zone: tzinfo, reader: str = "") -> Words:
    """Put a plan into words for one reader, named as people are named in the run; zone is the reader's."""
    place = Reader(run, plan, now, zone, reader)
    if run.state != "open":
        return _over(place)
    lines = tuple(line_of(place, ask) for ask in plan.asks)
    told = _stuck(place) or _down(place) or _question(place) or _promise(place) or _waiting(place)
    return Words(told.headline, told.detail, lines, (*told.rescues, *rescues_of(place)), told.tone, told.short)


# -- Over or resting -------------------------------------------------------------------------------


def _over(place: Reader) -> Words:
    """Say how a case ended, or that it rests."""
    run = place.run
    since = place.time(run.ended) if run.ended else "now"
    why = f" {run.why}" if run.why else ""
    match run.state:
        case "done":
            detail = _beside_needed(place)
            return Words(f"{run.goal} since {since}.", detail, tone="done", short=f"done {since}")
        case "failed":
            return Words(f"Failed, {since}.{why}", tone="lost", short=f"failed {since}")
        case "cancelled":
            return Words(f"Called off, {since}.{why}", tone="calm", short=f"called off {since}")
        case _:
            detail = "Nobody is chased until it is resumed; due times move along."
            return Words(f"Resting since {since}.{why}", detail, tone="calm", short=f"resting since {since}")


def _beside_needed(place: Reader) -> str:
    """Say how a finished case compares with needed by."""
    needed, ended = place.run.needed_by, place.run.ended
    if needed is None or ended is None:
        return ""
    if ended <= needed:
        return f"It was needed by {place.needed()}."
    return f"It was needed by {place.needed()}: late by {say_length(place.run.calendar.between(needed, ended))}."


# -- What needs a person first ---------------------------------------------------------------------


def _stuck(place: Reader) -> Words | None:
    """Say what is stuck: nothing goes on there without a person."""
    if not place.run.stuck:
        return None
    first, *others = place.run.stuck
    more = f" {len(others)} more {'is' if len(others) == 1 else 'are'} stuck." if others else ""
    headline = f"Stuck at “{first.name}”: {first.why.rstrip('.')}."
    return Words(headline, f"It needs a decision.{more}", tone="lost", short=f"stuck at “{first.name}”")


def _down(place: Reader) -> Words | None:
    """Say that a connected system does not answer."""
    if not place.run.down:
        return None
    since = place.time(min(down.since for down in place.run.down))
    systems = say_list([down.system for down in place.run.down])
    verb = "is" if len(place.run.down) == 1 else "are"
    by = [plan.latest for plan in place.plan.asks if plan.latest]
    back = min(by) if by else place.run.needed_by
    makes = f"makes {place.needed()} if it is back by {place.time(back)}" if back else ""
    detail = "We keep trying, nothing is lost." + (
        f" {_goal(place)} if it is back by {place.time(back)}." if back else ""
    )
    return Words(f"{systems} {verb} not answering since {since}.", detail, tone="waiting", short=makes or "waits")


def _question(place: Reader) -> Words | None:
    """Say that somebody asked back: the chase rests until they hear."""
    asked = next((plan.ask for plan in place.plan.asks if plan.ask.question), None)
    if asked is None:
        return None
    who, whom = upper_first(place.name(asked)), place.starter()
    headline = f"Waiting for {whom}: {who} asked “{asked.question}”"
    detail = f"We do not remind {who} meanwhile. {_if_line(place)}".strip()
    rescue = Rescue("answer", f"Answer {who}", asked.step, asked.addressee)
    return Words(headline, detail, rescues=(rescue,), tone="waiting", short=f"{who} asked {whom} something")


def _promise(place: Reader) -> Words | None:
    """Say that somebody promised a time that is too late."""
    late = next((plan for plan in place.plan.asks if plan.late_promise), None)
    if late is None or late.ask.promised is None:
        return None
    who, until = upper_first(place.name(late.ask)), place.time(late.ask.promised)
    said = f"“{late.ask.promise}”" if late.ask.promise else until
    headline = f"It will not make {place.needed()}: {who} promised {said}."
    detail = f"We remind nobody until {place.starter()} decide{'' if place.starter() == 'you' else 's'}."
    rescue = Rescue("accept", f"Accept {until}", late.ask.step, late.ask.addressee, late.ask.promised)
    return Words(headline, detail, rescues=(rescue,), tone="late", short=f"{who} promised {said}")


# -- Will it make it? ------------------------------------------------------------------------------


def _waiting(place: Reader) -> Words:
    """Say whether it will make it."""
    people = [plan for plan in place.plan.asks if plan.ask.addressee]
    match place.plan.verdict:
        case "no date":
            return _without_date(place, people)
        case "missed":
            return _missed(place, people)
        case "unlikely":
            expected = place.time(_about(place.plan.expected))
            headline = f"It will probably miss {place.needed()}: {expected} is more likely."
            return Words(headline, _detail(place, people), tone="late", short=f"probably {expected}")
        case _ if not people:
            return Words(f"{_goal(place)}.", _nothing_waits(place), tone="calm", short=f"makes {place.needed()}")
        case _:
            said = _if_line(place)
            short = f"makes {place.needed()} {_condition(place, people)}"
            return Words(said, _detail(place, people), tone="waiting", short=short)


def _goal(place: Reader) -> str:
    return f"{place.run.goal} by {place.needed()}"


def _if_line(place: Reader) -> str:
    """Return "With the client by 18:00 if Mira answers by 17:20." or nothing without needed by."""
    people = [plan for plan in place.plan.asks if plan.ask.addressee]
    if place.plan.verdict not in ("if", "makes") or not people:
        return ""
    return f"{_goal(place)} {_condition(place, people)}."


def _condition(place: Reader, people: Sequence[AskPlan]) -> str:
    """Return what must happen: "if Mira answers by 17:20", "if Sam answers by 17:02 and Mira by 17:20".

    Of several who are asked for one step, one is enough: "if Sam or Tom answers by 17:58".
    """
    promised = people[0].ask.promised
    if promised and len(people) == 1:
        return f"if {place.name(people[0].ask)} answers as promised, {place.time(promised)}"
    either: dict[str, list[AskPlan]] = defaultdict(list)
    for plan in people:
        either[plan.ask.step].append(plan)
    names: dict[datetime, list[str]] = defaultdict(list)
    for plans in either.values():
        one = say_list(list(dict.fromkeys(place.name(plan.ask) for plan in plans)), "or")
        names[max(_wanted(place, plan) for plan in plans)].append(one)
    parts: list[str] = []
    for by in sorted(names):
        who = list(dict.fromkeys(names[by]))
        verb = "" if parts else " answers" if len(who) == 1 and not who[0].endswith("you") else " answer"
        parts.append(f"{say_list(who)}{verb} by {place.time(by)}")
    return f"if {say_list(parts)}"


def _wanted(place: Reader, plan: AskPlan) -> datetime:
    """Return by when an answer is wanted, or once that has passed, when it still helps."""
    answer_by, latest = plan.answer_by or place.now, plan.latest or place.now
    return answer_by if answer_by >= place.now else latest


def _detail(place: Reader, people: Sequence[AskPlan]) -> str:
    """Say what is usual for the most pressing ask, and what we do if they stay silent."""
    if not people:
        return ""
    plan = people[0]
    parts = []
    if plan.ask.promised:
        parts.append(f"Promised {place.time(plan.ask.promised)}; not reminded before.")
    elif plan.ask.usual:
        whose = f"{upper_first(place.name(plan.ask))} usually takes" if len(people) > 1 else "Usually takes"
        parts.append(f"{whose} {say_length(plan.ask.usual)}.")
    rescue = next((move for move in plan.moves if move.kind in ("stand-in", "late", "escalate")), None)
    if rescue:
        unless = "If not" if len(people) == 1 else f"Without {place.name(plan.ask)}"
        parts.append(f"{unless}: {_instead(place, plan.ask, rescue)}")
    return " ".join(parts)


def _instead(place: Reader, ask: Waiting, move: Move) -> str:
    """Say who comes next: "Jon Park can sign; we ask Jon at 17:20."."""
    who = short_name(move.to, [ask.addressee])
    at = (
        "now"
        if move.at <= place.now
        else f"at {place.time(move.at)}"
        if _today(place, move.at)
        else place.time(move.at)
    )
    match move.kind:
        case "stand-in":
            return f"{move.to} can {_CAN.get(ask.verb, 'answer')}; we ask {who} {at}."
        case "late":
            return f"{move.to} is brought in {at}."
        case _:
            return f"we tell {move.to} {at}."


_CAN = {"approve": "sign", "confirm": "confirm", "fill in": "fill it in", "choose": "choose", "read": "read it"}


def _today(place: Reader, at: datetime) -> bool:
    return at.astimezone(place.zone).date() == place.today


def _without_date(place: Reader, people: Sequence[AskPlan]) -> Words:
    """Say what a case without needed by waits for."""
    if not people:
        return Words("Nothing waits for anybody.", _nothing_waits(place), tone="calm", short="goes on by itself")
    names = say_list(list(dict.fromkeys(place.name(plan.ask) for plan in people)))
    late = any(plan.ask.due and plan.ask.due < place.now for plan in people)
    expected = place.time(_about(place.plan.expected))
    detail = " ".join(part for part in (_detail(place, people), f"Expected {expected}.") if part)
    return Words(f"Waiting for {names}.", detail, tone="late" if late else "waiting", short=f"expected {expected}")


def _missed(place: Reader, people: Sequence[AskPlan]) -> Words:
    """Say that it cannot make it any more."""
    over = place.run.needed_by is not None and place.now > place.run.needed_by
    was = "was" if over else "is"
    names = say_list(list(dict.fromkeys(place.name(plan.ask) for plan in people)))
    waits = f", and we still wait for {names}" if names else ""
    headline = f"It {'is late' if over else 'will not make it'}: it {was} needed by {place.needed()}{waits}."
    expected = f"{place.time(_about(place.plan.expected))} is likely now."
    return Words(
        headline, " ".join(part for part in (_detail(place, people), expected) if part), tone="late", short="late"
    )


def _about(at: datetime) -> datetime:
    """Return the next five minutes: an estimate is not said to the minute, and never too early."""
    return rounded(at + timedelta(minutes=2))


def _nothing_waits(place: Reader) -> str:
    """Say what goes on when nobody is waited for."""
    plans = [plan for plan in place.plan.asks if plan.ask.due]
    if plans:
        return (
            f"Nothing waits for anybody; it goes on by itself {place.time(min(p.ask.due for p in plans if p.ask.due))}."
        )
    return "The rest is done by Doorstep."


def goal_of(last_step: str) -> str:
    """Return what being finished means, from the heading of the last step: "Tell the client" is "With the client"."""
    verb, _, whom = last_step.partition(" ")
    return f"With {whom}" if verb.lower() == "tell" and whom else "Done"
