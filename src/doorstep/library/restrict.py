"""Restricting a process or a group: from then on only those it concerns meet it."""

from __future__ import annotations

from django.db import transaction

from doorstep.library.errors import NotUsable
from doorstep.library.models import Group, Process
from doorstep.library.rights import require_sharer
from doorstep.people.rights import Doer


@transaction.atomic
def restrict(*, on: Process | Group, by: Doer, restricted: bool = True) -> None:
    """Keep a process, or all of a group, from those it does not concern; or open it to everybody again.

    Whoever may do so meets it afterwards too.  Raises NotAllowed, and NotUsable for what is gone.
    """
    row = type(on).objects.select_for_update().filter(id=on.id).first()
    if row is None:
        raise NotUsable("Expected a process or a group of the library, but it is no longer there.")
    require_sharer(row, by)
    row.restricted = restricted
    row.save(update_fields=["restricted"])
    on.restricted = restricted
