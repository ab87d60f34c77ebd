"""What happens to ownership by itself as time passes."""

from __future__ import annotations

from datetime import datetime

from doorstep.stewardship.own.custody import give_back, hand_on, orphan
from doorstep.stewardship.own.lapsing import lapse, recover
from doorstep.stewardship.own.propose import propose, take_over_due, take_turns

STEPS = (propose, take_turns, take_over_due, orphan, give_back, hand_on, lapse, recover)


def turn(at: datetime) -> int:
    """Do what is due and return how much it was.  Nothing due: a query a step."""
    return sum(step(at) for step in STEPS)
