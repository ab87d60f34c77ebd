"""What a process page says beside its steps: whether to believe it, at which level it is, what may be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from doorstep.cases.models import Case
from doorstep.chase.say import say_day
from doorstep.library.dates import review_day
from doorstep.library.models import Bulletin, BulletinState, Level, Process, Version, VersionState
from doorstep.library.publish import draft_of
from doorstep.library.queries import owner_of
from doorstep.people.models import Person
from doorstep.reading.levels import MEANINGS, missing
from doorstep.stewardship.answerable import leads
from doorstep.stewardship.own.queries import said_of
from doorstep.stewardship.own.words import Said
from doorstep.web.steps import Row

MOST_MISSING = 9


@dataclass(frozen=True, slots=True)
class Trust:
    """One part of the trust line; ``look`` is ok, late or nothing, ``href`` its evidence."""

    text: str
    look: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class NextLevel:
    """At which level a page is, and what is missing for the next; ``more`` is how much is not shown."""

    level: str
    meaning: str
    lacks: tuple[str, ...]
    more: int = 0


def trust_of(process: Process, *, at: datetime, every: str | None, in_force: bool) -> tuple[Trust, ...]:
    """Return what can be said of a page today: who answers, when it was verified, how often it ran.  One query."""
    parts = (
        *_people(process, at, in_force=in_force),
        *(_verified(process, at, every) if in_force else ()),
        *_ran(process, at),
    )
    return tuple(parts)


def _people(process: Process, at: datetime, *, in_force: bool) -> Iterator[Trust]:
    said = said_of(process, at=at) if in_force else Said(f"Owner {owner_of(process, day=at.date()) or 'nobody'}")
    yield Trust(said.line, "soon" if said.care else "")
    if said.more:
        yield Trust(said.more.removesuffix("."), "soon" if said.care else "")
    if process.expert or process.expert_role:
        yield Trust(f"Expert {process.expert or process.expert_role}")


def _verified(process: Process, at: datetime, every: str | None) -> Iterator[Trust]:
    today = at.date()
    if process.verified_at:
        yield Trust(f"verified {ago(at - process.verified_at)}", "ok", "#review")
    else:
        yield Trust("not verified yet", href="#review")
    due = process.review_due
    if due and due < today:
        yield Trust(f"review overdue since {say_day(due, today=today)}", "late", "#review")
    elif due and (due - today) < (review_day(today, every) - today) / 10:
        yield Trust(f"review due {say_day(due, today=today)}", "soon", "#review")


def _ran(process: Process, at: datetime) -> Iterator[Trust]:
    """Yield how often it ran this quarter.  Index: case_of_process."""
    if process.level not in (Level.RUN, Level.FOLLOWED):
        return
    begin = datetime(at.year, 3 * ((at.month - 1) // 3) + 1, 1, tzinfo=at.tzinfo)
    counted = Case.objects.filter(process_id=process.id).aggregate(
        quarter=Count("id", filter=Q(started_at__gte=begin)), running=Count("id", filter=Q(status="open"))
    )
    runs = counted["quarter"]
    yield Trust("not run this quarter" if not runs else f"{runs:,} {'run' if runs == 1 else 'runs'} this quarter")
    if counted["running"]:
        yield Trust(f"{counted['running']:,} running")


def ago(length: timedelta) -> str:
    """Say how long ago: "today", "5 days ago", "3 weeks ago", "4 months ago"."""
    days = max(length.days, 0)
    for limit, unit, size in ((1, "", 1), (14, "day", 1), (60, "week", 7), (730, "month", 30)):
        if days < limit:
            return "today" if not unit else f"{days // size} {unit}{'' if days // size == 1 else 's'} ago"
    return f"{days // 365} years ago"


def next_level(version: Version) -> NextLevel:
    """Return what a version lacks for the next level, checked against who and what is on record now."""
    if version.level == Level.RUN:
        return NextLevel("run", MEANINGS["run"], ())
    draft = draft_of(version.text, version.file)
    lacks = missing(version.level, version.text, draft.page, draft.faults)
    return NextLevel(version.level, MEANINGS[version.level], lacks[:MOST_MISSING], max(len(lacks) - MOST_MISSING, 0))


def with_bulletins(
    rows: tuple[Row, ...], identities: dict[str, str], shown: dict[str, tuple[Bulletin, ...]]
) -> tuple[Row, ...]:
    """Give each step the bulletins that hold there."""
    return tuple(replace(row, bulletins=shown.get(identities.get(row.name, row.name), ())) for row in rows)


def ended_bulletins(process: UUID) -> tuple[Bulletin, ...]:
    """Return the bulletins that wait for a word: merged or withdrawn.  Index: bulletin_escalated."""
    rows = Bulletin.objects.filter(process=process, state=BulletinState.ESCALATED).select_related("by")
    return tuple(rows.order_by("ends_at"))


def read_by(process: Process, reader: Person) -> Q:
    """Return the condition for the versions of a page somebody who meets it reads: what `is_read_by` says of one."""
    states = [VersionState.DRAFT]
    states += [] if reader.administrator or leads(process, reader.id) else [VersionState.IN_REVIEW]
    return ~Q(state__in=states) | Q(published_by=reader)


def is_read_by(version: Version, reader: Person) -> bool:
    """Say whether somebody who meets a page reads a version: a draft its author, one in review who decides, too."""
    if version.state not in (VersionState.DRAFT, VersionState.IN_REVIEW) or version.published_by_id == reader.id:
        return True
    return version.state == VersionState.IN_REVIEW and (reader.administrator or leads(version.process, reader.id))


def state_words(version: Version) -> str:
    """Say of a version that is not in force what it is."""
    match version.state:
        case VersionState.APPROVED:
            return "This version is approved and not in force yet."
        case VersionState.SUPERSEDED:
            return "This version was superseded by a later one."
        case VersionState.IN_REVIEW:
            return "This version is in review: it is not in force."
        case VersionState.DRAFT:
            return "This is a draft that only you see."
        case VersionState.OBSOLETE:
            return "This version is obsolete."
        case _:
            return ""
