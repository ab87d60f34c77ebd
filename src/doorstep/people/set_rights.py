"""Making administrators and auditors."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from doorstep.people.errors import NotUsable
from doorstep.people.models import Person
from doorstep.people.rights import Doer, require_administrator


@transaction.atomic
def set_rights(*, person: UUID, by: Doer, administrator: bool, auditor: bool) -> None:
    """Say whether somebody administers this installation and whether they may see every case.

    The last administrator stays one.  Raises NotAllowed, NotUsable.
    """
    require_administrator(by, what="make administrators and auditors")
    administrators = Person.objects.select_for_update().filter(administrator=True)
    if not administrator and [one.id for one in administrators] == [person]:
        raise NotUsable("This is the last administrator. Make another one first.")
    Person.objects.filter(id=person).update(administrator=administrator, auditor=auditor)
