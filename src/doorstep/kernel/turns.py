"""Rules 1 to 3: whose turn it is, and what happens at a step's turn.

    source of a link                                            the link is
    done, not needed, skipped, overridden, deferred             taken, if its condition holds
    the same, but it ended its sequence or went elsewhere       not taken
    not taken, cancelled                                        not taken
    anything else                                               undecided

At its turn, once a round: Only if, then done ahead or kept, then a look at its records, Done when,
Not before, open.
"""

from __future__ import annotations

from doorstep.kernel.answering import take_answer
from doorstep.kernel.draft import Draft
from doorstep.kernel.groups import choose, is_busy, progress
from doorstep.kernel.handlers import settle_done
from doorstep.kernel.instances import follow, grow, has_turn, open_instances
from doorstep.kernel.observing import observed, watch
from doorstep.kernel.opening import open_step, read_messages
from doorstep.kernel.program import Kind, Link, Order, Unknown
from doorstep.kernel.refusal import is_allowed
from doorstep.kernel.rounds import get_stuck, open_again, renew, unchanged
from doorstep.kernel.scope import shared, truth
from doorstep.kernel.state import SETTLED, TAKEN, Given, Id
from doorstep.kernel.work import start_timer


def examine(draft: Draft, spot: Id) -> None:
    """Read a node again after something around it, or a fact it names, has changed."""
    node = draft.node(spot)
    match node.status:
        case "idle":
            _ready(draft, spot)
        case "waiting":
            _wait_on(draft, spot)
        case "open":
            _move_on(draft, spot)
        case "stuck":
            _unstick(draft, spot)
        case _:
            _settled(draft, spot)


# -- Readiness (rule 1) ------------------------------------------------------------------------------


def _ready(draft: Draft, spot: Id) -> None:
    """Has an idle node's turn come?"""
    if not _may_open(draft, spot):
        return
    if len(spot[1]) > draft.place(spot).outer:
        taken: bool | Unknown | None = has_turn(draft, spot) or None
    else:
        taken = _taken(draft, spot)
    if isinstance(taken, Unknown):
        get_stuck(draft, spot, "unknown", taken.why)
    elif taken:
        _arrive(draft, spot)
    elif taken is False:
        draft.settle(spot, "not taken")


def _may_open(draft: Draft, spot: Id) -> bool:
    """Is its group open to it, and does nothing else come first?"""
    around = draft.node(draft.parent(spot))
    if around.status != "open" and around.how != "wanted":
        return False
    card = draft.place(spot).node
    whole = len(spot[1]) > draft.place(spot).outer
    if card.repair_of and not whole and not draft.node(spot).called:
        return False
    return not (is_busy(draft, spot) or _is_held(draft, spot))


def _taken(draft: Draft, spot: Id) -> bool | Unknown | None:
    """Are its links taken?  None: one is undecided."""
    card = draft.place(spot).node
    if draft.node(spot).called:
        return True
    if not card.links:
        return None if draft.place(draft.parent(spot)).node.order is Order.ONE_OF else True
    found = [_link(draft, spot, link) for link in card.links]
    if card.any_of and True in found:
        return True
    if None in found:
        return None
    unknown = next((state for state in found if isinstance(state, Unknown)), None)
    return unknown or True in found


def links_hold(draft: Draft, spot: Id) -> bool:
    """Would a step that is open open again?"""
    return _taken(draft, spot) is True


def _link(draft: Draft, spot: Id, link: Link) -> bool | Unknown | None:
    source = (link.source, spot[1])
    node = draft.node(source)
    if node.status not in SETTLED:
        return None
    if node.status not in TAKEN or node.ended:
        return False
    if node.early:
        turn = _taken(draft, source)
        if turn is not True:
            return turn
    return truth(draft, spot, link.condition)


def _is_held(draft: Draft, spot: Id) -> bool:
    """Does it wait for an approval asked again alone (rule 9)?"""
    for hold in draft.holds:
        if hold != spot and spot[0] in draft.index.reach(hold[0]):
            depth = min(shared(draft.place(spot).chain, draft.place(hold).chain), len(spot[1]))
            if spot[1][:depth] == hold[1][:depth]:
                return True
    return False


# -- At its turn (rule 2) ----------------------------------------------------------------------------


def _arrive(draft: Draft, spot: Id) -> None:
    card, node = draft.place(spot).node, draft.node(spot)
    if card.only_if is not None and _reads_here(draft, spot):
        needed = truth(draft, spot, card.only_if)
        if isinstance(needed, Unknown):
            get_stuck(draft, spot, "unknown", needed.why)
            return
        if not needed:
            draft.settle(spot, "not needed", how="")
            return
    if node.ahead is not None and _stands(draft, spot, node.ahead):
        take_answer(draft, spot, node.ahead, "ahead")
    elif node.kept is not None and unchanged(draft, spot, node.kept) and _stands(draft, spot, node.kept):
        take_answer(draft, spot, node.kept, "kept")
    elif draft.is_whole(spot):
        open_instances(draft, spot)
    elif watch(draft, spot):
        draft.put(spot, draft.node(spot)._replace(status="waiting", how="look", why="", at=draft.at))
    else:
        settle_or_open(draft, spot)


