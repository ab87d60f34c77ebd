"""Rule 8: going back.  A step and everything reachable from it get a new round; some answers are kept."""

from __future__ import annotations

from doorstep.kernel.draft import Draft
from doorstep.kernel.facts import seen
from doorstep.kernel.program import Kind, Order
from doorstep.kernel.scope import shared
from doorstep.kernel.state import SETTLED, TOP, Given, Id, NodeState

MOST = 100
COUNTING = (Order.N_OF, Order.ONE_OF)
ANSWERED = ("answer", "ahead", "kept")
TOO_MANY = f"It has been asked {MOST} times; a person has to decide how to go on."


def go_back(draft: Draft, target: Id, asker: Id | None = None) -> None:
    """Give the target, what is reachable from it and the asker a new round.

    The target's instance says how far: the instances it is a prefix of.  Too many rounds make the
    asker, or the target, stuck.
    """
    target = _restarting(draft, target)
    keys = draft.index.reach(target[0])
    spots = [spot for spot in draft.nodes if spot[0] in keys and _meant(draft, spot, target)]
    if asker is not None and asker not in spots:
        spots.append(asker)
    spots += _repairs(draft, spots)
    if any(draft.node(spot).round >= MOST and draft.node(spot).status != "idle" for spot in spots):
        get_stuck(draft, asker or target, "rounds", TOO_MANY)
        return
    afresh = draft.index.inside(target[0]) | {key for key in keys if _is_counted(draft, key)}
    for spot in spots:
        before_turn = _is_before_turn(draft, spot)
        renew(draft, spot, keep=spot[0] not in afresh and spot != asker)
        if spot[0] == target[0]:
            (reopen_around if before_turn else open_again)(draft, spot)


def _is_before_turn(draft: Draft, spot: Id) -> bool:
    """Was it settled by a person's word before its turn, and has that not come since?  Then it waits for it."""
    if not draft.node(spot).early:
        return False
    sources = [draft.node((link.source, spot[1])) for link in draft.place(spot).node.links]
    return any(source.status not in SETTLED or source.early for source in sources)


def go_back_from(draft: Draft, asker: Id, key: str) -> None:
    """Go back to an earlier step: in the asker's instances that it shares, in all others of it."""
    place = draft.index.places[key]
    near = min(shared(place.chain, draft.place(asker).chain), len(asker[1]))
    go_back(draft, (key, asker[1][:near]), asker)


def renew(draft: Draft, spot: Id, *, keep: bool = False) -> None:
    """Withdraw what is open and start a new round, at most one in an event; a node still idle needs none."""
    node = draft.node(spot)
    if node.how == "unused":
        draft.put(spot, NodeState(round=node.round))
    if draft.node(spot).status == "idle" or spot in draft.renewed:
        return
    draft.renewed.add(spot)
    draft.stop(spot, beside=True)
    kept = _kept(draft, spot, node) if keep or spot == draft.causer else None
    draft.put(spot, NodeState(round=node.round + 1, kept=kept, width=node.width))
    draft.holds -= {spot}
    draft.look_at(spot)
    draft.announce(spot)


def unchanged(draft: Draft, spot: Id, kept: Given) -> bool:
    """Does the kept answer still stand: the card names facts, and none of them has changed since?"""
    return kept.always or (bool(draft.place(spot).node.names) and kept.seen == seen(draft, spot))


def get_stuck(draft: Draft, spot: Id, how: str, why: str) -> None:
    """Withdraw what is open; a person is needed."""
    left = draft.stop(spot, watch=True)
    draft.put(spot, left._replace(status="stuck", how=how, why=why, at=draft.at, awaits=""))
    if left.outcome or left.status in SETTLED:
        draft.announce(spot)


def _kept(draft: Draft, spot: Id, node: NodeState) -> Given | None:
    """Return the answer a new round may keep."""
    card = draft.place(spot).node
    always = spot == draft.causer
    if card.kind is not Kind.ASK or node.how not in ANSWERED or node.at is None or (card.again_always and not always):
        return None
    number = node.kept.round if node.how == "kept" and node.kept else node.round
    return Given(node.outcome, node.by, node.at, node.proof, number, node.seen, always)


def _restarting(draft: Draft, target: Id) -> Id:
    """Return the outermost group around the target that counts, for it restarts whole; else the target."""
    for spot in draft.above(target):
        if draft.place(spot).node.order in COUNTING and spot not in (TOP, (target[0], target[1][:-1])):
            target = spot
    return target


def _is_counted(draft: Draft, key: str) -> bool:
    """Is a step in a group that counts?  It is decided afresh, so no answer in it is kept."""
    places = draft.index.places
    return any(places[group].node.order in COUNTING for group in places[key].around)


def _meant(draft: Draft, spot: Id, target: Id) -> bool:
    """Is the node in the target's instance, or in what the target's instance is not part of?"""
    depth = min(shared(draft.place(spot).chain, draft.place(target).chain), len(target[1]))
    return spot[1][:depth] == target[1][:depth]


def _repairs(draft: Draft, spots: list[Id]) -> list[Id]:
    """Return the open repair steps for which nobody waits outside these nodes."""
    found: dict[Id, None] = {}
    for spot in spots:
        awaits = draft.node(spot).awaits
        if awaits:
            repair = (awaits, spot[1][: draft.index.places[awaits].outer])
            if repair not in spots and set(draft.waiting_for(repair)) <= set(spots):
                found[repair] = None
    return list(found)


def open_again(draft: Draft, spot: Id) -> None:
    """Let a renewed node open whatever its links say."""
    draft.put(spot, draft.node(spot)._replace(called=True))
    reopen_around(draft, spot)


def reopen_around(draft: Draft, spot: Id) -> None:
    """Reopen the settled groups around a node; their other members keep what they have."""
    for group in draft.above(spot):
        node = draft.node(group)
        if node.status in SETTLED:
            draft.put(group, node._replace(status="open", how="", why="", by=None, at=draft.at, ended=False))
            draft.announce(group)
            _need_repairs(draft, group)


def _need_repairs(draft: Draft, group: Id) -> None:
    """Repair steps that settled with their group and never opened may be needed again."""
    for key in draft.place(group).children:
        if draft.node((key, group[1])).how == "unused":
            renew(draft, (key, group[1]))
