"""A play in the browser: the lines played so far travel with the form, and are played again at each step.

So nothing of it is in the database, going back is leaving out a line, and the browser's own way back works.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

from doorstep.chase.working import Calendar
from doorstep.kernel.program import Program
from doorstep.people.calendars import calendar_named, organisation_calendar
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.reading.facts import kinds_of
from doorstep.reading.page import FactKind, Page
from doorstep.rehearsal.offers import Offer, offers
from doorstep.rehearsal.play import Play
from doorstep.rehearsal.practise import Line, done, is_for, to_mine
from doorstep.rehearsal.shown import Shown
from doorstep.web.fields import PREFIX, plain_value

MOST_BYTES = 200_000
MOST_LINES = 300


class Refusal(Exception):
    """What was sent does not fit; the message says why, and nothing was played."""


@dataclass(frozen=True, slots=True)
class Game:
    """A play as far as it went: the lines done, and what each did.  ``role`` is whose steps are asked of me."""

    page: Page
    program: Program
    zone: str
    play: Play
    lines: tuple[Line, ...] = ()
    told: tuple[tuple[Line, Shown], ...] = ()
    role: str = ""

    def at(self, lines: Iterable[Line]) -> Game:
        """Return this game with other lines played."""
        return _played(replace(self, play=_new(self.page, self.program, self.zone), lines=(), told=()), lines)

    def without_last(self) -> tuple[Line, ...]:
        """Return the lines without the last one that a person did, and what followed it by itself."""
        mine = [number for number, line in enumerate(self.lines) if not line.get("auto")]
        return self.lines[: mine[-1]] if mine else ()

    def after(self, line: Line) -> Game:
        """Do one line, and in a practice all that goes on by itself.  Raises Refusal."""
        if len(self.lines) >= MOST_LINES:
            raise Refusal(f"Expected at most {MOST_LINES} things to happen in a play. Go back, or begin anew.")
        line, shown = done(self.play, line)
        if shown.reason is not None:
            raise Refusal(shown.reason)
        found = [(line, shown)]
        if self.role:
            found += [({**one, "auto": True}, what) for one, what in to_mine(self.play, is_for(self.role))]
        return replace(self, lines=(*self.lines, *(one for one, _ in found)), told=(*self.told, *found))

    @property
    def begun(self) -> bool:
        """Say whether it has started."""
        return bool(self.play.state.case)

    @property
    def script(self) -> str:
        """The lines as the form carries them."""
        return json.dumps(self.lines)

    @property
    def offered(self) -> tuple[Offer, ...]:
        """What can be done now; in a practice only what is mine, and what the others cannot decide."""
        found = offers(self.play)
        if not self.role:
            return found
        mine = is_for(self.role)
        return tuple(offer for offer in found if mine(offer) or offer.do == "retry")


def game_of(page: Page, program: Program, lines: Iterable[Line], *, me: Person, role: str = "") -> Game:
    """Return a game with what was played so far."""
    zone = me.zone or settings.DOORSTEP.text("zone")
    return _played(Game(page, program, zone, _new(page, program, zone), role=role), lines)


def line_sent(request: HttpRequest, game: Game, me: Person) -> Line:
    """Return the line that a form says.  Raises Refusal."""
    sent = request.POST
    act, step = str(sent.get("act")), str(sent.get("step", ""))
    match act:
        case "start":
            return {"do": "start", "at": _start(request, game.zone), "by": me.email, "facts": _facts(request, game)}
        case "wait":
            return _wait(game)
        case "message":
            return {"do": "message", "name": str(sent.get("name", "")), "about": str(sent.get("about", ""))}
        case "skip" | "retry":
            return {"do": act, "step": step, "by": me.email, "reason": "in a play"}
        case "action":
            return {"do": act, "step": step, "result": str(sent.get("outcome", "ok")), "facts": _facts(request, game)}
        case "observe":
            return {"do": act, "step": step, "failed": "nothing is connected to a play"}
        case "answer":
            by = " ".join(str(sent.get("by", "")).split())[:200] or me.email
            line = {"do": act, "step": step, "outcome": str(sent.get("outcome", "done")), "by": by}
            return {**line, "facts": _facts(request, game)}
        case _:
            raise Refusal("Expected something to do in the play, but got nothing we know. Try again.")


def _new(page: Page, program: Program, zone: str) -> Play:
    """Return a play whose working time is the page's, in the zone of whoever plays, as a run's is in its starter's."""
    calendar = (calendar_named(page.card.calendar) if page.card.calendar else None) or organisation_calendar()

    def made(_zone: object) -> Calendar:
        return replace(calendar, zone=ZoneInfo(zone))

    return Play(page, program, calendar=made)


def _played(game: Game, lines: Iterable[Mapping[str, object]]) -> Game:
    """Play lines again; the first that does not fit, and all after it, are left out."""
    told = []
    for line in list(lines)[: MOST_LINES * 2]:
        shown = game.play.do(line)
        if not shown.accepted:
            break
        told.append((line, shown))
    return replace(game, lines=tuple(line for line, _ in told), told=tuple(told))


def _start(request: HttpRequest, zone: str) -> str:
    """Return when the play starts.  Raises Refusal."""
    try:
        moment = datetime.fromisoformat(str(request.POST.get("at", "")) or business_now().isoformat())
    except ValueError as error:
        raise Refusal("Expected a date and a time to start at, such as 2026-03-06T16:00.") from error
    if not 1990 <= moment.year <= 2200:
        raise Refusal("Expected a date between 1990 and 2200 to start at.")
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).isoformat()


def _wait(game: Game) -> Line:
    until = next((offer.until for offer in offers(game.play) if offer.until), None)
    if until is None:
        raise Refusal("Expected something that is due, but nothing is: somebody must answer first.")
    length = max(until - game.play.case.now, timedelta(0))
    return {"do": "wait", "for": f"PT{int(length.total_seconds()) + (length.microseconds > 0)}S"}


def _facts(request: HttpRequest, game: Game) -> dict[str, object]:
    """Return the facts a form gives, those left empty left out."""
    kinds = kinds_of(game.play.page).kinds
    found: dict[str, object] = {}
    for name, value in request.POST.items():
        text = str(value).strip()
        if name.startswith(PREFIX) and text and name.removeprefix(PREFIX) in kinds:
            fact = name.removeprefix(PREFIX)
            found[fact] = _value(text, kinds[fact], game.zone)
    return found


def _value(text: str, kind: FactKind | None, zone: str) -> object:
    """Return what was typed as plain JSON."""
    value = plain_value(text, kind, zone=zone)
    return value if isinstance(value, str | int | bool | list) else str(value)
