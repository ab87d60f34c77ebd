"""Saying who somebody is in another system."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from doorstep.people.accounts import link
from doorstep.people.models import ExternalAccount
from doorstep.people.rights import Doer, require_administrator


@transaction.atomic
def set_account(*, person: UUID, system: str, external_id: str, by: Doer) -> None:
    """Say that a person has an id in a system; an empty one takes it away.  Raises NotAllowed.

    Only administrators do: who has somebody's account answers in their name.
    """
    require_administrator(by, what="say who has which account")
    if external_id.strip():
        link(person=person, system=system.strip(), external_id=external_id.strip())
    else:
        ExternalAccount.objects.filter(person=person, system__iexact=system.strip()).delete()
