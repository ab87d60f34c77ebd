"""Publishing by paste or upload: what the text means is shown before it counts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.publish import faults_of, publish, same_step_candidates
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.web.screens import show, signed_in
from doorstep.web.steps import rows_of
from doorstep.web.views.process import drawn

EXAMPLE = """# Approve an expense

- Owner: Finance

| Fact | Kind | From |
|---|---|---|
| amount | money | whoever starts |

## Approve the amount

- Who: manager of whoever started this
- Approve: {amount}
- Due: 2 working days
- If rejected: "Mend the expense", then ask again

## Mend the expense

- Who: whoever started this
- Fill in: amount (money)
"""


@signed_in
def publish_page(request: HttpRequest, me: Person) -> HttpResponse:
    """Show the form; check or publish what was sent."""
    if request.method != "POST":
        return show(request, "web/publish.html", at="library", example=EXAMPLE, text=request.GET.get("text", ""))
    text = _text(request)
    if request.POST.get("do") != "publish":
        return meaning(request, text)
    try:
        published = publish(text=text, by=me.id, file=_file_name(request), identities=_same(request))
    except NotPublishable:
        return meaning(request, text)
    except (NotAllowed, NotUsable) as refused:
        back = reverse("web:publish")
        return show(request, "web/refused.html", status=403, heading="Not published", why=refused, back=back)
    said = (
        f"Version {published.number} is published."
        if published.new
        else "It says the same as before: nothing to publish."
    )
    messages.info(request, said)
    return redirect("web:process", published.key)


def meaning(request: HttpRequest, text: str) -> HttpResponse:
    """Show a text's faults, sentences and flow."""
    page, faults = faults_of(text, _file_name(request))
    errors = sum(fault.severity == "error" for fault in faults)
    pairs = same_step_candidates(text=text)
    candidates: dict[str, list[str]] = {}
    for pair in pairs:
        candidates.setdefault(pair.vanished, []).append(pair.appeared)
    return show(
        request,
        "web/publish.html",
        at="library",
        example=EXAMPLE,
        text=text,
        checked=True,
        ready=not errors,
        errors=errors,
        faults=faults,
        candidates=list(candidates.items()),
        title=page.title,
        rows=rows_of(page),
        flow=drawn(page) if page.steps else "",
    )


def _text(request: HttpRequest) -> str:
    """Return the uploaded file's text, or what was pasted."""
    upload = request.FILES.get("file")
    raw = upload.read().decode("utf-8", errors="replace") if upload else str(request.POST.get("text", ""))
    return raw.replace("\r\n", "\n")


def _file_name(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    return (upload.name or "") if upload else ""


def _same(request: HttpRequest) -> dict[str, str]:
    """Return the headings said to continue a step, with its heading before."""
    pairs = [value.replace("\r\n", "\n").split("\n", 1) for value in request.POST.getlist("same") if value]
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
