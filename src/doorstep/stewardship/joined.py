"""Joiners and movers: who took a role on hears what is new to them, who gave one up is asked no longer.

What somebody acknowledged in another role is asked again where the further role adds steps, and for those alone.
Who is here for the first time takes on, in the same way, what is for everybody.

Memberships are compared, as sets, with those of the last look: whatever an import, a directory or somebody on
screen did in between.  The very first look takes what is there as known.

A thousand who join where 600 pages are for everybody are asked 600,000 times: a look asks some of them in its
transaction, and the others wait for jobs, each of which is such a look.  Who has not had their turn is found by the
next one, so a worker that is killed loses nothing and asks nobody twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from doorstep.library.models import Process, Version, VersionState
from doorstep.people.models import Person, Role
from doorstep.reading.page import EVERYBODY
from doorstep.stewardship.concerned import as_whom, asked_as
from doorstep.stewardship.difference import difference, parts
from doorstep.stewardship.later import later
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, Held, Note, NoteKind, ProgressKind
from doorstep.stewardship.note import Told, note
from doorstep.stewardship.progress import advance, begin, end, progress_of
from doorstep.stewardship.tell_change import is_critical, key_of, path_of, terms
from doorstep.stewardship.theirs import Somebody

PART = 1_000
"""Who joined or left that are taken together, at most."""

ROWS = 2_000
"""How much they are asked to acknowledge in one transaction: less than a second or two; somebody is always taken."""

WELCOME = UUID("3f0a6a52-6f0e-4d53-9d0a-0f1d3c7b2e11")
"""What the progress of those who joined is kept under."""

Pair = tuple[UUID, UUID]
Joined = tuple[UUID, UUID | None]
"""A person and the role they took on; None where they are here at last."""

# Both read the unique index of memberships by role and person and that of what was held, whole: about 0.2 s for
# 300,000 memberships, once a minute.
_JOINED = """
SELECT DISTINCT m.person_id, m.role_id FROM people_membership m
JOIN people_person p ON p.id = m.person_id AND NOT p.outside AND (p.left_on IS NULL OR p.left_on > %(day)s)
WHERE NOT EXISTS (SELECT 1 FROM stewardship_held h WHERE h.person_id = m.person_id AND h.role_id = m.role_id)
UNION ALL
SELECT p.id, NULL FROM people_person p
WHERE NOT p.outside AND (p.left_on IS NULL OR p.left_on > %(day)s)
  AND NOT EXISTS (SELECT 1 FROM stewardship_held h WHERE h.person_id = p.id AND h.role_id IS NULL)
LIMIT %(limit)s
"""
_HOW_MANY = f"SELECT count(*) FROM ({_JOINED}) AS joined"  # noqa: S608  (both are ours)
_LEFT = """
DELETE FROM stewardship_held WHERE id IN (
    SELECT h.id FROM stewardship_held h LEFT JOIN people_person p ON p.id = h.person_id
    WHERE p.left_on <= %(day)s OR h.role_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM people_membership m WHERE m.person_id = h.person_id AND m.role_id = h.role_id)
    LIMIT %(limit)s)
