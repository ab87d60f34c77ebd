"""A department's view: the processes in which its roles come in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from doorstep.library.department import of_department
from doorstep.people.models import Person
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in

SHOWN = 50


@signed_in
def department(request: HttpRequest, me: Person) -> HttpResponse:
    """Show what the reader's own department does."""
    pages = pages_of(request, size=SHOWN)
    rows = of_department(me.department, viewer=me.id, window=pages.window) if me.department else []
    shown, pages = pages.cut(rows)
    name = me.department or "your department"
    return show(request, "web/department.html", at="home", department=name, processes=shown, pages=pages)
