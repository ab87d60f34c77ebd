"""The case closes: nothing stays out, what never opened is cancelled."""

from __future__ import annotations

from doorstep.kernel.commands import CloseCase
from doorstep.kernel.draft import Draft
from doorstep.kernel.state import SETTLED, TOP, Id


def close(draft: Draft, result: str, why: str = "") -> None:
    """Close the case; watches of observed steps end with CloseCase and need no command."""
    for spot in (*draft.below(TOP), TOP):
        if draft.node(spot).status not in SETTLED:
            draft.put(spot, draft.stop(spot, beside=True, status="cancelled", at=draft.at, awaits=""))
        else:
            _leave(draft, spot)
    draft.case = result
    draft.queue.clear()
    draft.changed.clear()
    draft.holds = frozenset()
    draft.pending = ()
    draft.commands.append(CloseCase(purpose="close", result=result, why=why))


def _leave(draft: Draft, spot: Id) -> None:
    """End what still runs beside a settled step: a reminder of a deferred one, cases, watches."""
    node = draft.node(spot)
    if node.timers or node.cases or node.watched:
        draft.put(spot, draft.stop(spot, watch=node.how == "observed", beside=True, watched=False))
