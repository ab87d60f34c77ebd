"""Rules 4, 9 and 13: what follows when facts change.

    what changed                     the step                     what follows
    a fact an approval covers        open                         same ask; the addressee is told
    the same                         settled, nothing has acted   it goes back to itself
    the same                         settled, something has       it alone is asked again; what has not opened waits
    an observation ceases to hold    done, nothing has acted      it goes back to itself
    the same                         done, something has          stuck; the starter is told
    a fact a timer's spec reads      it runs, or waited for it    it starts anew

*Acted* means: called an action, told someone, started a case; answers alone do not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from doorstep.kernel.draft import Draft
from doorstep.kernel.facts import derive, fill
from doorstep.kernel.observing import observed
from doorstep.kernel.rounds import ANSWERED, get_stuck, go_back, open_again, renew
from doorstep.kernel.scope import Inside, shared
from doorstep.kernel.state import SETTLED, TOP, Id
from doorstep.kernel.work import restart_timers, tell

CEASED = "It was seen to be done and no longer is, and something has already been done on it."


def follow_changes(draft: Draft) -> None:
    """Find who reads what has changed: first what was settled on it, then everything that may go on."""
    changed = _all_changed(draft)
    readers: dict[Id, list[str]] = {}
    for space, name in changed:
        for spot in _readers(draft, space, name):
            readers.setdefault(spot, []).append(name)
    for spot in sorted(readers, key=lambda spot: draft.place(spot).position):
        _was_settled(draft, spot, readers[spot])
    for spot, names in readers.items():
        for name in names:
            restart_timers(draft, spot, name)
        draft.look_at(spot)


def _all_changed(draft: Draft) -> dict[tuple[Id, str], None]:
    """Return what has changed with all that is derived and filled in from it."""
    found: dict[tuple[Id, str], None] = {}
    while draft.changed:
        changed, draft.changed = draft.changed, {}
        found |= changed
        names = {name for space, name in changed if space == TOP}
        if names & draft.index.derived_from:
            derive(draft, names)
        for space, name in changed:
            if name in draft.index.shown:
                _fill_from(draft, space, name)
    return found


def _fill_from(draft: Draft, space: Id, record: str) -> None:
    for spot in _readers(draft, space, record):
        node = draft.node(spot)
        if (
            node.watched
            and node.how != "look"
            and node.status not in ("idle", "stuck")
            and record in draft.place(spot).node.looks
        ):
            fill(draft, spot)


def _readers(draft: Draft, space: Id, name: str) -> Iterator[Id]:
    """Yield the places of the steps that read a fact of the case, or of an instance.

    An instance that has a fact of this name itself does not read the list made of it after the For each.
    """
    for key in draft.index.readers.get(name, ()):
        for spot in draft.instances(key):
            home = Inside(draft, spot).home(name)
            if home == space or (space != TOP and len(home[1]) < len(space[1]) and _is_in(draft, spot, space)):
                yield spot


def _is_in(draft: Draft, spot: Id, space: Id) -> bool:
    """Is a step in this instance?"""
    return space[0] in draft.place(spot).chain and spot[1][: len(space[1])] == space[1]


# -- What was settled on it -------------------------------------------------------------------------------


def _was_settled(draft: Draft, spot: Id, names: list[str]) -> None:
    card, node = draft.place(spot).node, draft.node(spot)
    if spot in draft.renewed:
        return
    if node.how == "observed" and node.status == "done":
        if observed(draft, spot) is not True:
            _ceased(draft, spot)
    elif any(name in card.covers for name in names):
        if node.status == "open" and node.asks:
            changed = ", ".join(name for name in names if name in card.covers)
            tell(
                draft, spot, "changed", to=node.to or card.who or "", why=f"{changed} has changed since you were asked."
            )
        elif node.status == "done" and node.how in ANSWERED:
            reconsider(draft, spot)


def _ceased(draft: Draft, spot: Id) -> None:
    if has_acted(draft, spot):
        get_stuck(draft, spot, "observed", CEASED)
        tell(draft, spot, "observed", why=CEASED)
    else:
        go_back(draft, spot)


def reconsider(draft: Draft, spot: Id) -> None:
    """Ask again for an answer that no longer stands (rule 9): with all that follows, or alone."""
    acted = [after for after in _after(draft, spot) if draft.node(after).acted]
    if not acted:
        go_back(draft, spot)
        return
    renew(draft, spot)
    open_again(draft, spot)
    draft.holds |= {spot}
    for after in acted:
        draft.put(after, draft.node(after)._replace(outdated=True))
        draft.deviate("outdated", after, "It happened on an outdated approval.")


def tell_both(draft: Draft, spot: Id, why: str) -> None:
    """The case is closed: nothing reopens, the starter and who answered are told."""
    tell(draft, spot, "outdated", why=why)
    tell(draft, spot, "outdated", to=draft.node(spot).by or draft.place(spot).node.who or "", why=why)


def has_acted(draft: Draft, spot: Id) -> bool:
    """Has anything downstream acted?"""
    return any(draft.node(after).acted for after in _after(draft, spot))


def _after(draft: Draft, spot: Id) -> Iterator[Id]:
    """Yield what is reachable from a node and has left idle."""
    keys, chain = draft.index.reach(spot[0]), draft.place(spot).chain
    for after in list(draft.nodes):
        if after[0] in keys and after != spot:
            depth = min(shared(draft.place(after).chain, chain), len(spot[1]))
            if after[1][:depth] == spot[1][:depth]:
                yield after


def covered(draft: Draft) -> list[Id]:
    """Return the settled approvals that cover something that has changed, in page order."""
    found = [
        spot
        for space, name in _all_changed(draft)
        for spot in _readers(draft, space, name)
        if name in draft.place(spot).node.covers
        and draft.node(spot).status in SETTLED
        and draft.node(spot).how in ANSWERED
    ]
    return sorted(set(found), key=lambda spot: (draft.place(spot).position, spot[1]))
