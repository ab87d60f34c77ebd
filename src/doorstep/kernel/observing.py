"""Rule 4: what is observed in the system where it lives."""

from __future__ import annotations

from doorstep.kernel.commands import WatchRecord
from doorstep.kernel.draft import Draft
from doorstep.kernel.facts import missing, read_path
from doorstep.kernel.program import Kind, Node, Unknown, Verb
from doorstep.kernel.scope import Inside, truth
from doorstep.kernel.state import Id


def is_observable(card: Node) -> bool:
    """Can the step be settled by observation?  An approval never is."""
    return (card.done_when is not None or card.observable) and card.verb is not Verb.APPROVE


def observed(draft: Draft, spot: Id) -> bool | Unknown:
    """Is the step done by what can be seen: its Done when, and all it fills in?  Unknown is not yet, unless wrong."""
    card = draft.place(spot).node
    if not is_observable(card) or draft.is_whole(spot):
        return False
    if card.done_when is not None:
        holds = truth(draft, spot, card.done_when)
        if holds is not True:
            return holds if isinstance(holds, Unknown) and holds.wrong else False
    return card.kind is not Kind.ASK or _filled(draft, spot, card)


def _filled(draft: Draft, spot: Id, card: Node) -> bool:
    """Are all its facts known?  Asked again, only what its records show counts, not what was answered before."""
    scope = Inside(draft, spot)
    if missing(card.gives, {name: scope.fact(name) for name in card.gives}):
        return False
    if draft.node(spot).round == 1 or card.done_when is not None:
        return True
    sources = draft.index.program.sources
    return all(name in sources and read_path(scope, sources[name]) is not None for name in card.gives)


def shown(draft: Draft, spot: Id, name: str) -> bool:
    """Does a record show this fact of the step?"""
    path = draft.index.program.sources.get(name)
    return path is not None and read_path(Inside(draft, spot), path) is not None


def watch(draft: Draft, spot: Id) -> bool:
    """Ask for a fresh look at the known records of the step, once a round; return whether one was asked for."""
    card, node = draft.place(spot).node, draft.node(spot)
    if not card.looks or node.watched or not is_observable(card) or draft.is_whole(spot):
        return False
    scope = Inside(draft, spot)
    known = tuple(sorted(name for name in card.looks if scope.fact(name) is not None))
    if not known:
        return False
    draft.commands.append(WatchRecord(step=spot[0], instance=spot[1], round=node.round, purpose="look", records=known))
    draft.put(spot, node._replace(watched=True))
    return True
