"""What can somebody see?  Asked by administrators and auditors."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from doorstep.library.sees import what_sees
from doorstep.people.models import Membership, Person
from doorstep.people.rights import is_administrator, is_auditor
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in

SHOWN = 25


@signed_in
def sees(request: HttpRequest, me: Person, person_id: UUID) -> HttpResponse:
    """Show the processes somebody meets, why, and what they may do with each; for others there is no such screen."""
    row = Person.objects.filter(id=person_id, outside=False).first()
    if row is None or not (is_administrator(me.id) or is_auditor(me.id)):
        raise Http404
    pages = pages_of(request, size=SHOWN)
    shown, pages = pages.cut(what_sees(row.id, by=me.id, window=pages.window))
    roles = Membership.objects.filter(person=row).order_by("role__name").values_list("role__name", flat=True).distinct()
    return show(request, "web/sees.html", person=row, roles=list(roles), processes=shown, pages=pages)
