"""What is asked no longer although nobody published: the process is no more, or its page may no longer be seen."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from doorstep.library.models import Process, VersionState
from doorstep.library.readers import readers_of
from doorstep.people.models import Person
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState


@transaction.atomic
def drop_what_is_over() -> int:
    """Ask nobody to acknowledge what is obsolete, or a restricted page they may no longer see; return how many were."""
    asked = Acknowledgement.objects.filter(state=AcknowledgementState.ASKED)
    gone = asked.filter(version__state=VersionState.OBSOLETE).update(state=AcknowledgementState.DROPPED, next_at=None)
    few = Process.objects.filter(Q(restricted=True) | Q(group__restricted=True))
    restricted = few.filter(id__in=asked.values("process"))
    for process in restricted.select_related("group"):
        readers = Person.objects.filter(readers_of(process)).values("id")
        hidden = asked.filter(process=process).exclude(person__in=readers)
        gone += hidden.update(state=AcknowledgementState.DROPPED, next_at=None)
    return gone
