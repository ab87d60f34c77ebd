"""Keeping a file: PDF, Word, anything, with a title, an owner and a review."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.queries import process
from doorstep.library.seen import groups_met, meets
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.stewardship.keep_file import keep_file
from doorstep.web.screens import show, signed_in

REVIEWS = ("3 months", "6 months", "12 months", "24 months")
FIELDS = ("title", "owner", "group", "review", "why")
BINARY = "That is a file and no page of text. It can be kept as it is: choose it once more."


@signed_in
def keep(request: HttpRequest, me: Person) -> HttpResponse:
    """Show the form; keep the file that was sent."""
    if request.method != "POST":
        return _form(request, me, problem=BINARY if request.GET.get("binary") else "")
    upload = request.FILES.get("file")
    if upload is None:
        return _form(request, me, problem="Expected a file. Choose the one to keep.", status=422)
    try:
        said = {name: str(request.POST.get(name, ""))[:300] for name in FIELDS}
        of = str(request.POST.get("process", ""))
        done = keep_file(name=upload.name or "file", content=upload.read(), by=me.id, process=of, **said)  # type: ignore[arg-type]
    except (NotUsable, NotAllowed, NotPublishable) as refused:
        return _form(request, me, problem=str(refused), status=422)
    messages.info(request, f"Kept as version {done.number}.")
    return redirect("web:process", done.key)


def _form(request: HttpRequest, me: Person, *, problem: str, status: int = 200) -> HttpResponse:
    key = request.GET.get("process", "") or str(request.POST.get("process", ""))
    row = process(key) if key and meets(key, me.id) else None
    return show(
        request,
        "web/keep.html",
        status=status,
        at="library",
        problem=problem,
        given=request.POST,
        process=row,
        reviews=REVIEWS,
        groups=groups_met(me.id)[:500],
    )
