"""What stewardship does by itself as time passes: the worker calls it every few seconds with business time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from doorstep.stewardship.bulletins import escalate_ended
from doorstep.stewardship.follow_approvals import follow_approvals
from doorstep.stewardship.mailed_waits import attend_mailed
from doorstep.stewardship.move_runs import begin_moves
from doorstep.stewardship.own import turn as own
from doorstep.stewardship.telling_turns import compare_now_and_then, tell_what_is_due

Turn = Callable[[datetime], int]
"""Do what is due, in sets, and return how much it was; nothing due costs one indexed query."""

TURNS: tuple[Turn, ...] = (
    follow_approvals,
    begin_moves,
    own.turn,
    escalate_ended,
    attend_mailed,
    compare_now_and_then,
    tell_what_is_due,
)


def attend(at: datetime) -> int:
    """Do everything that is due, and return how much it was."""
    return sum(turn(at) for turn in TURNS)
