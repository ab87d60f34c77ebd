"""The cheapest rescues, each one press away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from doorstep.chase.reader import Reader
from doorstep.chase.say import short_name


@dataclass(frozen=True, slots=True)
class Rescue:
    """Something the starter can do with one press.

    ``kind`` ask: ask ``who`` for ``step`` now; move: needed by becomes ``until``, and who waits is told; quiet:
    be told only if it breaks; answer: answer the question asked about ``step``; accept: take the promise.
    """

    kind: Literal["ask", "move", "quiet", "answer", "accept"]
    label: str
    step: str = ""
    who: str = ""
    until: datetime | None = None


def rescues_of(place: Reader) -> tuple[Rescue, ...]:
    """Return what the starter can do, the cheapest first."""
    rescues = [
        Rescue("ask", f"Ask {short_name(plan.ask.stand_in)} now", plan.ask.step, plan.ask.stand_in)
        for plan in place.plan.asks
        if plan.ask.stand_in and ("stand-in", 1) not in plan.ask.made
    ]
    if place.run.needed_by and (place.plan.asks or place.run.stuck or place.run.down):
        rescues.append(_move(place, place.run.needed_by))
        rescues.append(Rescue("quiet", "Tell me only if it breaks"))
    return tuple(rescues)


def _move(place: Reader, needed_by: datetime) -> Rescue:
    """Return the rescue that moves needed by to the next working day, at the same time of day."""
    calendar = place.run.calendar
    local = max(needed_by, place.now).astimezone(calendar.zone)
    day = calendar.working_day(local.date(), 1)
    until = calendar.instant(day, needed_by.astimezone(calendar.zone).time()).astimezone(calendar.zone)
    whom = place.run.goal.removeprefix("With ")
    tell = f" and tell {whom}" if whom != place.run.goal else ""
    return Rescue("move", f"Move it to {place.day(until)}{tell}", until=until)
