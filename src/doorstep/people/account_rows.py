"""Accounts follow the people they belong to."""

from __future__ import annotations

from datetime import date

from django.db.models import F, OuterRef, Subquery

from doorstep.people.models import Account, Person


def follow_people(*, today: date) -> None:
    """Let accounts have their person's address, and close those of people who have left.  Two queries.

    Who comes back is invited anew.
    """
    own = Person.objects.filter(account=OuterRef("pk"))
    others = Account.objects.filter(person__isnull=False).exclude(email=F("person__email"))
    others.update(email=Subquery(own.values("email")[:1]))
    Account.objects.filter(person__left_on__lte=today, is_active=True).update(is_active=False)
