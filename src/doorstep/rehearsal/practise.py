"""Practising a page as one of those it asks: the others answer by themselves, in the usual way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from doorstep.kernel.program import Kind, Program
from doorstep.reading.facts import STARTER, kinds_of, path_of
from doorstep.reading.page import Fact, FactKind, Page
from doorstep.rehearsal.offers import Offer, offers
from doorstep.rehearsal.play import Play
from doorstep.rehearsal.shown import Shown

MOST_LINES = 200
"""A practice goes on by itself for so many lines; a page that loops is stopped there."""

TAKES = timedelta(minutes=30)
"""What others take to answer, unless something is due before."""

Line = Mapping[str, object]
Mine = Callable[[Offer], bool]
"""Says whether it is mine to do what is offered."""

_SAMPLES: Mapping[str, object] = {
    "number": 1,
    "money": 1000,
    "yes/no": True,
    "time": "12:00",
    "duration": "P1D",
    "person": "somebody@example.org",
    "e-mail address": "somebody@example.org",
    "country": "DE",
    "file": "example.pdf",
    "record": {"key": "EX-1"},
}


def is_for(role: str) -> Mine:
    """Return whether an ask is for a role or address, in whichever scope."""
    wanted = role.casefold()

    def mine(offer: Offer) -> bool:
        to = offer.to.casefold()
        return offer.do == "answer" and (to == wanted or to.startswith(f"{wanted} ("))

    return mine


def asked_of(program: Program, mine: Mine) -> tuple[str, ...]:
    """Return the steps that may be asked of somebody, in page order."""
    asks = (node for node in program.nodes if node.kind is Kind.ASK)
    return tuple(node.name for node in asks if mine(Offer("answer", node.name, to=node.who or "")))


def to_mine(play: Play, mine: Mine) -> Iterator[tuple[Line, Shown]]:
    """Let the others answer until it is my turn, nothing can go on by itself, or it is over; yield each line done."""
    refused: set[str] = set()
    for _ in range(MOST_LINES):
        offered = offers(play)
        if any(mine(offer) for offer in offered):
            return
        usually = (usual(play, offer) for offer in offered)
        wanted = next((one for one in usually if one and str(one) not in refused), None)
        if wanted is None:
            return
        line, shown = done(play, wanted)
        if shown.accepted:
            yield line, shown
        else:
            refused.add(str(wanted))


def done(play: Play, line: Line) -> tuple[Line, Shown]:
    """Do a line; where the one who answers may not (Not by), another of them does.  Return the line that was done."""
    shown = play.do(line)
    if shown.reason is None or not shown.reason.startswith("Expected somebody else") or "by" not in line:
        return line, shown
    other = {**line, "by": f"another {line['by']}"}
    return other, play.do(other)


def usual(play: Play, offer: Offer) -> dict[str, object] | None:
    """Return what usually happens: approved, done, the first choice; None where a person must decide."""
    match offer.do:
        case "answer":
            outcome = "approved" if "approved" in offer.choices else offer.choices[0]
            line: dict[str, object] = {
                "do": "answer",
                "step": offer.step,
                "outcome": outcome,
                "by": answers_for(play, offer),
            }
        case "action":
            line = {"do": "action", "step": offer.step, "result": "ok"}
        case "observe":
            return {"do": "observe", "step": offer.step, "failed": "nothing is connected to a practice"}
        case "message":
            return {"do": "message", "name": offer.message}
        case "wait" if offer.until is not None:
            length = max(offer.until - play.case.now, timedelta(0))
            return {"do": "wait", "for": f"PT{int(length.total_seconds()) + (length.microseconds > 0)}S"}
        case _:
            return None
    line["at"] = _then(play).isoformat()
    line["facts"] = {name: sample(play, name) for name in offer.gives}
    return line


def answers_for(play: Play, offer: Offer) -> str:
    """Return who answers an ask, as far as a play knows: the starter, what a fact holds, or the addressee's name."""
    if offer.to == "whoever started this":
        return play.state.starter or offer.to
    value = play.state.facts.get(offer.to[1:-1]) if offer.to.startswith("{") else None
    return value if isinstance(value, str) else offer.to


def sample(play: Play, name: str) -> object:
    """Return an example of a fact's value."""
    return sample_of(kinds_of(play.page).kinds.get(name), play.case.now)


def sample_of(kind: FactKind | None, now: datetime) -> object:
    """Return an example of a kind's value, as plain JSON."""
    match kind:
        case FactKind(name="choice", options=options) if options:
            return options[0]
        case FactKind(name="list", of=of):
            return [sample_of(of, now)]
        case FactKind(name="date"):
            return (now + timedelta(days=7)).date().isoformat()
        case FactKind(name="date and time"):
            return (now + timedelta(days=7)).isoformat()
        case _:
            return _SAMPLES.get(kind.name if kind else "", "an example")


def to_start(page: Page) -> tuple[Fact, ...]:
    """Return the facts a play starts with: what the starter gives, and what a linked record would say."""
    return tuple(fact for fact in page.facts if fact.source.casefold() == STARTER or path_of(fact.source))


def _then(play: Play) -> datetime:
    """Return when somebody answers: soon, and before anything is due."""
    due = [ends for ends in play.case.timers.values() if ends > play.case.now]
    return min([play.case.now + TAKES, *(ends - timedelta(seconds=1) for ends in due)])
