"""Inviting people: a link that makes an account, once.  Real time rules it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from doorstep.people import models
from doorstep.people.addressee import is_address
from doorstep.people.errors import NotUsable
from doorstep.people.reference import PersonRef, ref
from doorstep.people.rights import Doer, require_administrator

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """``link`` is shown once and kept nowhere."""

    person: PersonRef
    link: str
    expires_at: datetime
    administrator: bool


@transaction.atomic
def invite(*, email: str, by: Doer, admin: bool = False) -> Invitation:
    """Invite somebody to have an account; earlier links of theirs stop working.

    Whoever is not on record yet is put there.  Raises NotAllowed, NotUsable.
    """
    require_administrator(by, what="invite people")
    person = _invited(email)
    now = timezone.now()
    person.invitations.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    token = secrets.token_urlsafe(32)
    row = models.Invitation.objects.create(
        person=person,
        token_hash=_hash(token),
        administrator=admin,
        invited_by_id=by,
        made_at=now,
        expires_at=now + LASTS,
    )
    link = f"{settings.DOORSTEP.text('base_url').rstrip('/')}/invitation/{token}"
    return Invitation(ref(person), link, row.expires_at, admin)


def open_invitation(token: str) -> PersonRef:
    """Return whom a link invites, changing nothing.  Raises NotUsable."""
    return ref(_usable(token).person)


@transaction.atomic
def accept(*, token: str, password: str, name: str = "") -> models.Account:
    """Make the invited person's account, or set its password anew, and use the link up.

    ``name`` is what they are called; without, they keep the name on record.  Raises NotUsable.
    """
    row = _usable(token, lock=True)
    person = row.person
    account = person.account or models.Account.objects.filter(email=person.email, person=None).first()
    account = account or models.Account(email=person.email)
    try:
        validate_password(password, account)
    except ValidationError as reason:
        raise NotUsable(" ".join(reason.messages)) from reason
    account.set_password(password)
    account.is_active = True
    account.save()
    person.account = account
    person.administrator = person.administrator or row.administrator
    person.name = " ".join(name.split())[:200] or person.name
    person.save(update_fields=["account", "administrator", "name"])
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    return account


def _invited(email: str) -> models.Person:
    """Return who an address belongs to, made if nobody."""
    if not is_address(email):
        raise NotUsable(f'Expected an e-mail address, but got "{email}".')
    plain = email.strip().lower()
    person = models.Person.objects.addressed(plain).first()
    if person is None:
        return models.Person.objects.create(name=plain.partition("@")[0], email=plain)
    if person.left_on and person.left_on <= timezone.now().date():
        raise NotUsable(f"{person.name} left on {person.left_on}. Take the leaving date away first.")
    if person.outside:
        person.outside = False
        person.save(update_fields=["outside"])
    return person


def _usable(token: str, *, lock: bool = False) -> models.Invitation:
    """Return the invitation of a link that still works."""
    rows = models.Invitation.objects.select_related("person").filter(token_hash=_hash(token))
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None or row.used_at or row.expires_at <= timezone.now():
        raise NotUsable("This link was used already or has expired. Ask whoever invited you for a new one.")
    return row


def _hash(token: str) -> str:
    """Return what is kept of a token: it is long and random, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
