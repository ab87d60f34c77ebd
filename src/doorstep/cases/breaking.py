"""What breaks is heard: whoever started a case is told when a step comes to need a person, unless they did it themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doorstep.cases import telling
from doorstep.cases.asked import stuck
from doorstep.kernel.commands import Command, Tell
from doorstep.kernel.events import Event
from doorstep.kernel.state import State

if TYPE_CHECKING:
    from doorstep.cases.advance import Handoff


def newly_stuck(handoff: Handoff, before: State, *, event: Event, commands: Sequence[Command]) -> None:
    """Tell the starter of each step that is stuck since this event and of which the page says nothing to them."""
    found = list(stuck(handoff.state))
    if not found or event.by == str(handoff.case.starter):
        return
    known = {(key, instance) for key, instance, _ in stuck(before)}
    known |= {(one.step, one.instance) for one in commands if isinstance(one, Tell) and not one.to}
    for key, instance, why in found:
        if (key, instance) not in known:
            node = handoff.state.nodes[key, instance]
            told = Tell(step=key, instance=instance, round=node.round, purpose="stuck", why=why)
            telling.tell(handoff, told)
