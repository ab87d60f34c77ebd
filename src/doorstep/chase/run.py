"""What the chase must know of a case, as values: the shell fills them from rows, rehearsal from a play."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from doorstep.chase.policy import DEFAULT, Policy
from doorstep.chase.working import OFFICE, Calendar

MoveKind = Literal["remind", "other channel", "stand-in", "escalate", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something a case waits for now: an ask, or with no addressee a time, a message, a look at a record."""

    step: str  # its key, instances as NAME[0]
    name: str  # its heading
    since: datetime
    addressee: str = ""  # the person's or role's name as people read it
    person: bool = True  # the addressee is a person, who has a first name
    role: str = ""  # what they are to this step, shown in brackets: "legal"
    verb: str = "confirm"
    channel: str = ""  # "e-mail"
    state: str = (
        ""  # of its last delivery: queued, handed over, failed, seen; without addressee: "for …", what is waited for
    )
    due: datetime | None = None  # of an ask; when it ends, of a time waited for
    promised: datetime | None = None
    promise: str = ""  # as they said it: "Tuesday"
    question: str = ""  # what they asked back and nobody has answered yet
    usual: timedelta | None = None  # working time such answers take, see `usual`
    stand_in: str | None = None  # who else can answer
    other_channel: str | None = None
    escalate_to: tuple[str, ...] = ()  # the chain of policy: manager, owner
    late_to: str | None = None  # whom the page itself brings in at the due time (If late)
    holds_up: tuple[str, ...] = ()  # headings
    calendar: Calendar = OFFICE  # the addressee's
    sent: tuple[datetime, ...] = ()  # our messages to this person lately, over all cases
    made: frozenset[tuple[MoveKind, int]] = frozenset()  # moves already made in this round
    policy: Policy = DEFAULT  # of the process, with what the card says laid over it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A step that has not opened yet.  ``after`` are the keys of the steps it needs."""

    step: str
    after: tuple[str, ...] = ()
    asks: bool = False  # it waits for a person; otherwise Doorstep does it
    usual: timedelta | None = None
    calendar: Calendar = OFFICE
    policy: Policy = DEFAULT


@dataclass(frozen=True, slots=True)
class Stuck:
    """A step that needs a person, and why in a sentence."""

    step: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Down:
    """A connected system that does not answer."""

    system: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A case as the chase sees it."""

    state: Literal["open", "done", "failed", "cancelled", "suspended"] = "open"
    needed_by: datetime | None = None
    ended: datetime | None = None  # when it closed or was suspended
    why: str = ""  # of failed, cancelled, suspended
    goal: str = "Done"  # what being finished means: "With the client"
    starter: str = ""
    waiting: tuple[Waiting, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    down: tuple[Down, ...] = ()
    calendar: Calendar = OFFICE  # the page's


def usual(durations: Iterable[timedelta]) -> timedelta | None:
    """Return how long answers of a kind usually take: the median, None without any."""
    seconds = [duration.total_seconds() for duration in durations]
    return timedelta(seconds=median(seconds)) if seconds else None
