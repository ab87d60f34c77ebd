"""Work that goes out: asks, calls, cases, timers, tells.  Each gets its purpose, numbered within the round."""

from __future__ import annotations

from collections.abc import Iterator

from doorstep.kernel.commands import CallAction, SendAsk, StartCase, StartTimer, Tell, WithdrawAsk, WithdrawTimer
from doorstep.kernel.draft import Draft
from doorstep.kernel.program import Spec
from doorstep.kernel.scope import Inside
from doorstep.kernel.state import Id


def send_ask(draft: Draft, spot: Id, purpose: str, *, to: str | None = None, why: str = "") -> None:
    """Ask the card's addressee, or somebody else."""
    node = draft.node(spot)
    purpose, sent = _numbered(node.sent, purpose)
    card = draft.place(spot).node.who or ""
    draft.commands.append(
        SendAsk(step=spot[0], instance=spot[1], round=node.round, purpose=purpose, to=to or card, why=why)
    )
    last = to if to and to != card else None
    draft.put(spot, node._replace(asks=node.asks + 1, sent=sent, to=last if purpose[:4] != "also" else node.to))


def ask_instead(draft: Draft, spot: Id, purpose: str, to: str) -> None:
    """Withdraw what is asked and ask somebody else in the same round; the step is open."""
    node = draft.node(spot)
    if node.asks:
        draft.commands.append(WithdrawAsk(step=spot[0], instance=spot[1], round=node.round, why=draft.why))
    at = node.at if node.status == "open" else draft.at
    fresh = node._replace(status="open", at=at, outcome="", by=None, how="", why="", proof="", asks=0)
    draft.put(spot, fresh)
    send_ask(draft, spot, purpose, to=to)
    if node.status != "open" and not node.late:
        start_timer(draft, spot, "due", draft.place(spot).node.due)


def call(draft: Draft, spot: Id) -> None:
    """Call the action; it has acted whatever comes of it (rule 4)."""
    node = draft.node(spot)
    purpose, sent = _numbered(node.sent, "call")
    what = draft.place(spot).node.call or ""
    draft.commands.append(CallAction(step=spot[0], instance=spot[1], round=node.round, purpose=purpose, call=what))
    draft.put(spot, node._replace(sent=sent, acted=True))


def start_case(draft: Draft, spot: Id, purpose: str, process: str) -> None:
    node = draft.node(spot)
    purpose, sent = _numbered(node.sent, purpose)
    draft.commands.append(StartCase(step=spot[0], instance=spot[1], round=node.round, purpose=purpose, process=process))
    draft.put(spot, node._replace(sent=sent, cases=(*node.cases, purpose), acted=True))


def tell(draft: Draft, spot: Id, purpose: str, *, to: str = "", why: str = "") -> None:
    """Tell somebody; nobody named: the starter."""
    number = draft.node(spot).round
    draft.commands.append(Tell(step=spot[0], instance=spot[1], round=number, purpose=purpose, to=to, why=why))


def start_timer(draft: Draft, spot: Id, purpose: str, spec: Spec | None) -> None:
    """Start a timer, unless there is none, it runs, or a fact it reads is unknown."""
    if spec is None:
        return
    node = draft.node(spot)
    scope = Inside(draft, spot)
    if purpose in node.timers or any(scope.fact(name) is None for name in spec.facts):
        return
    draft.commands.append(StartTimer(step=spot[0], instance=spot[1], round=node.round, purpose=purpose, spec=spec))
    draft.put(spot, node._replace(timers=(*node.timers, purpose)))


def drop_timer(draft: Draft, spot: Id, purpose: str) -> None:
    """Forget a timer that has fired."""
    node = draft.node(spot)
    draft.put(spot, node._replace(timers=tuple(timer for timer in node.timers if timer != purpose)))


def restart_timers(draft: Draft, spot: Id, name: str) -> None:
    """A fact has changed: timers whose spec reads it start anew (rule 13)."""
    for purpose, spec in _timed(draft, spot):
        if name not in spec.facts:
            continue
        node = draft.node(spot)
        if purpose in node.timers:
            draft.commands.append(WithdrawTimer(step=spot[0], instance=spot[1], round=node.round, purpose=purpose))
            drop_timer(draft, spot, purpose)
        if purpose == "due" and node.late:
            draft.put(spot, draft.node(spot)._replace(late=False))
        start_timer(draft, spot, purpose, spec)


def _timed(draft: Draft, spot: Id) -> Iterator[tuple[str, Spec]]:
    """Yield the timers a node has in its status, running or not."""
    card, node = draft.place(spot).node, draft.node(spot)
    if card.due and (node.status == "open" or "due" in node.timers) and not draft.is_whole(spot):
        yield "due", card.due
    if card.spec and node.status == "open":
        yield "wait", card.spec
    if card.not_before_spec and node.how == "not before" and not node.passed:
        yield "not before", card.not_before_spec


def _numbered(sent: tuple[str, ...], purpose: str) -> tuple[str, tuple[str, ...]]:
    """Return the purpose with its number in this round, from the second on, and what has been sent then."""
    count = sent.count(purpose) + 1
    return f"{purpose} {count}" if count > 1 else purpose, (*sent, purpose)
