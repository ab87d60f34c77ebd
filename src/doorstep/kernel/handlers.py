"""Rule 7: what a page says to do about a rejection, a failure or a passed due time; and Then.

    handler             open work               the step settles as            then
    skip                withdrawn               skipped                        the page goes on
    go back to X        withdrawn               idle, new round                rule 8
    "R", then ask again none left               idle, new round once R is done R opens; the step waits
    go to X             withdrawn               done, with the outcome         X opens; between: not taken
    end                 withdrawn               done, with the outcome         what follows: not taken
    end the case, fail  all withdrawn           done, with the outcome         CloseCase
    go on               none left               done, with the outcome         the page goes on; Then acts
    ask instead         withdrawn, asked anew   stays open                     same round
    also ask, tell, run stays                   stays                          beside

A handler on one of several instances that ends or leaves the step ends it for all of them.
"""

from __future__ import annotations

from typing import Any, assert_never

from doorstep.kernel.closing import close
from doorstep.kernel.draft import Draft
from doorstep.kernel.program import (
    AlsoAsk,
    AskInstead,
    End,
    EndCase,
    GoBack,
    GoOn,
    GoTo,
    Handler,
    Repair,
    RunBeside,
    Skip,
    TellThem,
)
from doorstep.kernel.rounds import MOST, TOO_MANY, get_stuck, go_back_from, renew
from doorstep.kernel.scope import REJECTIONS
from doorstep.kernel.state import SETTLED, Id
from doorstep.kernel.work import ask_instead, send_ask, start_case, tell

Beside = TellThem | AlsoAsk | RunBeside
Deciding = Skip | GoBack | Repair | AskInstead | GoOn | GoTo | End | EndCase


def finish(draft: Draft, spot: Id) -> None:
    """Settle an answered step as its outcome says: done, or as its page wants a rejection handled."""
    node = draft.node(spot)
    if node.outcome not in REJECTIONS:
        settle_done(draft, spot, at=node.at)
    elif not apply(draft, spot, draft.place(spot).node.if_rejected, "rejected"):
        word = "rejected it" if node.outcome == "rejected" else "wants changes"
        get_stuck(draft, spot, "rejected", f"{node.by or 'Somebody'} {word}; the page does not say what then.")


def settle_done(draft: Draft, spot: Id, **fields: Any) -> None:
    """Settle a step as done; its Then acts, once all its instances are."""
    draft.settle(spot, "done", **fields)
    then = draft.place(spot).node.then
    if then is not None and (draft.is_whole(spot) or draft.place(spot).node.each is None):
        _leave(draft, spot, then)


def apply(draft: Draft, spot: Id, handlers: tuple[Handler, ...], reason: str) -> bool:
    """Do what the handlers say, in order, up to the one that decides; return whether one did."""
    for handler in handlers:
        if not isinstance(handler, TellThem | AlsoAsk | RunBeside):
            _decide(draft, spot, handler, reason)
            return True
        _beside(draft, spot, handler, reason)
    return False


def _beside(draft: Draft, spot: Id, handler: Beside, reason: str) -> None:
    match handler:
        case TellThem():
            tell(draft, spot, reason, to=handler.who, why=_why(draft, spot, reason))
        case AlsoAsk():
            send_ask(draft, spot, "also", to=handler.who)
        case RunBeside():
            start_case(draft, spot, "beside", handler.process)
        case _:
            assert_never(handler)


def _why(draft: Draft, spot: Id, reason: str) -> str:
    node, name = draft.node(spot), draft.place(spot).node.name
    if reason == "rejected":
        return f'{node.by or "Somebody"} answered "{name}" with: {node.outcome}.'
    return f'"{name}" is late.' if reason == "late" else f'"{name}" has failed. {node.why}'.strip()


def _decide(draft: Draft, spot: Id, handler: Deciding, reason: str) -> None:
    match handler:
        case Skip():
            draft.settle(spot, "skipped", how=reason)
        case GoBack():
            go_back_from(draft, spot, handler.to)
        case Repair():
            _repair(draft, spot, handler)
        case AskInstead():
            ask_instead(draft, spot, "instead", handler.who)
        case GoOn():
            settle_done(draft, spot, how=_how(draft, spot, reason))
        case GoTo() | End() | EndCase():
            _done(draft, spot, _how(draft, spot, reason))
            _leave(draft, spot, handler)
        case _:
            assert_never(handler)


