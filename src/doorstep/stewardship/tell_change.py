"""Telling those concerned what a version changed for them: notes for each role, and whom it asks to acknowledge.

Taking effect only asks for a job, so publishing returns at once.  The job works through the people in parts, and
each part is one transaction that asks for the next: a worker that is killed loses nothing and tells nobody twice.

Who is asked is the approver's word on how much it matters:

    editorial            nobody hears of it
    clarifying           they hear of it, and need not do anything
    material             they are asked to acknowledge the difference, in seven days
    critical             in two days, and they hear of it today whatever else they were sent

What somebody has not acknowledged yet is never lost: a newer material version asks them anew, from what they last
knew; a lesser one takes the old question along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from doorstep.library.models import Materiality, Version, VersionState
from doorstep.people.clock import business_now
from doorstep.people.models import Person, Role
from doorstep.stewardship.concerned import Concerned, before, concerned, named_in
from doorstep.stewardship.difference import Difference, difference, parts
from doorstep.stewardship.later import later
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, ChangeNote, Note, NoteKind, ProgressKind
from doorstep.stewardship.note import Told, note
from doorstep.stewardship.progress import advance, begin, end
from doorstep.stewardship.theirs import Somebody

DUE_IN = timedelta(days=7)
REMIND_AFTER = timedelta(days=3)
CRITICAL_DUE_IN = timedelta(days=2)
CRITICAL_REMIND_AFTER = timedelta(days=1)
PART = 2_000
"""People told in one transaction: about a second."""

ASKED = frozenset({Materiality.MATERIAL, Materiality.CRITICAL})


def took_effect(version: UUID, _at: datetime) -> None:
    """Let a version that takes effect be told: one job, in the transaction in which it takes effect."""
    later("tell_change", once=f"tell {version}", version=str(version))


@transaction.atomic
def tell_change(*, version_id: UUID, after: UUID | None = None, at: datetime | None = None) -> None:
    """Tell the next of those a version concerns, and ask for the rest.  Safe to be done again."""
    now = at or business_now()
    version = Version.objects.select_related("process", "process__group").get(id=version_id)
    if version.state != VersionState.EFFECTIVE:
        return  # a newer one tells them, and what is not told to the end counts as unknown
    earlier = before(version)
    if after is None:
        _begin(version, earlier, at=now)
    if version.materiality == Materiality.EDITORIAL:
        return
    people = _told(version, earlier, at=now)
    rest = people.filter(id__gt=after) if after else people
    some = list(rest.order_by("id").values_list("id", flat=True)[:PART])
    tell_people(version, some, since=earlier, at=now)
    advance(kind=ProgressKind.TELLING, about=version_id, by=len(some), at=now)
    if len(some) == PART:
        later("tell_change", version=str(version_id), after=str(some[-1]))
    else:
        end(kind=ProgressKind.TELLING, about=version_id, at=now)


def tell_people(version: Version, people: Collection[UUID], *, since: Version | None, at: datetime) -> list[Concerned]:
    """Tell some people what a version changed for them, and ask them where it asks.  Return who was told.

    Who was asked about this version already, or published it, is passed over.  A constant number of queries.
    """
    known = Acknowledgement.objects.filter(version=version, person__in=people).values_list("person", flat=True)
    left = set(people) - set(known) - {version.published_by_id}
    told = [
        (one, found)
        for one in concerned(version, list(left), since=since)
        if (found := difference(version.id, one.since, one.somebody))
    ]
    if version.materiality in ASKED:
        rows = (_row(version, one, at) for one, _ in told)
        Acknowledgement.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    note((_told_of(version, one.person, found) for one, found in told), at=at)
    return [one for one, _ in told]


def _row(version: Version, one: Concerned, at: datetime) -> Acknowledgement:
    due_at, next_at = terms(version, at)
    return Acknowledgement(
        version=version,
        process_id=version.process_id,
        person_id=one.person,
        since_id=one.since,
        asked_at=at,
        due_at=due_at,
        next_at=next_at,
    )


def is_critical(version: Version) -> bool:
    """Say whether doing it the old way does harm."""
    return version.materiality == Materiality.CRITICAL


def terms(version: Version, at: datetime) -> tuple[datetime, datetime]:
    """Return until when somebody asked now is to acknowledge a version, and when they are reminded first."""
    if is_critical(version):
        return at + CRITICAL_DUE_IN, at + CRITICAL_REMIND_AFTER
    return at + DUE_IN, at + REMIND_AFTER


def _told_of(version: Version, person: UUID, found: Difference) -> Told:
    text = f"{version.process.title}: {found.said[:1].lower()}{found.said[1:]}."
    return Told(
        person, NoteKind.CHANGE, key_of(version.id), text, path_of(version.id), version.id, is_critical(version)
    )


def key_of(version: UUID) -> str:
    """Return the occasion under which a version is told: once a person."""
    return f"changed {version}"


def path_of(version: UUID) -> str:
    """Return the screen that shows what a version changed for whoever looks."""
    return f"/changed/{version}/"


# -- Before the first is told ------------------------------------------------------------------------


def _begin(version: Version, earlier: Version | None, *, at: datetime) -> None:
    """Settle what an older version asked, note what changed for whom, and begin to count."""
    if version.materiality in ASKED:
        _drop_older(version)
    else:
        _take_along(version)
    if version.materiality == Materiality.EDITORIAL:
        begin(kind=ProgressKind.TELLING, about=version.id, total=0, at=at)
        return
    _note_changes(version, earlier)
    begin(kind=ProgressKind.TELLING, about=version.id, total=_told(version, earlier, at=at).count(), at=at)


def _open(version: Version) -> QuerySet[Acknowledgement]:
    """Return what older versions of a process still ask."""
    rows = Acknowledgement.objects.filter(process=version.process_id, state=AcknowledgementState.ASKED)
    return rows.filter(version__number__lt=version.number)


def _drop_older(version: Version) -> None:
    """Let a newer version overtake what older ones asked; what of it was not sent yet is not sent."""
    older = list(_open(version).values_list("version", flat=True).distinct().order_by())
    if older:
        _open(version).update(state=AcknowledgementState.DROPPED, next_at=None)
        Note.objects.filter(about__in=older, sent_at=None, delivery=None).delete()


def _take_along(version: Version) -> None:
    """Let what older versions asked be asked of this one: it matters less, and is part of the same difference."""
    older = list(_open(version).values_list("version", flat=True).distinct().order_by())
    if older:
        _open(version).update(version=version)
        for earlier in older:
            waiting = Note.objects.filter(about=earlier, sent_at=None, delivery=None)
            waiting.update(about=version.id, path=path_of(version.id), key=key_of(version.id))


def _note_changes(version: Version, earlier: Version | None) -> None:
    """Keep what a version changed for each role and each person its page names."""
    keys = _keys(version, earlier)
    roles = {name.casefold(): role for role, name in Role.objects.values_list("id", "name")}
    people = {person.email: person.id for person in Person.objects.addressed(*(key for key in keys if "@" in key))}
    made = []
    for key in sorted(keys):
        somebody = Somebody(addresses=frozenset({key})) if "@" in key else Somebody(frozenset({key}))
        found = difference(version.id, earlier.id if earlier else None, somebody)
        if found and (key in roles or key in people):
            made.append(_kept(version, found, role=roles.get(key), person=people.get(key)))
    ChangeNote.objects.bulk_create(made, ignore_conflicts=True)


def _kept(version: Version, found: Difference, *, role: UUID | None, person: UUID | None) -> ChangeNote:
    steps = [
        {"step": one.step, "how": one.how, "before": one.before, "now": one.now, "words": list(one.words)}
        for one in found.changes
    ]
    return ChangeNote(version=version, role_id=role, person_id=person, said=found.said, steps=steps, of=found.of)


# -- Whom ----------------------------------------------------------------------------------------------


def _keys(version: Version, earlier: Version | None) -> frozenset[str]:
    """Return the roles and addresses either version names."""
    met = [parts(version.id), *([parts(earlier.id)] if earlier else [])]
    return frozenset().union(*(one.of.keys() | one.audience for one in met))


def _changed_keys(version: Version, earlier: Version | None) -> Iterable[str]:
    """Yield the roles and addresses for which a version changed something."""
    for key in _keys(version, earlier):
        somebody = Somebody(addresses=frozenset({key})) if "@" in key else Somebody(frozenset({key}))
        if difference(version.id, earlier.id if earlier else None, somebody):
            yield key


def _told(version: Version, earlier: Version | None, *, at: datetime) -> QuerySet[Person]:
    """Return whom a version is told: those it changed something for, and those who had not acknowledged an older one."""
    keys = _changed_keys(version, earlier)
    changed = named_in(keys, process=version.process, day=at.date()).values("id")
    rows = Acknowledgement.objects.filter(process=version.process_id, state=AcknowledgementState.DROPPED)
    left_over = rows.filter(version__number__lt=version.number).values("person")
    mine = named_in(_keys(version, earlier), process=version.process, day=at.date())
    return mine.filter(id__in=changed.union(left_over)) if earlier else mine
