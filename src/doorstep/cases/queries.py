"""Reading cases: Home, what is waited for, what is stuck, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doorstep.cases import seals
from doorstep.cases.clock import business_now
from doorstep.cases.directory import name_of
from doorstep.cases.models import Ask, Case, Handled, Journal, JournalKey, JournalPrivate
from doorstep.cases.rights import cases_seen_by, may_see
from doorstep.cases.statements import named, run
from doorstep.cases.status import Status, statuses
from doorstep.library.models import Process
from doorstep.people.held import roles_of
from doorstep.people.keys import keys_of
from doorstep.people.prepared import Prepared


@dataclass(frozen=True, slots=True)
class WaitsForMe:
    """One thing that waits for somebody.  ``for_other``: they stand in for whoever was asked."""

    ask_id: UUID
    case_id: UUID
    process_id: UUID
    title: str
    name: str
    verb: str
    asked_at: datetime
    due_at: datetime | None
    for_other: bool = False


@dataclass(frozen=True, slots=True)
class IWaitFor:
    """A case somebody started or owns, with what it says of itself."""

    case: Case
    status: Status


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a case's history, readable; ``erased`` when its private part can no longer be read."""

    seq: int
    kind: str
    at: datetime
    by: str
    step: str
    instance: str
    content: Mapping[str, object]
    erased: bool = False


# Index: home_of_addressee.  A person's keys are few; 0.3 ms in the middle, below 10 ms at the 99th percentile.
def waits_for_me(person: UUID, *, at: datetime | None = None, limit: int = 200) -> list[WaitsForMe]:
    """Return what waits for somebody, the most pressing first, those they stand in for included."""
    keys = keys_of(person, at=at or business_now())
    other = {key: only for key, only in keys.standing_in if key not in keys.own}
    rows = run(named("home"), {"keys": [*keys.own, *other], "limit": limit})
    found: dict[UUID, WaitsForMe] = {}
    names = _process_keys({row[3] for row in rows}) if other else {}
    for addressee, ask_id, case_id, process_id, *shown in rows:
        only = other.get(addressee)
        if not only or names.get(process_id) in only:
            line = WaitsForMe(ask_id, case_id, process_id, *shown)
            found.setdefault(ask_id, replace(line, for_other=addressee in other))
    return list(found.values())


def _process_keys(ids: set[UUID]) -> dict[UUID, str]:
    return dict(Process.objects.filter(id__in=ids).values_list("id", "key"))


# Index: case_of_starter, case_of_process.
def i_wait_for(person: UUID, *, at: datetime | None = None, limit: int = 50) -> list[IWaitFor]:
    """Return the open cases somebody started or whose process they own, the latest first."""
    rows = Case.objects.filter(_mine(person), status__in=("open", "suspended")).order_by("-started_at")[:limit]
    return with_status(list(rows), reader=person, at=at)


# Index: case_of_starter, ask_open.
def asked_back(person: UUID, *, at: datetime | None = None, limit: int = 50) -> list[IWaitFor]:
    """Return the open cases somebody started in which a question waits for them.  One query when there is none."""
    asked = [case for (case,) in _ASKED_BACK(person=person)[:limit]]
    rows = list(Case.objects.filter(id__in=asked).order_by("-started_at")) if asked else []
    return with_status(rows, reader=person, at=at) if rows else []


def _asked_back(person: UUID) -> QuerySet[Case, Any]:
    mine = Case.objects.filter(starter=person, status__in=("open", "suspended"))
    asked = Ask.objects.filter(case_id=OuterRef("id"), state="open").exclude(question=b"")
    return mine.filter(Exists(asked)).order_by("-started_at").values_list("id")[:50]


_ASKED_BACK = Prepared(_asked_back)


def lately_closed(person: UUID, *, limit: int = 10) -> list[Case]:
    """Return the cases somebody started that closed last.  Index: case_of_starter."""
    rows = Case.objects.filter(starter=person, status__in=("done", "failed", "cancelled"))
    return list(rows.order_by("-closed_at")[:limit])


def with_status(rows: Sequence[Case], *, reader: UUID, at: datetime | None = None) -> list[IWaitFor]:
    """Return cases with what each says of itself; the queries do not grow with their number."""
    said = statuses(rows, at=at, reader=reader)
    return [IWaitFor(row, said[row.id]) for row in rows]


def _mine(person: UUID) -> Q:
    """Select what somebody started or owns, as a person or by a role."""
    roles = list(roles_of(person))
    owned = Process.objects.filter(Q(owner=person) | Q(owner_role__in=roles)).values("id")
    return Q(starter=person) | Q(process_id__in=owned)


# Index: case_stuck.
def stuck(person: UUID, *, window: slice = slice(50)) -> list[Case]:
    """Return the open cases with a step that needs a person, of those somebody may see, the oldest first."""
    seen = cases_seen_by(person, at=business_now())
    return list(seen.filter(stuck__gt=0, status="open").order_by("started_at", "id")[window])


def case_of(case_id: UUID, *, by: UUID) -> Case | None:
    """Return a case if somebody may see it: what one may not see one never meets."""
    row = Case.objects.filter(id=case_id).first()
    return row if row is not None and may_see(case=row, by=by) else None


# Index: primary keys of the journal's tables.
def history(case_id: UUID) -> list[Happened]:
    """Return what happened to a case, oldest first, with its private part as far as it was not erased."""
    salts = {row.person: bytes(row.salt) for row in JournalKey.objects.filter(case_id=case_id)}
    private = {row.seq: row for row in JournalPrivate.objects.filter(case_id=case_id)}
    return [
        _happened(row, private.get(row.seq), salts) for row in Journal.objects.filter(case_id=case_id).order_by("seq")
    ]


def _happened(row: Journal, private: JournalPrivate | None, salts: Mapping[UUID, bytes]) -> Happened:
    try:
        content = seals.unseal_json(salts.get(private.person), bytes(private.sealed)) if private else {}
    except seals.Erased:
        content = {}
    content.pop("salt", None)
    by = name_of(row.person) if row.person else ""
    return Happened(row.seq, row.kind, row.at, by, row.step, row.instance, content, erased=not content)


def handled(case_id: UUID, key: str) -> str | None:
    """Return what was recorded for an event key."""
    return Handled.objects.filter(case_id=case_id, key=key).values_list("result", flat=True).first()
