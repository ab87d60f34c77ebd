"""Publishing by paste or upload: what the text means is shown before it counts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.models import Level, Materiality, Process, VersionState
from doorstep.library.publish import Draft, Published, draft_of, process_titled, publish, same_step_candidates
from doorstep.library.rights import require_publisher
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.reading.flow import NARROW
from doorstep.reading.levels import LEVELS, MEANINGS
from doorstep.stewardship.propose import propose
from doorstep.web.screens import show, signed_in
from doorstep.web.steps import rows_of
from doorstep.web.views.process import drawn

MEANT = {
    Materiality.EDITORIAL: "editorial: words alone",
    Materiality.CLARIFYING: "clarifying: what was meant is clearer",
    Materiality.MATERIAL: "material: somebody does something else",
    Materiality.CRITICAL: "critical: doing it the old way does harm",
}
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
    if text is None:
        return redirect(f"{reverse('web:keep')}?binary=1")
    if request.POST.get("do") == "propose":
        return _propose(me, text)
    if request.POST.get("do") != "publish":
        return meaning(request, me, text)
    try:
        published = publish(text=text, by=me.id, file=_file_name(request), identities=_same(request), **_how(request))
    except NotPublishable:
        return meaning(request, me, text)
    except NotUsable as refused:
        return meaning(request, me, text, problem=str(refused))
    except NotAllowed as refused:
        back = reverse("web:publish")
        return show(request, "web/refused.html", status=403, heading="Not published", why=refused, back=back)
    messages.info(request, _said(published))
    return redirect("web:process", published.key)


def _propose(me: Person, text: str) -> HttpResponse:
    """Make a text that amends a page in force a proposal, which is then sent for approval."""
    known = amended(text, me)
    if known is None:
        raise Http404
    row = propose(process=known.id, step="", sentence="", text=text, by=me.id)
    return redirect("web:proposal", row.id)


def amended(text: str, me: Person) -> Process | None:
    """Return the process in force that a text would amend."""
    row = process_titled(draft_of(text).page.title, by=me.id)
    return row if row and row.versions.filter(state=VersionState.EFFECTIVE).exists() else None


def _may_publish(row: Process, me: Person) -> bool:
    try:
        require_publisher(row, me.id)
    except NotAllowed:
        return False
    return True


def _how(request: HttpRequest) -> dict[str, Any]:
    """Return at which level, from when, how much it changes and why, as the form says.  Raises NotUsable."""
    level, materiality = str(request.POST.get("level", "")), str(request.POST.get("materiality", ""))
    day = str(request.POST.get("effective", "")).strip()
    try:
        effective = date.fromisoformat(day) if day else None
    except ValueError as none:
        raise NotUsable(f'Expected a date such as 2026-04-01, but got "{day[:40]}".') from none
    return {
        "level": Level(level) if level in Level.values else None,
        "materiality": Materiality(materiality) if materiality in Materiality.values else Materiality.MATERIAL,
        "why": str(request.POST.get("why", "")).strip()[:2000],
        "effective_from": effective,
    }


def _said(published: Published) -> str:
    if not published.new:
        return "It says the same as before: nothing to publish."
    if published.state == VersionState.APPROVED:
        return f"Version {published.number} is approved and takes effect at its date."
    return f"Version {published.number} is published."


def meaning(request: HttpRequest, me: Person, text: str, problem: str = "") -> HttpResponse:
    """Show a text's faults, sentences and flow, and what it can be published as."""
    draft = draft_of(text, _file_name(request))
    page, faults = draft.page, draft.faults
    errors = sum(fault.severity == "error" for fault in faults)
    pairs = same_step_candidates(text=text, by=me.id)
    candidates: dict[str, list[str]] = {}
    for pair in pairs:
        candidates.setdefault(pair.vanished, []).append(pair.appeared)
    known = amended(text, me)
    return show(
        request,
        "web/publish.html",
        status=422 if problem else 200,
        at="library",
        example=EXAMPLE,
        text=text,
        problem=problem,
        checked=True,
        amends=known,
        may_publish=known is None or _may_publish(known, me),
        ready=draft.reaches is not None,
        whole=not errors,
        errors=errors,
        faults=faults,
        levels=_levels(draft),
        chosen=(request.POST.get("level") if problem else "") or draft.reaches,  # a mended text reaches more
        materialities=[(one.value, MEANT[one]) for one in Materiality],
        given=request.POST,
        candidates=list(candidates.items()),
        title=page.title,
        rows=rows_of(page),
        flow=drawn(page, size=NARROW) if page.steps else "",
    )


def _levels(draft: Draft) -> list[tuple[str, str]]:
    """Return the levels a text can be published at, the highest first, with what each means."""
    if draft.reaches is None:
        return []
    reached = LEVELS[1 : LEVELS.index(draft.reaches) + 1]
    return [(level, MEANINGS[level]) for level in reversed(reached)]


def _text(request: HttpRequest) -> str | None:
    """Return the uploaded file's text, or what was pasted; None for a file that is no text."""
    upload = request.FILES.get("file")
    content = upload.read() if upload else b""
    if b"\0" in content or content.startswith(b"%PDF-"):
        return None
    raw = content.decode("utf-8", errors="replace") if upload else str(request.POST.get("text", ""))
    return raw.replace("\r\n", "\n")


def _file_name(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    return (upload.name or "") if upload else ""


def _same(request: HttpRequest) -> dict[str, str]:
    """Return the headings said to continue a step, with its heading before."""
    pairs = [value.replace("\r\n", "\n").split("\n", 1) for value in request.POST.getlist("same") if value]
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
