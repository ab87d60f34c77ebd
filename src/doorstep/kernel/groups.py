"""Rule 5: how the members of a group take turns, and when it settles."""

from __future__ import annotations

from collections.abc import Iterable

from doorstep.kernel.closing import close
from doorstep.kernel.draft import Draft
from doorstep.kernel.handlers import settle_done
from doorstep.kernel.program import Order, Unknown
from doorstep.kernel.rounds import get_stuck
from doorstep.kernel.scope import REJECTIONS, truth
from doorstep.kernel.state import IDLE, SETTLED, TOP, Id, NodeState

SETTLES_AS = ("done", "deferred", "skipped", "not needed", "cancelled", "not taken")
"""A group settles as the first of these that one of its members did; overridden counts as done."""


def open_group(draft: Draft, group: Id) -> None:
    """Let the members take their turns."""
    if draft.place(group).node.order is Order.ONE_OF:
        choose(draft, group)
    for member in draft.members(group):
        draft.look_at(member)
    draft.look_at(group)


def choose(draft: Draft, group: Id) -> None:
    """One of them: the first member whose Only if holds, in page order; the otherwise one last."""
    members = [member for member in draft.members(group) if not draft.place(member).node.links]
    for member in sorted(members, key=lambda member: draft.place(member).node.otherwise):
        holds = truth(draft, member, draft.place(member).node.only_if)
        if isinstance(holds, Unknown):
            get_stuck(draft, group, "choice", holds.why)
            return
        if holds:
            _take(draft, group, member, members)
            return
    get_stuck(draft, group, "choice", "None of them is to be taken, and there is no otherwise.")


def _take(draft: Draft, group: Id, chosen: Id, members: list[Id]) -> None:
    draft.put(group, draft.node(group)._replace(status="open", how="", why=""))
    draft.look_at(group)
    for member in members:
        if draft.node(member).status != "idle":
            continue
        if member == chosen:
            draft.put(member, draft.node(member)._replace(called=True))
            draft.look_at(member)
        else:
            draft.settle(member, "not taken")


def progress(draft: Draft, group: Id) -> None:
    """A member has moved: does the group settle, or is it another member's turn?"""
    order = draft.place(group).node.order
    nodes = draft.nodes
    states = [nodes.get(member, IDLE) for member in draft.members(group)]
    if order is Order.N_OF:
        _count(draft, group, states)
    elif all(state.status in SETTLED for state in states):
        settle_as(draft, group, states)
    elif order is Order.ANY_ORDER:
        _next_one(draft, group)


def settle_as(draft: Draft, group: Id, states: Iterable[NodeState]) -> None:
    """Settle a group, or a For each, as its members did; the case itself closes."""
    came = {"done" if state.status == "overridden" else state.status for state in states}
    status = next((status for status in SETTLES_AS if status in came), "not needed")
    if status == "done":
        settle_done(draft, group, how="")
    else:
        draft.settle(group, status, how="")
    if group == TOP and draft.case == "open":
        close(draft, "done")


def _count(draft: Draft, group: Id, states: list[NodeState]) -> None:
    """N of them: enough are done, enough can still come, or a person is needed."""
    wanted = draft.place(group).node.wanted
    good = sum(map(counts, states))
    left = sum(state.status not in SETTLED for state in states)
    node = draft.node(group)
    if good >= wanted:
        settle_done(draft, group, how="")
    elif good + left >= wanted:
        if node.how == "wanted":
            draft.put(group, node._replace(status="open", how="", why="", at=draft.at))
    elif all(state.status == "not needed" for state in states):
        draft.settle(group, "not needed", how="")
    else:
        were = "was" if wanted == 1 else "were"
        came = f"{good} came, " if good else ""
        why = f"{wanted} {were} wanted, {came}{left} can still come."
        draft.put(group, node._replace(status="stuck", how="wanted", why=why, at=draft.at))


def counts(state: NodeState) -> bool:
    """Does a member count as one of those wanted: done and not with a rejection or a failure, or overridden?"""
    if state.status == "done":
        return state.outcome not in (*REJECTIONS, "failed")
    return state.status == "overridden"


def is_busy(draft: Draft, spot: Id) -> bool:
    """Is another member of a group at work whose members work one at a time?  Repair steps are outside of that."""
    group = draft.parent(spot)
    if draft.place(group).node.order is not Order.ANY_ORDER or draft.is_whole(group):
        return False
    if draft.place(spot).node.repair_of:
        return False
    return any(member != spot and _works(draft.node(member)) for member in draft.members(group))


def _works(state: NodeState) -> bool:
    return state.status in ("open", "stuck") or (state.status == "waiting" and state.how in ("look", "repair"))


def _next_one(draft: Draft, group: Id) -> None:
    """Any order, one at a time: let the others try, in page order; after an end none of them is taken."""
    members = draft.members(group)
    ended = any(draft.node(member).ended for member in members)
    for member in members:
        if draft.node(member).status in ("idle", "waiting"):
            if ended:
                draft.settle(member, "not taken")
            else:
                draft.look_at(member)
