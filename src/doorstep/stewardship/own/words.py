"""What readers see of an ownership, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from doorstep.chase.say import say_day
from doorstep.people.on_point import Turn
from doorstep.stewardship.models import Ownership, OwnershipState

WEEK = 7


@dataclass(frozen=True, slots=True)
class Said:
    """``line`` begins the trust line of a page; ``care`` says that somebody should do something."""

    line: str
    more: str = ""
    care: bool = False


def said(row: Ownership | None, *, named: str, turn: Turn | None, today: date) -> Said:
    """Say who answers for a process.  ``named`` is whom its page names, ``turn`` whose turn it is where a role owns."""
    owner = f"{turn.role_name}, {on_point_words(turn)}" if turn else (named or "nobody")
    if row is None:
        return Said(f"Owner {owner}, not accepted yet" if named else "Nobody owns this page", care=True)
    match row.state:
        case OwnershipState.ACCEPTED:
            return Said(f"Owner {owner}", _coming(row, today))
        case OwnershipState.PROPOSED:
            return Said(f"Owner {owner}, not accepted yet", care=True)
        case OwnershipState.LAPSING:
            return Said(f"Owner {owner}", f"{_begin(row.why)}.", care=True)
        case OwnershipState.ORPHANED | OwnershipState.IN_CUSTODY:
            return Said(_orphan(row, today), _offered(row), care=True)
        case other:
            raise AssertionError(f"Expected a state of ownership, but got {other}.")


def on_point_words(turn: Turn) -> str:
    """Say whose turn it is: ``on point this week: Vera Lane``."""
    length = (
        "this week" if (turn.until - turn.since).days + 1 == WEEK else f"until {say_day(turn.until, today=turn.since)}"
    )
    return f"on point {length}: {turn.person}"


def _orphan(row: Ownership, today: date) -> str:
    why = _begin(row.why or "nobody owns it")
    if row.custodian is None or row.custody_until is None:
        return f"{why}; nobody looks after it yet"
    return f"{why}; custodian {row.custodian} until {say_day(row.custody_until.date(), today=today)}"


def _offered(row: Ownership) -> str:
    return f"Offered to {row.proposed}." if row.proposed else ""


def _coming(row: Ownership, today: date) -> str:
    """Say who takes over, when it is agreed."""
    if row.proposed and row.agreed_at and row.takes_over_on:
        return f"{row.proposed} takes over on {say_day(row.takes_over_on, today=today)}."
    return ""


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
