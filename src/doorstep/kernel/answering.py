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
    left = draft.stop(spot, watch=True)._replace(asks=0, ahead=None)
    why = f"kept from round {given.round}" if how == "kept" else ""
    draft.put(
        spot,
        left._replace(
            status="done",
            how=how,
            why=why,
            outcome=given.outcome,
            by=given.by,
            at=given.at,
            proof=given.proof,
            kept=given if how == "kept" else None,
        ),
    )
    if given.facts:
        draft.causer = spot
        take(draft, given.facts, by=spot)
        follow_changes(draft)
        draft.causer = None
    if draft.node(spot).status == "done":
        draft.put(spot, draft.node(spot)._replace(seen=given.seen if how == "kept" else seen(draft, spot)))
        finish(draft, spot)
