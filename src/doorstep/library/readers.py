"""Who may meet a process: `library.seen` asked the other way round, as a condition on persons.

What is said there of one person holds here for all of them, the reasons of the floors above included.  A test
compares the two.
"""

from __future__ import annotations

from django.db.models import Q

from doorstep.library.models import Appearance, Grant, Process
from doorstep.library.seen import FURTHER
from doorstep.people.models import Membership


def readers_of(process: Process) -> Q:
    """Return the condition for the persons who may meet a process."""
    if not process.restricted and not (process.group and process.group.restricted):
        return Q()
    on_it = Q(process=process) | (Q(group=process.group_id) if process.group_id else Q(pk=None))
    granted = Grant.objects.filter(on_it)
    roles = [process.owner_role_id, process.expert_role_id, *process.roles.values_list("id", flat=True)]
    holds = Q(id__in=Membership.objects.filter(role__in=[role for role in roles if role]).values("person"))
    given = Q(id__in=granted.filter(person__isnull=False).values("person"))
    by_role = Q(id__in=Membership.objects.filter(role__in=granted.values("role")).values("person"))
    asked = Q(id__in=Appearance.objects.filter(process=process, person__isnull=False).values("person"))
    leads = [process.owner_id, process.expert_id, process.group.champion_id if process.group else None]
    named = Q(id__in=[person for person in leads if person])
    found = Q(administrator=True) | Q(auditor=True) | named | holds | asked | given | by_role
    for one in FURTHER:
        found |= one.readers(process.id)
    return found
