"""On Mondays at 8, in their own zone, one mail is Home for those who did not look at it for a week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from doorstep.cases.channels import MAIL, ways
from doorstep.people.calendars import calendars_of
from doorstep.people.models import Person
from doorstep.people.rights import Doer, require_self_or_administrator
from doorstep.stewardship.models import Note, NoteKind, Progress, ProgressKind, Unsubscribed

AT = time(8)
PART = 1_000
_NAMES = UUID("6b1d4c0e-6c53-4b8c-9a67-1d1f6f0f8a11")


@transaction.atomic
def write_mondays(at: datetime) -> int:
    """Note the Monday mail of those whose Monday has come, a part of them at a time; return how many it was."""
    if not _somewhere(at) or MAIL not in ways():
        return 0
    zones = {name or _own() for name in Person.objects.order_by("zone").values_list("zone", flat=True).distinct()}
    begun = {zone: _week(zone, at) for zone in zones if _begun(zone, at)}
    ended = set(
        Progress.objects.filter(about__in=begun.values(), kind=ProgressKind.MONDAY).values_list("about", flat=True)
    )
    return sum(_write(zone, about, at) for zone, about in begun.items() if about not in ended)


def _own() -> str:
    return settings.DOORSTEP.text("zone") or "UTC"


def _somewhere(at: datetime) -> bool:
    """Say whether it is Monday, 8 or later, anywhere: 14 hours before us it begins, 12 behind us it ends."""
    return any((at.astimezone(UTC) + timedelta(hours=hours)).weekday() == 0 for hours in (14, 0, -12))


def _begun(zone: str, at: datetime) -> bool:
    """Say whether it is Monday, 8 or later, in a zone; what was missed on Monday is not written on Tuesday."""
    local = at.astimezone(ZoneInfo(zone))
    return local.weekday() == 0 and local.time() >= AT


def _key(zone: str, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%G-W%V}"


def _week(zone: str, at: datetime) -> UUID:
    """Return the name of a zone's Monday."""
    return uuid5(_NAMES, f"{_key(zone, at)} {zone}")


def _write(zone: str, about: UUID, at: datetime) -> int:
    """Note the mail of a part of a zone's people; the last part ends the zone's Monday."""
    key = _key(zone, at)
    done = Note.objects.filter(kind=NoteKind.MONDAY, key=key).values("person")
    here = Person.objects.here(at.date()).filter(Q(zone=zone) | (Q(zone="") if zone == _own() else Q(pk=None)))
    looked = Q(account__last_login__gte=at - timedelta(days=7))
    rest = here.filter(outside=False).exclude(looked).exclude(id__in=Unsubscribed.objects.values("person"))
    people = list(rest.exclude(id__in=done).exclude(channel="page").order_by("id").values_list("id", flat=True)[:PART])
    _note(people, key, at)
    if len(people) < PART:
        Progress.objects.create(kind=ProgressKind.MONDAY, about=about, total=0, begun_at=at, ended_at=at)
    return len(people)


def _note(people: Iterable[UUID], key: str, at: datetime) -> None:
    """Note that Home is to be written; whoever does not work this Monday gets it when they work again."""
    hours = calendars_of(list(people), at=at)
    rows = [
        Note(
            person_id=person,
            kind=NoteKind.MONDAY,
            key=key,
            text="Your week",
            path="/",
            at=at,
            not_before=at if own.works_on(at.astimezone(own.zone).date()) else own.next_working(at),
        )
        for person, own in hours.items()
    ]
    Note.objects.bulk_create(rows, batch_size=PART, ignore_conflicts=True)


# -- Whether somebody wants it -----------------------------------------------------------------------


def wants_mondays(person: UUID) -> bool:
    """Say whether somebody gets the Monday mail."""
    return not Unsubscribed.objects.filter(person=person).exists()


@transaction.atomic
def set_mondays(*, person: UUID, wanted: bool, by: Doer, at: datetime) -> None:
    """Let somebody get the Monday mail, or not; asks come all the same.  Raises NotAllowed."""
    require_self_or_administrator(by, person, what="say whether Monday mails come")
    if wanted:
        Unsubscribed.objects.filter(person=person).delete()
        return
    Unsubscribed.objects.get_or_create(person_id=person, defaults={"since": at})
    Note.objects.filter(person=person, kind=NoteKind.MONDAY, sent_at=None, delivery=None).delete()