RETURNING person_id, role_id
"""
_FIRST = """
INSERT INTO stewardship_held (person_id, role_id, since)
SELECT DISTINCT person_id, role_id, %(at)s::timestamptz FROM people_membership
UNION ALL SELECT id, NULL, %(at)s::timestamptz FROM people_person
WHERE NOT outside AND (left_on IS NULL OR left_on > %(day)s)
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def compare_roles(at: datetime) -> int:
    """Compare who holds which role with the last look; return how many joined or left, at most a part of them.

    A job is asked for where there are more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('doorstep.stewardship.joined'))")
        if not cursor.fetchone()[0]:
            return 0
        if not Held.objects.exists():
            cursor.execute(_FIRST, {"at": at, "day": at.date()})
            return 0
        values: dict[str, date | int] = {"day": at.date(), "limit": PART}
        left = cursor.execute(_LEFT, values).fetchall()
        joined = cursor.execute(_JOINED, values).fetchall()
    _drop({person for person, _ in left}, at)
    taken = _welcome(joined, at)
    _go_on(taken, more=taken < len(joined) or len(joined) == PART, at=at)
    return len(left) + taken


def _go_on(taken: int, *, more: bool, at: datetime) -> None:
    """Say how far it has come where one look does not do, and ask for the next."""
    under_way = progress_of(WELCOME, kind=ProgressKind.JOINING)
    if more and (under_way is None or under_way.ended_at):
        begin(kind=ProgressKind.JOINING, about=WELCOME, total=taken + _left_to_welcome(at), at=at)
    elif under_way is None or under_way.ended_at:
        return
    advance(kind=ProgressKind.JOINING, about=WELCOME, by=taken, at=at)
    if more:
        later("welcome_joined", once="welcome joined")
    else:
        end(kind=ProgressKind.JOINING, about=WELCOME, at=at)


def _left_to_welcome(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY, {"day": at.date(), "limit": None})
        (count,) = cursor.fetchone()
        return int(count)


# -- Leaving -------------------------------------------------------------------------------------------


def _drop(people: set[UUID], at: datetime) -> None:
    """Ask people no longer what does not concern them any more; what they had acknowledged stays so."""
    rows = Acknowledgement.objects.filter(person__in=people, state=AcknowledgementState.ASKED)
    here = set(Person.objects.here(at.date()).filter(id__in=people).values_list("id", flat=True))
    whom = as_whom(people)
    gone = [
        row
        for row in rows
        if row.person_id not in here or not parts(row.version_id).concern(asked_as(row, whom[row.person_id]))
    ]
    ended = Acknowledgement.objects.filter(id__in=[row.id for row in gone])
    ended.filter(done_at__isnull=True).update(state=AcknowledgementState.DROPPED, next_at=None)
    ended.filter(done_at__isnull=False).update(state=AcknowledgementState.DONE, next_at=None)
    for version in {row.version_id for row in gone}:
        of = [row.person_id for row in gone if row.version_id == version]
        Note.objects.filter(about=version, person__in=of, sent_at=None, delivery=None).delete()


# -- Joining -------------------------------------------------------------------------------------------


def _welcome(found: Sequence[Joined], at: datetime) -> int:
    """Ask people to acknowledge what is new to them in the roles they took on, as many as are asked at once.

    Return how many that were.  A constant number of queries.
    """
    names = _names({role for _, role in found})
    versions = _versions(names)
    joined = _at_once(found, versions)
    Held.objects.bulk_create([Held(person_id=one, role_id=role, since=at) for one, role in joined])
    known = _known(joined, names, {version.id for some in versions.values() for version in some})
    asked: dict[Pair, Acknowledgement] = {}
    told: list[Told] = []
    for one, role in joined:
        new = [version for version in versions[role] if _adds(version, names[role], known.get((one, version.id)))]
        asked |= {(one, version.id): _row(one, version, at) for version in new}
        again = {version.id for version in new if (one, version.id) in known}
        told += _told(one, names[role] if role else "", new, again=again, at=at)
    _ask(asked)
    note(told, at=at)
    return len(joined)


def _at_once(found: Sequence[Joined], versions: Mapping[UUID | None, Sequence[Version]]) -> Sequence[Joined]:
    """Return the first of those who joined, as many as are asked at most `ROWS` times together."""
    rows = 0
    for at, (_, role) in enumerate(found):
        rows += len(versions[role])
        if at and rows > ROWS:
            return found[:at]
    return found


def _names(roles: Collection[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of some roles; being here at all is called `EVERYBODY`.  One query."""
    named = Role.objects.filter(id__in=[role for role in roles if role]).values_list("id", "name")
    names: dict[UUID | None, str] = dict(named)
    return names | ({None: EVERYBODY} if None in roles else {})


