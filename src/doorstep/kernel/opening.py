"""A step opens: people are asked, actions called, others told, timers started."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from doorstep.kernel.draft import Draft
from doorstep.kernel.facts import take
from doorstep.kernel.groups import open_group
from doorstep.kernel.handlers import settle_done
from doorstep.kernel.program import Kind, Unknown
from doorstep.kernel.rounds import get_stuck
from doorstep.kernel.scope import Inside
from doorstep.kernel.state import Id, Message
from doorstep.kernel.values import FileRef, plain
from doorstep.kernel.work import call, send_ask, start_case, start_timer, tell


def open_step(draft: Draft, spot: Id) -> None:
    """Open a node whose turn it is, in the same round; what settles by itself does so at once."""
    card = draft.place(spot).node
    left = draft.stop(spot, watch=True)
    draft.put(spot, left._replace(status="open", how="", at=draft.at))
    match card.kind:
        case Kind.GROUP:
            open_group(draft, spot)
        case Kind.ASK:
            send_ask(draft, spot, "ask", why=left.why)
        case Kind.ACTION:
            call(draft, spot)
        case Kind.RUN:
            start_case(draft, spot, "run", card.call or "")
        case Kind.WAIT:
            start_timer(draft, spot, "wait", card.spec)
            read_messages(draft, spot)
        case Kind.TELL:
            tell(draft, spot, "tell", to=card.who or "")
            draft.put(spot, draft.node(spot)._replace(acted=True))
            settle_done(draft, spot, how="automatic")
        case Kind.DECIDE:
            _decide(draft, spot)
        case _:
            assert_never(card.kind)
    if draft.node(spot).status == "open":
        start_timer(draft, spot, "due", card.due)


def _decide(draft: Draft, spot: Id) -> None:
    formula = draft.place(spot).node.decision
    assert formula is not None
    value = formula.value(Inside(draft, spot))
    if isinstance(value, Mapping):
        take(draft, value, by=spot)
        settle_done(draft, spot, how="automatic")
    else:
        why = value.why if isinstance(value, Unknown) else f"Expected facts, but the decision gave {value!r}."
        get_stuck(draft, spot, "unknown", why)


# -- Messages (rule 10) -----------------------------------------------------------------------------------


def read_messages(draft: Draft, spot: Id) -> None:
    """Take the first message kept that an open wait matches."""
    for message in draft.messages:
        if matches(draft, spot, message):
            draft.messages = tuple(other for other in draft.messages if other is not message)
            receive(draft, spot, message)
            return


def matches(draft: Draft, spot: Id, message: Message) -> bool:
    """Is it the message the wait is for?  What it is about is compared as text; unknown is not yet."""
    card = draft.place(spot).node
    if card.message != message.name:
        return False
    if card.about is None:
        return True
    about = card.about.value(Inside(draft, spot))
    return about is not None and not isinstance(about, Unknown) and _text(about) == message.about


def _text(value: object) -> str | None:
    """Write what a message is about: a linked record is known by its key, a file by its name."""
    if isinstance(value, Mapping):
        return str(value["key"]) if "key" in value else None
    return value.name if isinstance(value, FileRef) else str(plain(value))


def receive(draft: Draft, spot: Id, message: Message) -> None:
    take(draft, message.facts, by=spot)
    settle_done(draft, spot, how="automatic")
