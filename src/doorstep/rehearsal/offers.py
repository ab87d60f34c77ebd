"""What whoever plays can do next, for a screen that plays a page with buttons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from doorstep.kernel.index import index_of
from doorstep.kernel.program import OUTCOMES, Kind, Node
from doorstep.kernel.state import NodeState, every_node, name_of
from doorstep.rehearsal.play import Play


@dataclass(frozen=True, slots=True)
class Offer:
    """A line a script could go on with.

    ``do`` is answer, action, observe, message, retry or wait; ``choices`` are its outcomes or results,
    ``gives`` the facts an answer must give.  Of a wait ``until`` is when the next timer fires.
    """

    do: str
    step: str = ""
    to: str = ""
    choices: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    message: str = ""
    why: str = ""
    until: datetime | None = None


def offers(play: Play) -> tuple[Offer, ...]:
    """Return what can be done next, in page order, and waiting for the next timer at the end."""
    if play.state.case != "open":
        return ()
    places = index_of(play.program).places
    found: list[Offer] = []
    for key, instance, node in every_node(play.case.program, play.state):
        if not places[key].is_whole(instance):
            found += _of_step(name_of(play.program, key, instance), places[key].node, node)
    timers = (*play.case.timers.values(), *play.case.looks.values())
    return (*found, Offer("wait", until=min(timers))) if timers else tuple(found)


def _of_step(name: str, card: Node, node: NodeState) -> Iterator[Offer]:
    """Yield what can be done about one step."""
    match node.status, card.kind:
        case "stuck", _:
            yield Offer("retry", name, why=node.why)
        case "waiting", _ if node.how == "look":
            yield Offer("observe", name, gives=tuple(sorted(card.looks)))
        case "open", Kind.ASK:
            yield Offer("answer", name, to=node.to or card.who or "", choices=OUTCOMES[card.verb], gives=card.gives)
        case "open", Kind.ACTION:
            yield Offer("action", name, choices=("ok", "failed", "unknown"), gives=card.gives)
        case "open", Kind.WAIT if card.message:
            yield Offer("message", name, message=card.message)
        case _:
            return