def _versions(names: Mapping[UUID | None, str]) -> dict[UUID | None, list[Version]]:
    """Return the versions in effect that concern each role.  Three queries, and each version is read once."""
    rows = Version.objects.filter(state=VersionState.EFFECTIVE).select_related("process").defer("text", "faults")
    found: dict[UUID | None, list[Version]] = {role: [] for role in names}
    named = [role for role in names if role]
    of: dict[UUID, list[UUID | None]] = defaultdict(list)
    for process, role in Process.roles.through.objects.filter(role__in=named).values_list("process", "role"):
        of[process].append(role)
    if None in names:
        for process in Process.objects.filter(for_everybody=True).values_list("id", flat=True):
            of[process].append(None)
    for version in rows.filter(process__in=of).order_by("process__title"):
        for one in of[version.process_id]:
            if parts(version.id).concern(_as(names[one])):
                found[one].append(version)
    return found


def _as(role: str) -> Somebody:
    return Somebody(frozenset({role.casefold()}))


def _known(
    joined: Sequence[Joined], names: Mapping[UUID | None, str], versions: Collection[UUID]
) -> dict[Pair, Somebody]:
    """Return as whom people are asked, or have acknowledged, some versions.  Four queries."""
    took: dict[UUID, set[str]] = defaultdict(set)
    for one, role in joined:
        took[one].add(names[role].casefold())
    whom = as_whom(list(took))
    rows = Acknowledgement.objects.filter(person__in=took, version__in=versions)
    found: dict[Pair, Somebody] = {}
    for row in rows.exclude(state=AcknowledgementState.DROPPED):
        somebody = whom[row.person_id]
        before = somebody.roles - took[row.person_id] if row.roles is None else frozenset(row.roles)
        new = row.state == AcknowledgementState.ASKED and row.since_id is None  # all of theirs is shown as new anyhow
        roles = somebody.roles if new else before
        found[row.person_id, row.version_id] = Somebody(roles, somebody.addresses)
    return found


def _adds(version: Version, role: str, known: Somebody | None) -> bool:
    """Say whether a role adds something to what somebody knows, or is asked to look at, of a version."""
    if known is None:
        return True
    of = parts(version.id)
    return not of.concern(known) or bool(of.all_of(_as(role)) - of.all_of(known))


def _row(person: UUID, version: Version, at: datetime) -> Acknowledgement:
    due_at, next_at = terms(version, at)
    return Acknowledgement(
        person_id=person,
        version=version,
        process_id=version.process_id,
        asked_at=at,
        due_at=due_at,
        next_at=next_at,
    )


def _ask(asked: Mapping[Pair, Acknowledgement]) -> None:
    """Ask: anew where somebody came back to what they were no longer asked, which they may have forgotten."""
    again = ["state", "since", "asked_at", "due_at", "next_at", "reminded", "escalated_at", "opened_at"]
    Acknowledgement.objects.bulk_create(
        asked.values(), batch_size=1000, update_conflicts=True, unique_fields=["version", "person"], update_fields=again
    )


def _told(person: UUID, role: str, new: Sequence[Version], *, again: Collection[UUID], at: datetime) -> Iterator[Told]:
    """Yield what somebody hears who took a role on, or came here: all of it in a line, then page by page."""
    if not new:
        return
    found = {version: difference(version.id, None, _as(role or EVERYBODY)) for version in new}
    told = [counted(len(new), "process", "processes"), *_steps(sum(one.of for one in found.values()))]
    text = f"New to you as {role}: {', '.join(told)}." if role else f"For everybody, and new to you: {', '.join(told)}."
    yield Told(person, NoteKind.CHANGE, f"joined {role} {at.date()}"[:200], text, "/")
    for version, one in found.items():
        said = f"{version.process.title}: {', '.join(['new to you', *_steps(one.of)])}."
        key = f"{key_of(version.id)} {role} {at.date()}"[:200] if version.id in again else key_of(version.id)
        yield Told(person, NoteKind.CHANGE, key, said, path_of(version.id), version.id, is_critical(version))


def _steps(number: int) -> list[str]:
    return [counted(number, "step")] if number else []


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things: "1 step", "11 steps"."""
    return f"1 {one}" if number == 1 else f"{number:,} {many or one + 's'}"
