"""Rule 11: changing a running case: a step is added, the page changes under it."""

from __future__ import annotations

from collections.abc import Iterator

from doorstep.kernel.draft import Draft
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import CaseMigrated, StepAdded
from doorstep.kernel.index import Index, Place, index_of
from doorstep.kernel.program import ROOT, Node, Program, Unknown
from doorstep.kernel.refusal import expect
from doorstep.kernel.rounds import open_again, renew, reopen_around
from doorstep.kernel.scope import Inside
from doorstep.kernel.state import SETTLED, TOP, Added, Id
from doorstep.kernel.turns import links_hold

AFTER = "added after this point"


def step_added(draft: Draft, event: StepAdded) -> None:
    """Put a step after another: between it and what follows in a sequence, beside it elsewhere."""
    node, place = event.node, draft.index.places.get(event.after)
    if not isinstance(node, Node) or place is None or event.after == ROOT or place.node.repair_of:
        raise EventNotExpected(f'Expected a step of the page\'s order to add after, but got "{event.after}".')
    expect(node.key not in draft.index.places, f'Expected a new step, but "{node.name}" is there already.')
    groups = [draft.parent(spot) for spot in _turns(draft, event.after)]
    alive = [group for group in groups if draft.node(group).status in ("idle", "open", "stuck", "done")]
    expect(alive, f'Expected a step whose group goes on, but what is around "{place.node.name}" does not.')
    followers = [spot for key in place.targets for spot in _turns(draft, key)]
    beside = any(draft.node(spot).status != "idle" for spot in followers)
    draft.added = (*draft.added, Added(node, event.after, beside))
    draft.index = draft.base.extended(draft.added)
    for spot in _turns(draft, node.key):
        _let_in(draft, spot)
    draft.deviate("added", (node.key, ()), event.reason)


def _let_in(draft: Draft, spot: Id) -> None:
    """A node is new: it takes its turn in a group that goes on or was done; elsewhere it comes too late."""
    around = draft.node(draft.parent(spot)).status
    if around in SETTLED - {"done"}:
        draft.end(spot, "not needed" if draft.place(spot).node.repair_of else "not taken")
    else:
        if around == "done" and not draft.place(spot).node.repair_of:
            reopen_around(draft, spot)
        draft.look_at(spot)
        draft.look_at(draft.parent(spot))


def _turns(draft: Draft, key: str) -> list[Id]:
    """Return the places where a step's turn can come, idle or not."""
    outer = draft.index.places[key].outer
    return [spot for spot in draft.below(TOP) if spot[0] == key and len(spot[1]) == outer]


# -- Migration -------------------------------------------------------------------------------------------


def case_migrated(draft: Draft, event: CaseMigrated) -> None:
    """Go on under the new program: settled steps stay, what is new and not too late takes its turn."""
    if not isinstance(event.old, Program):
        raise EventNotExpected("Expected the program the case ran under, but got none.")
    old = index_of(event.old).extended(draft.added)
    part_of = {node.key for node in draft.base.program.nodes}
    draft.added = tuple(
        step for step in draft.added if step.node.key in draft.index.places and step.node.key not in part_of
    )
    draft.deviate("migrated", why=event.reason)
    if _shape(old) == _shape(draft.index):
        return
    same = {key for key, place in draft.index.places.items() if _same(old.places.get(key), place)}
    _drop(draft, same)
    _derive_new(draft, event.old)
    for key, place in draft.index.places.items():
        if key not in same and all(group in same for group in place.around):
            _enter(draft, key)
    for key in same - {ROOT}:
        if _sources(old.places[key]) != _sources(draft.index.places[key]):
            _check_links(draft, key)
    for spot in (TOP, *draft.below(TOP)):
        if draft.node(spot).status not in SETTLED:
            draft.look_at(spot)


def _shape(index: Index) -> list[tuple[object, ...]]:
    """Return what the statuses of a program's steps hang on; nothing moves where it is the same."""
    return [(key, *_stands(place), *_sources(place)) for key, place in index.places.items()]


def _stands(place: Place) -> tuple[object, ...]:
    node = place.node
    return node.kind, node.order, node.wanted, node.repair_of, place.around, place.chain


def _same(old: Place | None, new: Place) -> bool:
    """Is it the same step: of one kind, and as deep in For each?"""
    return old is not None and old.node.kind is new.node.kind and old.chain == new.chain


def _sources(place: Place) -> tuple[object, ...]:
    return (place.node.any_of, *(link.source for link in place.node.links))


def _drop(draft: Draft, same: set[str]) -> None:
    """What is gone is withdrawn and stays in the journal only."""
    for spot in [spot for spot in draft.nodes if spot[0] not in same]:
        if draft.node(spot).status != "idle":
            draft.deviate("gone", spot, "It is no longer on the page.")
        draft.stop(spot, beside=True)
        del draft.nodes[spot]
    for space in [space for space in draft.items if space[0] not in same]:
        del draft.items[space]
    draft.holds = frozenset(spot for spot in draft.holds if spot[0] in same)
    for spot, node in list(draft.nodes.items()):
        if node.awaits and node.awaits not in same:
            renew(draft, spot)
            open_again(draft, spot)


def _derive_new(draft: Draft, old: Program) -> None:
    known = {derived.name for derived in old.derived}
    for derived in draft.index.derived:
        value = derived.formula.value(Inside(draft, TOP)) if derived.name not in known else None
        if value is not None and not isinstance(value, Unknown):
            draft.assign(derived.name, value, TOP)


def _enter(draft: Draft, key: str) -> None:
    """A new step is skipped when all that directly follows it is settled, else it takes its turn."""
    for spot in _turns(draft, key):
        after = list(_successors(draft, spot))
        if (
            draft.place(spot).node.repair_of
            or not after
            or any(status not in SETTLED for status in after)
            or draft.node(draft.parent(spot)).status in SETTLED - {"done"}
        ):
            _let_in(draft, spot)
        else:
            draft.settle(spot, "skipped", how="", why=AFTER)
            draft.deviate(AFTER, spot)


def _successors(draft: Draft, spot: Id) -> Iterator[str]:
    """Yield the statuses of what directly follows: in its sequence, or at its end after the group around it."""
    while spot != TOP:
        targets = draft.place(spot).targets if len(spot[1]) == draft.place(spot).outer else ()
        if targets:
            yield from (draft.node((key, spot[1])).status for key in targets)
            return
        spot = draft.parent(spot)


def _check_links(draft: Draft, key: str) -> None:
    """An open step whose links no longer hold is withdrawn, with all that is in it."""
    for spot in _turns(draft, key):
        if draft.node(spot).status in ("open", "waiting", "stuck") and not links_hold(draft, spot):
            draft.deviate("withdrawn", spot, "What it waits for is not done.")
            for inner in (spot, *list(draft.below(spot))):
                renew(draft, inner)