def _how(draft: Draft, spot: Id, reason: str) -> str:
    """Return how a step came to be done: by its answer, or as a handler has it."""
    return (draft.node(spot).how or "answer") if reason == "rejected" else reason


def _done(draft: Draft, spot: Id, how: str) -> None:
    draft.settle(spot, "done", how=how)
    if len(spot[1]) > draft.place(spot).outer:
        draft.settle(draft.parent(spot), "done")


def _leave(draft: Draft, spot: Id, handler: GoTo | End | EndCase) -> None:
    """The step is done; leave its sequence, go elsewhere or close the case."""
    whole = spot if len(spot[1]) <= draft.place(spot).outer else draft.parent(spot)
    match handler:
        case EndCase():
            close(draft, "failed" if handler.failed else "done")
        case End():
            _end(draft, whole)
        case GoTo():
            _go_to(draft, whole, handler.to)
        case _:
            assert_never(handler)


def _end(draft: Draft, spot: Id) -> None:
    """Links out of it are not taken; nor opens what waited for it alone, further on in its sequence (rule 9)."""
    draft.put(spot, draft.node(spot)._replace(ended=True))
    if spot[0] in draft.released:
        for sibling in _followers(draft, spot[0]):
            if draft.node((sibling, spot[1])).status == "idle":
                draft.settle((sibling, spot[1]), "not taken")


def _followers(draft: Draft, key: str) -> dict[str, None]:
    """Return what follows a step in its own sequence."""
    found: dict[str, None] = {}
    ahead = list(draft.index.places[key].targets)
    while ahead:
        here = ahead.pop(0)
        if here not in found:
            found[here] = None
            ahead += draft.index.places[here].targets
    return found


def _go_to(draft: Draft, spot: Id, key: str) -> None:
    """Open a later sibling of the step or of a group around it; what lies between is not taken."""
    draft.put(spot, draft.node(spot)._replace(ended=True))
    place = draft.index.places[key]
    left = spot
    while draft.place(left).around[0] != place.around[0] or len(left[1]) > draft.place(left).outer:
        left = draft.parent(left)
        draft.settle(left, "cancelled")
    for sibling in draft.index.places[place.around[0]].members:
        between = sibling in draft.index.reach(left[0]) and key in draft.index.reach(sibling) and sibling != key
        if between and draft.node((sibling, left[1])).status == "idle":
            draft.settle((sibling, left[1]), "not taken")
    target = (key, left[1])
    if draft.node(target).status == "idle":
        draft.put(target, draft.node(target)._replace(called=True))
        draft.look_at(target)


def _repair(draft: Draft, spot: Id, repair: Repair) -> None:
    """Open the repair step; the asking step waits for it, or after so many rounds goes another way."""
    node = draft.node(spot)
    if repair.rounds is not None and node.round > repair.rounds:
        _exhausted(draft, spot, repair)
        return
    if node.round >= MOST:
        get_stuck(draft, spot, "rounds", TOO_MANY)
        return
    left = draft.stop(spot, watch=True)
    draft.put(spot, left._replace(status="waiting", how="repair", awaits=repair.step, at=draft.at))
    target = (repair.step, spot[1][: draft.index.places[repair.step].outer])
    if draft.node(target).status in SETTLED:
        renew(draft, target)
    if draft.node(target).status == "idle":
        draft.put(target, draft.node(target)._replace(called=True))
        draft.look_at(target)


def _exhausted(draft: Draft, spot: Id, repair: Repair) -> None:
    node = draft.node(spot)
    match repair.then:
        case AskInstead() if node.to != repair.then.who:
            ask_instead(draft, spot, "instead", repair.then.who)
        case End():
            _decide(draft, spot, repair.then, "rejected")
        case _:
            times = "once" if repair.rounds == 1 else f"{repair.rounds} times"
            get_stuck(draft, spot, "rejected", f"It was asked again {times} and is still not approved.")
