"""Cases as rows of a list: what each waits for, and whether it will make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.cases.models import Case
from doorstep.cases.status import Status, statuses


@dataclass(frozen=True, slots=True)
class Line:
    """A case in two lines."""

    case_id: UUID
    title: str
    line: str
    verdict: str
    late: bool
    status: str
    closed_at: datetime | None = None


def lines_of(cases: Sequence[Case], *, reader: UUID, at: datetime) -> list[Line]:
    """Return cases as rows, in the order given; the queries do not grow with their number."""
    said = statuses(cases, at=at, reader=reader) if cases else {}
    return [line_of(case, said[case.id]) for case in cases]


def line_of(case: Case, status: Status) -> Line:
    """Return one case as a row."""
    told = status.words
    first, more = told.lines[:1], len(told.lines) - 1
    waits = " ".join(f"{line.waiting} {line.coming}".strip() for line in first) or told.headline
    waits += f" And for {more} more." if more > 0 else ""
    return Line(case.id, case.title, waits, told.short, told.tone in ("late", "lost"), case.status, case.closed_at)
