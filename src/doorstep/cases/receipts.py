"""Receipts: approvals and what came by mail are confirmed in their thread, and can be undone by a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from doorstep.cases import seals
from doorstep.cases.channels import MAIL, target_of
from doorstep.cases.directory import person
from doorstep.cases.rows import delivery_row
from doorstep.kernel.events import AnswerArrived

if TYPE_CHECKING:
    from doorstep.cases.advance import Handoff


def queue(handoff: Handoff, event: AnswerArrived) -> None:
    """Queue a receipt for whoever approved or rejected, if mail reaches them."""
    ask = handoff.case.ask
    if ask["verb"] != "approve" or event.by is None:
        return
    known = person(UUID(event.by))
    target = target_of(known, MAIL) if known else None
    if target is None or target.channel != MAIL:
        return
    brief: dict[str, Any] = {"outcome": event.outcome, "at": event.at.isoformat(), "by": event.by}
    row = delivery_row(
        purpose="receipt",
        n=handoff.case.seq,
        queued_at=handoff.at,
        real=handoff.real,
        case_id=handoff.case.id,
        ask_id=ask["ask_id"],
        about=f"{ask['ask_id']}",
        position=handoff.case.seq,
        addressee=target.addressee,
        person=target.person,
        channel=target.channel,
        connection=target.connection,
        brief=seals.seal_json(handoff.case.salt, brief),
    )
    handoff.writes.add("delivery", row)
