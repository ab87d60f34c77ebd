"""Rule 6: For each.  Its instances open together or one at a time, and after it the facts are lists."""

from __future__ import annotations

from doorstep.kernel.draft import Draft
from doorstep.kernel.groups import settle_as
from doorstep.kernel.handlers import settle_done
from doorstep.kernel.program import ForEach, Unknown
from doorstep.kernel.rounds import get_stuck
from doorstep.kernel.scope import REJECTIONS, Inside, last_answer, truth
from doorstep.kernel.state import SETTLED, Id


def open_instances(draft: Draft, whole: Id) -> None:
    """Open the instances, one for each item; an empty list is not needed, an unknown one stuck."""
    items = _items(draft, whole)
    if isinstance(items, Unknown):
        get_stuck(draft, whole, "unknown", items.why)
    elif not items:
        draft.settle(whole, "not needed", how="")
    else:
        begun = [spot[1][-1] + 1 for spot in draft.members(whole) if draft.node(spot).status != "idle"]
        opened = draft.node(whole)._replace(status="open", how="", why="", at=draft.at, width=max(begun, default=0))
        draft.put(whole, opened)
        _add(draft, whole, items)
        draft.look_at(whole)


def grow(draft: Draft, whole: Id) -> None:
    """The list has changed: items are taken over where they stand, new ones get instances at the end."""
    items = _items(draft, whole)
    if not isinstance(items, Unknown):
        _add(draft, whole, items)


def follow(draft: Draft, whole: Id) -> None:
    """An instance has moved or what Until names has changed: does the For each settle, or is it the next one's turn?"""
    each = _each(draft, whole)
    reached = _reached(draft, whole, each)
    members = draft.members(whole)
    states = [draft.node(spot) for spot in members]
    if isinstance(reached, Unknown):
        get_stuck(draft, whole, "wrong", reached.why)
    elif reached:
        settle_done(draft, whole, how="until")
    elif all(state.status in SETTLED for state in states):
        settle_as(draft, whole, states)
    else:
        for spot, state in zip(members, states, strict=True):
            if state.status == "idle":
                draft.look_at(spot)


def has_turn(draft: Draft, spot: Id) -> bool:
    """Is it this instance's turn: all together, or once those before it have settled?"""
    whole = draft.parent(spot)
    if spot[1][-1] >= draft.node(whole).width:
        return False
    if not _each(draft, whole).one_at_a_time:
        return True
    return all(draft.node(before).status in SETTLED for before in draft.members(whole)[: spot[1][-1]])


def _add(draft: Draft, whole: Id, items: list[object]) -> None:
    item = _each(draft, whole).item
    for number, value in enumerate(items):
        spot = (whole[0], (*whole[1], number))
        if item is not None:
            draft.assign(item, value, spot)
        if draft.node(spot).kept or draft.node(spot).ahead:
            draft.look_at(spot)  # first, for they may be enough for Until
    node = draft.node(whole)
    draft.put(whole, node._replace(width=max(node.width, len(items))))


def _items(draft: Draft, whole: Id) -> list[object] | Unknown:
    value = _each(draft, whole).items.value(Inside(draft, whole))
    if isinstance(value, Unknown):
        return value
    if value is None:
        return Unknown("The list is not known yet.")
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _reached(draft: Draft, whole: Id, each: ForEach) -> bool | Unknown:
    """Is Until reached?  Unknown is not yet, unless wrong."""
    if each.until_count is not None:
        wanted, outcome = each.until_count
        return sum(_came(draft, spot, outcome) for spot in draft.members(whole)) >= wanted
    if each.until is None:
        return False
    holds = truth(draft, whole, each.until)
    return holds if not isinstance(holds, Unknown) or holds.wrong else False


def _came(draft: Draft, spot: Id, outcome: str) -> bool:
    """Did an instance come out so?  Rejected is true of changes wanted, too; done of whatever was answered."""
    if draft.node(spot).status not in SETTLED:
        return False
    came = last_answer(draft, spot).outcome
    if outcome == "done":
        return draft.node(spot).status == "done"
    return came in REJECTIONS if outcome == "rejected" else came == outcome


def _each(draft: Draft, whole: Id) -> ForEach:
    each = draft.place(whole).node.each
    assert each is not None
    return each
