"""Recalls: naming the step that was wrong, and looking at every run done on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.library.errors import NotUsable
from doorstep.library.models import Process
from doorstep.library.rights import is_leader
from doorstep.library.seen import seen_by
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.stewardship.models import Recall
from doorstep.stewardship.recall import recall as recall_step
from doorstep.stewardship.recall import versions_with
from doorstep.stewardship.recalls import affected, progress_of
from doorstep.stewardship.settle_follow_ups import settle_follow_ups
from doorstep.web.screens import show, signed_in

A_PAGE = 50


@signed_in
def new(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Ask which step was wrong on which versions, and why; then recall it."""
    row = Process.objects.select_related("group").filter(seen_by(me.id), key=key).first()
    if row is None:
        raise Http404
    if not (is_leader(row, me.id) or me.administrator):
        why = "Only those who look after a page may recall a step of it. Tell its owner what you know."
        return show(request, "web/refused.html", status=403, heading="Not for you", why=why, back=f"/library/{key}/")
    if request.method != "POST":
        return _form(request, row)
    try:
        made = recall_step(
            process=key,
            step=str(request.POST.get("step", "")),
            first=_number(request, "first"),
            last=_number(request, "last"),
            why=str(request.POST.get("why", "")),
            by=me.id,
        )
    except (NotUsable, NotAllowed) as refused:
        return _form(request, row, problem=str(refused))
    return redirect("web:recall", made.id)


def _number(request: HttpRequest, name: str) -> int:
    value = str(request.POST.get(name, ""))
    if not value.isdecimal() or len(value) > 9:
        raise NotUsable(f'Expected the number of a version, but got "{value[:40]}".')
    return int(value)


def _form(request: HttpRequest, row: Process, problem: str = "") -> HttpResponse:
    versions = versions_with(row)
    steps = dict.fromkeys(identity for version in versions for identity in version.identities.values())
    return show(
        request,
        "web/recall_new.html",
        status=422 if problem else 200,
        at="library",
        process=row,
        versions=versions,
        steps=list(steps),
        problem=problem,
        given=request.POST,
    )


@signed_in
def recall(request: HttpRequest, me: Person, recall_id: UUID) -> HttpResponse:
    """Show a recall's runs: all to those who look after the page, their own to others; or take down what was found."""
    row = Recall.objects.select_related("process__group", "by").filter(id=recall_id).first()
    if row is None:
        raise Http404
    leads = is_leader(row.process, me.id) or me.administrator or me.auditor
    mine = row.follow_ups.filter(person=me)
    if not leads and not mine.exists():
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            count = settle_follow_ups(
                recall=row.id, found=str(request.POST.get("found", "")), by=me.id, only=_only(request)
            )
        except (NotUsable, NotAllowed) as refused:
            problem = str(refused)
        else:
            messages.info(request, f"Thank you. Taken down for {'one run' if count == 1 else f'{count} runs'}.")
            return redirect(f"{request.path}?{request.GET.urlencode()}")
    return _screen(request, me, row, leads=leads, problem=problem)


def _only(request: HttpRequest) -> list[UUID] | None:
    """Return the follow-ups that were chosen; None for all of one's own."""
    if request.POST.get("do") == "all":
        return None
    try:
        return [UUID(one) for one in request.POST.getlist("only")]
    except ValueError as none:
        raise Http404 from none


def _screen(request: HttpRequest, me: Person, row: Recall, *, leads: bool, problem: str) -> HttpResponse:
    everybody = leads and request.GET.get("who") != "me"
    rows = row.follow_ups.select_related("person", "settled_by")
    rows = rows if everybody else rows.filter(person=me)
    rows = rows.filter(settled_at=None) if request.GET.get("open") else rows
    shown = Paginator(rows.order_by("settled_at", "id"), A_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "web/recall.html",
        status=422 if problem else 200,
        at="library",
        recall=row,
        process=row.process,
        leads=leads,
        everybody=everybody,
        only_open=bool(request.GET.get("open")),
        progress=progress_of(row.id),
        own=progress_of(row.id, person=me.id),
        rows=affected(list(shown)),
        page=shown,
        problem=problem,
    )
