"""The turns of telling people: what is due at once, and what is compared once a minute."""

from __future__ import annotations

import time
from datetime import datetime

from doorstep.stewardship.digest import gather_digests
from doorstep.stewardship.joined import PART, compare_roles
from doorstep.stewardship.monday_mail import write_mondays
from doorstep.stewardship.overtaken import drop_what_is_over
from doorstep.stewardship.remind_to_acknowledge import remind_to_acknowledge

COMPARE_EVERY = 60.0
"""Real seconds between two comparisons of who holds what: each reads all memberships."""

_compared = [0.0]


def tell_what_is_due(at: datetime) -> int:
    """Remind, and make digests of what waits: each is one look at an index when nothing is due."""
    return remind_to_acknowledge(at) + gather_digests(at)


def compare_now_and_then(at: datetime) -> int:
    """Find joiners, movers, whose Monday has come and what is over once a minute; at once while there is more."""
    if time.monotonic() - _compared[0] < COMPARE_EVERY:
        return 0
    found, written = compare_roles(at), write_mondays(at)
    if max(found, written) < PART:
        _compared[0] = time.monotonic()
        drop_what_is_over()
    return found + written
