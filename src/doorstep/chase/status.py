"""The status line: what a case waits for, since when, and what the chase does next."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.chase.moves import Move
from doorstep.chase.plan import AskPlan
from doorstep.chase.reader import Reader
from doorstep.chase.run import Waiting
from doorstep.chase.say import upper_first


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One waiting line in its parts, so that a screen can mark it up; `text` is the whole."""

    step: str
    waiting: str  # "Waiting for Mira Holt (legal) since 16:02, asked by e-mail, handed over."
    coming: str  # "Reminder 17:00, then Jon Park 17:20." or empty
    holds_up: tuple[str, ...] = ()
    late: bool = False  # the due time has passed

    @property
    def text(self) -> str:
        """The line as one text: "Waiting for … Reminder 17:00, then Jon Park 17:20. Holds up: Update the CRM."."""
        shown, more = self.holds_up[:2], len(self.holds_up) - 2
        rest = f" and {more} more" if more > 0 else ""
        holds = f"Holds up: {', '.join(shown)}{rest}." if shown else ""
        return " ".join(part for part in (self.waiting, self.coming, holds) if part)


def line_of(place: Reader, plan: AskPlan) -> WaitingLine:
    """Say what one ask waits for."""
    ask = plan.ask
    late = ask.due is not None and bool(ask.addressee) and ask.due < place.now
    return WaitingLine(ask.step, _waits_for(place, ask), _coming(place, plan), ask.holds_up, late)


def _waits_for(place: Reader, ask: Waiting) -> str:
    """Return "Waiting for Mira Holt (legal) since 16:02, asked by e-mail, handed over."."""
    if not ask.addressee:
        what = f" {ask.state}" if ask.state else ""
        until = f" until {place.time(ask.due)}" if ask.due else ""
        return f"“{ask.name}” waits{what} since {place.time(ask.since)}{until}."
    if ask.question:
        return f"Waiting for {place.starter()}: {upper_first(place.name(ask))} asked “{ask.question}”"
    who = "you" if ask.addressee == place.reader else ask.addressee
    parts = [f"Waiting for {who}{f' ({ask.role})' if ask.role else ''} since {place.time(ask.since)}"]
    if ask.channel:
        parts.append(f"asked by {ask.channel}" if ask.channel[:1].islower() else f"asked in {ask.channel}")
    if ask.state:
        parts.append(_STATES.get(ask.state, ask.state))
    if ask.promised:
        parts.append(f"promised “{ask.promise}”" if ask.promise else f"promised {place.time(ask.promised)}")
    if ask.due and ask.due < place.now:
        parts.append(f"due {place.time(ask.due)}")
    return ", ".join(parts) + "."


_STATES = {"queued": "not yet handed over", "failed": "could not be delivered", "seen": "seen"}


def _coming(place: Reader, plan: AskPlan) -> str:
    """Return what the chase does next: "Reminder 17:00, then Jon Park 17:20."."""
    first = next(iter(plan.moves), None)
    other = next((move for move in plan.moves if first and move.kind != first.kind), None)
    moves = [_say_move(place, move) for move in (first, other) if move]
    return upper_first(", then ".join(moves)) + "." if moves else ""


def _say_move(place: Reader, move: Move) -> str:
    at = "now" if move.at <= place.now else place.time(move.at)
    match move.kind:
        case "remind":
            return f"reminder {at}"
        case "other channel":
            return f"by {move.to} {at}"
        case _:
            return f"{move.to} {at}"