def _stands(draft: Draft, spot: Id, given: Given) -> bool:
    """Is an answer from before its turn by somebody whom Not by does not exclude now?  Else it is asked."""
    if is_allowed(draft, spot, given.by):
        return True
    draft.put(spot, draft.node(spot)._replace(ahead=None, kept=None))
    draft.deviate("refused", spot, f"The answer of {given.by or 'nobody in particular'} does not stand: Not by.")
    return False


def _reads_here(draft: Draft, spot: Id) -> bool:
    """Only if is read once for a For each, or for each instance when it reads the item."""
    card = draft.place(spot).node
    if card.each is None or card.only_if is None:
        return True
    reads_item = card.each.item is not None and card.each.item in card.only_if.reads
    return reads_item != draft.is_whole(spot)


def settle_or_open(draft: Draft, spot: Id, *, looked: bool = True) -> None:
    """Done when, Not before, open.  A record that could not be looked at settles nothing."""
    done = observed(draft, spot) if looked else False
    if isinstance(done, Unknown):
        get_stuck(draft, spot, "wrong", done.why)
    elif done:
        settle_done(draft, spot, how="observed", by=draft.by, why="")
    else:
        _open_unless_before(draft, spot)


def _open_unless_before(draft: Draft, spot: Id) -> None:
    card, node = draft.place(spot).node, draft.node(spot)
    holds = truth(draft, spot, card.not_before)
    if isinstance(holds, Unknown) and holds.wrong:
        get_stuck(draft, spot, "wrong", holds.why)
    elif holds is not True or (card.not_before_spec is not None and not node.passed):
        if node.how != "not before":
            draft.put(spot, node._replace(status="waiting", how="not before", at=draft.at))
            draft.look_at(draft.parent(spot))
        if not node.passed:
            start_timer(draft, spot, "not before", card.not_before_spec)
    elif is_busy(draft, spot):
        draft.put(spot, node._replace(status="waiting", how="turn", at=draft.at))
    else:
        open_step(draft, spot)


# -- Read again ----------------------------------------------------------------------------------------


def _wait_on(draft: Draft, spot: Id) -> None:
    node = draft.node(spot)
    if node.how == "look":
        if observed(draft, spot) is True:
            settle_or_open(draft, spot)
    elif node.how != "repair":
        settle_or_open(draft, spot)


def _move_on(draft: Draft, spot: Id) -> None:
    """An open node: does it settle, does somebody in it get a turn?"""
    kind = draft.place(spot).node.kind
    done = observed(draft, spot) if kind is not Kind.ACTION else False
    if isinstance(done, Unknown):
        get_stuck(draft, spot, "wrong", done.why)
    elif done:
        settle_done(draft, spot, how="observed", by=draft.by, why="")
    elif draft.is_whole(spot):
        grow(draft, spot)
        follow(draft, spot)
    elif kind is Kind.GROUP:
        progress(draft, spot)
    elif kind is Kind.WAIT:
        read_messages(draft, spot)
    elif kind is Kind.ASK:
        watch(draft, spot)


def _unstick(draft: Draft, spot: Id) -> None:
    """A stuck node: can what it could not decide be decided now?"""
    node = draft.node(spot)
    match node.how:
        case "unknown" | "wrong":
            draft.put(spot, node._replace(status="idle", how="", why=""))
            _ready(draft, spot)
            now = draft.node(spot)
            if now.status == "idle":  # not its turn any more
                draft.put(spot, draft.stop(spot))
            elif now.status == "stuck" and now.why == node.why:
                draft.put(spot, node)
        case "choice":
            choose(draft, spot)
        case "wanted":
            progress(draft, spot)
        case "observed" if observed(draft, spot) is True:
            settle_done(draft, spot, how="observed", why="")


def _settled(draft: Draft, spot: Id) -> None:
    """What was settled early may lead on; whoever waits for a repair step that is done is asked again."""
    card, node = draft.place(spot).node, draft.node(spot)
    if node.early:
        for target in draft.place(spot).targets:
            draft.look_at((target, spot[1]))
    if card.repair_of and node.status in TAKEN and not draft.is_whole(spot):
        for asker in draft.waiting_for(spot):
            held = draft.holds & {asker}  # what waits for an approval asked again alone waits on (rule 9)
            renew(draft, asker)
            draft.holds |= held
            open_again(draft, asker)
