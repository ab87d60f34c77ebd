"""The texts of a proposal: choosing where two changed the same, bringing an earlier one back, beginning a page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from doorstep.cases.refusals import NotPossible, Refused
from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.models import Process
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.stewardship.begin_page import begin_page, publish_begun
from doorstep.stewardship.models import Proposal, Revision
from doorstep.stewardship.propose import propose
from doorstep.stewardship.save_text import bring_back, choose, editable, merged_of, text_at
from doorstep.web.screens import show, signed_in
from doorstep.web.views.editor import not_now

MOST_TEXTS = 100


@signed_in
def merge(request: HttpRequest, me: Person, /, proposal_id: UUID, **which: int) -> HttpResponse:
    """Show what both changed side by side; save what was chosen."""
    read, mine, theirs = which["read"], which["mine"], which["theirs"]
    try:
        row = editable(proposal_id, me.id)
        if request.method == "POST":
            choices = {name.removeprefix("choice:"): value for name, value in request.POST.items()}
            choose(
                proposal=row.id, read=read, mine=mine, theirs=theirs, choices={k: str(v) for k, v in choices.items()},
                by=me.id,
            )  # fmt: skip
            messages.info(request, "Saved as you chose.")
            return redirect("web:edit", row.id)
        found = merged_of(row, read=read, mine=mine, theirs=theirs)
    except Refused as refused:
        return not_now(request, refused)
    authors = {one.number: one for one in row.revisions.select_related("by").filter(number__in=[mine, theirs])}
    other = authors.get(theirs)
    return show(
        request,
        "web/merge.html",
        at="library",
        proposal=row,
        conflicts=found.conflicts,
        other=other.by if other and other.by_id != me.id else None,
        other_at=other.at if other else None,
    )


@signed_in
def texts(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Show the texts that were saved; bring one back."""
    try:
        row = editable(proposal_id, me.id)
        if request.method == "POST":
            number = str(request.POST.get("number", ""))
            if not number.isdecimal() or len(number) > 8:
                raise NotPossible("Expected one of the texts in the list. Choose one.")
            bring_back(proposal=row.id, number=int(number), by=me.id)
            messages.info(request, "The earlier text is the page again. What it replaced is kept, too.")
            return redirect("web:edit", row.id)
        number = str(request.GET.get("text", ""))
        shown = text_at(row, int(number)) if number.isdecimal() and len(number) < 9 else None
    except Refused as refused:
        return not_now(request, refused)
    rows = Revision.objects.filter(proposal=row).select_related("by").defer("text").order_by("-number")[:MOST_TEXTS]
    return show(request, "web/texts.html", at="library", rows=rows, shown=shown, number=number, proposal=row)


@signed_in
@require_POST
def begin(request: HttpRequest, me: Person) -> HttpResponse:
    """Begin a page that is new."""
    try:
        row = begin_page(title=str(request.POST.get("title", "")), by=me.id)
    except NotAllowed as refused:
        back = reverse("web:library")
        return show(request, "web/refused.html", status=403, heading="Not begun", why=refused, back=back)
    return redirect(f"{reverse('web:edit', args=[row.id])}?open=title")


@signed_in
@require_POST
def amend(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Open the edit of a page somebody has begun, or begin one."""
    process = Process.objects.filter(key=key).first()
    try:
        if process is None:
            raise NotPossible("Expected the key of a process, but there is none of that key.")
        mine = Proposal.objects.filter(process=process, by=me, state="draft").exclude(text="")
        row = mine.order_by("-changed_at").first() or propose(process=process.id, step="", sentence="", by=me.id)
    except Refused as refused:
        return not_now(request, refused)
    at = str(request.POST.get("open", ""))
    return redirect(f"{reverse('web:edit', args=[row.id])}{f'?open={at}#step-{at}' if at.isdecimal() else ''}")


@signed_in
@require_POST
def publish_new(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Publish a page that is new."""
    try:
        published = publish_begun(proposal=proposal_id, by=me.id)
    except NotPublishable as refused:
        messages.error(request, str(refused), extra_tags="bad")
        return redirect("web:edit", proposal_id)
    except (NotAllowed, NotUsable) as refused:
        back = reverse("web:edit", args=[proposal_id])
        return show(request, "web/refused.html", status=403, heading="Not published", why=refused, back=back)
    except Refused as refused:
        return not_now(request, refused)
    messages.info(request, f"“{published.title}” is published as version {published.number}.")
    return redirect("web:process", published.key)
