"""Personal tokens: a program acts for a person, never with more rights than theirs.  Real time rules them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Person, PersonalToken

PREFIX = "doorstep_"
"""What a token begins with, so that a leaked one is recognised."""

LASTS = timedelta(days=365)
MOST = 20
USED_AGAIN = timedelta(minutes=10)
"""How old the time of the last use may be: it is not written at every call."""


@dataclass(frozen=True, slots=True)
class Shown:
    """``token`` is shown once and kept nowhere."""

    id: UUID
    name: str
    token: str
    expires_at: datetime


@transaction.atomic
def make_token(*, person: UUID, name: str, writes: bool, by: UUID, lasts: timedelta = LASTS) -> Shown:
    """Make a token for somebody, who alone may; return it to be shown once.  Raises NotAllowed, NotUsable."""
    if by != person:
        raise NotAllowed("Only the person themselves may make a token that acts for them. Ask them to make it.")
    now = timezone.now()
    who = Person.objects.here(now.date()).select_for_update().filter(id=person, outside=False).first()
    if who is None:
        raise NotAllowed("Only people of the organisation who are here have tokens. Ask an administrator.")
    plain = " ".join(name.split())
    if not 0 < len(plain) <= 100:
        raise NotUsable(
            "Expected a name of up to 100 letters that says what the token is for, such as “Nightly report”."
        )
    if _working(person, now).count() >= MOST:
        raise NotUsable(f"Expected at most {MOST} tokens, and there are so many already. Withdraw one first.")
    token = PREFIX + secrets.token_urlsafe(32)
    row = PersonalToken.objects.create(
        person=who, name=plain, hash=_hash(token), writes=writes, made_at=now, expires_at=now + lasts
    )
    return Shown(row.id, plain, token, row.expires_at)


@transaction.atomic
def withdraw_token(*, token: UUID, by: UUID) -> None:
    """Let a token work no more; its person may, and administrators.  What is withdrawn stays so.  Raises NotAllowed."""
    row = PersonalToken.objects.select_for_update().filter(id=token).first()
    if row is None or (row.person_id != by and not Person.objects.filter(id=by, administrator=True).exists()):
        raise NotAllowed("There is no such token of yours. Look at the list of your tokens.")
    if row.withdrawn_at is None:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])


def person_of_token(token: str) -> tuple[Person, PersonalToken] | None:
    """Return whom a token acts for, None when it does not work.  One query, and one write each ten minutes."""
    if not token.startswith(PREFIX):
        return None
    now = timezone.now()
    rows = PersonalToken.objects.select_related("person").filter(hash=_hash(token))
    row = rows.filter(withdrawn_at=None, expires_at__gt=now).first()
    if row is None or (row.person.left_on and row.person.left_on <= now.date()):
        return None
    if row.used_at is None or row.used_at < now - USED_AGAIN:
        PersonalToken.objects.filter(id=row.id).update(used_at=now)
    return row.person, row


def tokens_of(person: UUID) -> list[PersonalToken]:
    """Return the tokens of somebody that work, the latest first."""
    return list(_working(person, timezone.now()).order_by("-made_at"))


def _working(person: UUID, now: datetime) -> QuerySet[PersonalToken]:
    return PersonalToken.objects.filter(person=person, withdrawn_at=None, expires_at__gt=now)


def _hash(token: str) -> str:
    """Return what is kept of a token: it is long and random, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
