"""An answer is taken: what it gives, what follows from that, and then how the step settles."""

from __future__ import annotations

from doorstep.kernel.covering import follow_changes
from doorstep.kernel.draft import Draft
from doorstep.kernel.facts import seen, take
from doorstep.kernel.handlers import finish
from doorstep.kernel.state import Given, Id


def take_answer(draft: Draft, spot: Id, given: Given, how: str) -> None:
    """Take an answer that came, was given ahead, or is kept from an earlier round.

    Its facts are in force, and what was settled on them reconsidered, before anything opens.
    """
    kept = how == "kept"
    draft.put(
        spot,
        draft.stop(
            spot,
            watch=True,
            status="done",
            how=how,
            why=f"kept from round {given.round}" if kept else "",
            outcome=given.outcome,
            by=given.by,
            at=given.at,
            proof=given.proof,
            ahead=None,
            kept=given if kept else None,
            seen=given.seen if kept else seen(draft, spot),
        ),
    )
    if given.facts:
        _take_facts(draft, spot, given)
    if draft.node(spot).status == "done":
        finish(draft, spot)


def _take_facts(draft: Draft, spot: Id, given: Given) -> None:
    draft.causer = spot
    take(draft, given.facts, by=spot)
    follow_changes(draft)
    draft.causer = None
    node = draft.node(spot)
    if node.status == "done":
        draft.put(spot, node._replace(seen=seen(draft, spot)))
