"""What whoever writes is to the addressee of an ask."""

from __future__ import annotations

from datetime import datetime

from doorstep.cases.models import Ask, Case
from doorstep.cases.rights import has_left
from doorstep.library.models import Process
from doorstep.people.recognise import Relation, may_answer_for
from doorstep.people.reference import PersonRef


def relation_to(ask: Ask, person: PersonRef, at: datetime) -> Relation:
    """Return what somebody is to the addressee of an ask."""
    if has_left(person.id, at=at):
        return Relation.NONE
    if ask.person == person.id:
        return Relation.SELF
    runs = Case.objects.filter(id=ask.case_id).values("process_id")
    process = Process.objects.filter(id__in=runs).values_list("key", flat=True).first() or ""
    for key in ask.addressee.split(","):
        found = may_answer_for(person.id, key, at=at, kind=ask.verb, process=process)
        if found is not Relation.NONE:
            return found
    return Relation.NONE
