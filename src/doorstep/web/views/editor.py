"""The editor of a page: forms beside sentences, the text beside what it means, faults beside what they concern."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from doorstep.cases.refusals import NotAllowed, NotFound, NotPossible, Refused
from doorstep.people.models import Person
from doorstep.reading import editing
from doorstep.reading.beside import mended
from doorstep.reading.check import Checked
from doorstep.reading.editing import NotEditable
from doorstep.reading.flow import NARROW
from doorstep.reading.keys import STEP_KEYS, TITLE_KEYS
from doorstep.reading.levels import MEANINGS, reach
from doorstep.reading.page import Page
from doorstep.reading.text import read
from doorstep.reading.writing import title_items, write
from doorstep.stewardship.models import Proposal
from doorstep.stewardship.save_text import Saved, editable, save_text, text_at
from doorstep.web.checking import checked
from doorstep.web.editor_forms import ASKS, DOES, card_sent, renamed_in, rows_sent, written
from doorstep.web.screens import show, signed_in
from doorstep.web.sheet import sheet
from doorstep.web.steps import rows_of
from doorstep.web.suggestions import names_like, suggestions
from doorstep.web.views.process import drawn

TEXT = "text"
MOST_RENAMES = 5


@dataclass(frozen=True, slots=True)
class Rename:
    """A fact that was given another name, and the lines that still use the old one: as they are, as they would be."""

    was: str
    now: str
    lines: tuple[tuple[str, str], ...]


@signed_in
def edit(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Show the editor; do one edit and show what it made."""
    try:
        row = editable(proposal_id, me.id)
        return _edit(request, me, row) if request.method == "POST" else _screen(request, row, row.text)
    except (NotFound, NotAllowed, NotPossible) as refused:
        return not_now(request, refused)


def not_now(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Say why somebody cannot edit."""
    status = 404 if isinstance(refused, NotFound) else 403 if isinstance(refused, NotAllowed) else 409
    back = reverse("web:library")
    return show(request, "web/refused.html", status=status, at="library", heading="Not to edit", why=refused, back=back)


@signed_in
@require_POST
def check_text(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Return the faults of a text that is being typed, and what it means."""
    try:
        row = editable(proposal_id, me.id)
    except Refused as refused:
        return JsonResponse({"why": str(refused)}, status=403)
    text = str(request.POST.get("text", "")).replace("\r\n", "\n")
    found, spots = checked(text)
    faults = [
        {
            "line": spot.fault.place.line,
            "column": spot.fault.place.column,
            "code": spot.fault.code,
            "severity": spot.fault.severity,
            "text": spot.fault.text,
            "came": spot.fault.came,
            "suggestion": spot.fault.suggestion or "",
        }
        for spot in spots
    ]
    side = render_to_string(
        "web/_editor_means.html",
        {**_means(found.page, spots, TEXT), "level": level_of(text, found), "proposal": row},
        request=request,
    )
    return JsonResponse({"faults": faults, "side": side})


@signed_in
def suggest(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Return names on record that are like what was typed."""
    try:
        editable(proposal_id, me.id)
    except Refused as refused:
        return JsonResponse({"why": str(refused)}, status=403)
    return JsonResponse({"names": names_like(str(request.GET.get("q", "")))})


# -- Showing -------------------------------------------------------------------------------------


def _screen(request: HttpRequest, row: Proposal, text: str, *, problem: str = "", revision: int = 0) -> HttpResponse:
    found, spots = checked(text)
    open_ = str(request.GET.get("open", ""))
    shown = sheet(found.page, spots, open_=open_)
    as_ = TEXT if request.GET.get("as") == TEXT else "page"
    lists = suggestions(found.page, shown.opened).lists if open_ or as_ == TEXT else {}
    return show(
        request,
        "web/editor.html",
        status=422 if problem else 200,
        at="library",
        proposal=row,
        revision=revision or row.revision,
        as_=as_,
        sheet=shown,
        text=text,
        problem=problem,
        asks=ASKS,
        does=DOES,
        lists=lists if open_ else {},
        head_items=title_items(found.page.card).items(),
        names=names_of(lists),
        new=row.process_id is None,
        level=level_of(text, found),
        renames=_renames(found.page, request.GET.getlist("was"), request.GET.getlist("is")),
        **_means(found.page, spots, as_),
    )


def _renames(page: Page, was: Sequence[str], now: Sequence[str]) -> list[Rename]:
    """Return where the page still uses the old names of facts that were given others."""
    names = {fact.name for fact in page.facts}
    pairs = [(old, new) for old, new in zip(was, now, strict=False) if new in names and old not in names]
    found = (Rename(old, new, editing.uses(page, old, new)) for old, new in pairs[:MOST_RENAMES] if old)
    return [one for one in found if one.lines]


def names_of(lists: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return what the text editor offers while somebody types."""
    keys = [*STEP_KEYS, *(key for key in TITLE_KEYS if key not in STEP_KEYS)]
    facts = [fact.strip("{}") for fact in lists.get("facts", ())]
    return {"keys": keys, "facts": facts, "addressees": list(lists.get("addressees", ()))}


def level_of(text: str, found: Checked) -> str:
    """Say what a page can do as it is."""
    level = reach(text, found.page, found.faults)
    return MEANINGS[level] if level else "no page yet: it needs a title"


def _means(page: Page, spots: tuple[Any, ...], as_: str) -> dict[str, Any]:
    """Return what stands beside the page: its faults, and its flow or its sentences."""
    errors = sum(spot.fault.severity == "error" for spot in spots)
    return {
        "page": page,
        "spots": spots[:50],
        "more_spots": max(0, len(spots) - 50),
        "errors": errors,
        "warnings": len(spots) - errors,
        "flow": drawn(page, size=NARROW) if page.steps else "",
        "said": rows_of(page) if as_ == TEXT else (),
    }


# -- Editing -------------------------------------------------------------------------------------

Change = Callable[[Page, QueryDict], Page]


def _edit(request: HttpRequest, me: Person, row: Proposal) -> HttpResponse:
    """Do one edit on the revision that was read, and save it over what stands now."""
    sent = request.POST
    number = _number(sent, "revision", row.revision)
    before = text_at(row, number)
    try:
        text, renamed = _changed(before, sent)
        saved = save_text(proposal=row.id, text=text, read_revision=number, by=me.id, renamed=renamed)
    except (NotEditable, NotPossible) as refused:
        if sent.get("do") == TEXT:
            return _screen(request, row, str(sent.get("text", "")), problem=str(refused), revision=number)
        messages.error(request, str(refused), extra_tags="bad")
        return _back(row, sent)
    return _after(request, row, sent, saved, renamed=renamed)


def _after(
    request: HttpRequest, row: Proposal, sent: QueryDict, saved: Saved, *, renamed: Mapping[str, str]
) -> HttpResponse:
    if saved.conflicts:
        return HttpResponseRedirect(reverse("web:merge", args=[row.id, saved.read, saved.mine, saved.theirs]))
    if saved.merged and saved.mine:
        messages.info(request, "Somebody else saved meanwhile. Both your changes are in the page now.")
        sent = _found_again(sent, renamed, saved.text)
    elif sent.get("do") == "remove":
        said = "It is taken off the page. “Earlier texts” brings it back."
        messages.info(request, said)
    return _back(row, sent)


def _found_again(sent: QueryDict, renamed: Mapping[str, str], text: str) -> QueryDict:
    """Return what was sent with the open step where it stands now, after others moved it."""
    names = [step.name for step in read(text).page.walk()]
    at = next((str(names.index(name)) for name in renamed if name in names), "")
    if at and sent.get("open"):
        sent = sent.copy()
        sent["open"], sent["anchor"] = at, f"step-{at}"
    return sent


def _back(row: Proposal, sent: Mapping[str, str]) -> HttpResponse:
    """Return to the editor where somebody was."""
    open_ = str(sent.get("open", ""))
    said = [(name, value) for name, value in (("as", sent.get("as", "")), ("open", open_)) if value]
    named = renamed_in(sent) if sent.get("do") == "facts" else []
    query = urlencode(
        [*said, *((name, value) for pair in named for name, value in zip(("was", "is"), pair, strict=True))]
    )
    address = reverse("web:edit", args=[row.id])
    anchor = str(sent.get("anchor", ""))
    return HttpResponseRedirect(f"{address}{f'?{query}' if query else ''}{f'#{anchor}' if anchor else ''}")


def _changed(before: str, sent: QueryDict) -> tuple[str, dict[str, str]]:
    """Return the text after an edit, and which new heading continues which.  Raises NotEditable."""
    do = str(sent.get("do", ""))
    if do == TEXT:
        return str(sent.get("text", "")).replace("\r\n", "\n"), {}
    if do == "mend":
        return _mend(before, sent), {}
    page = read(before).page
    change = _CHANGES.get(do)
    if change is None:
        raise NotEditable("Expected something to do with the page, but got nothing we know. Load the page again.")
    after = change(page, sent)
    renamed = _renamed(page, after, sent) if do == "step" else {}
    return (before if after == page else write(after)), renamed


def _mend(before: str, sent: QueryDict) -> str:
    """Return the text with a suggestion taken.  Raises NotEditable."""
    wanted = str(sent.get("place", ""))
    _, spots = checked(before)
    places = {f"{one.fault.code} {one.fault.place.line} {one.fault.place.column}": one.fault for one in spots}
    fault = places.get(wanted)
    text = mended(before, fault) if fault else None
    if text is None:
        raise NotEditable("Expected the fault to be there still, but the text has changed. Look again.")
    return text


def _renamed(before: Page, after: Page, sent: QueryDict) -> dict[str, str]:
    at = _number(sent, "at", -1)
    return {editing.step_at(after, at).name: editing.step_at(before, at).name}


def _number(sent: QueryDict, name: str, default: int) -> int:
    value = str(sent.get(name, ""))
    return int(value) if value.isdecimal() and len(value) < 9 else default


def _at(sent: QueryDict) -> int:
    return _number(sent, "at", -1)


def _after_which(sent: QueryDict) -> int | None:
    at = _at(sent)
    return at if at >= 0 else None


def _place(page: Page, sent: QueryDict) -> Page:
    parent = _number(sent, "parent", -1)
    return editing.move_to(page, _at(sent), parent=parent if parent >= 0 else None, index=_number(sent, "index", 0))


def _intro(page: Page, sent: QueryDict) -> Page:
    body, tail = (str(sent.get(name, "")).replace("\r\n", "\n") for name in ("body", "tail"))
    return editing.set_intro(page, body=body, tail=tail)


_CHANGES: Mapping[str, Change] = {
    "step": lambda page, sent: editing.set_step(page, _at(sent), written(sent)),
    "title": lambda page, sent: editing.set_title(
        page, title=str(sent.get("name", "")), card=card_sent(sent, TITLE_KEYS)
    ),
    "intro": _intro,
    "facts": lambda page, sent: editing.set_facts(page, tuple(rows_sent(sent))),
    "rename": lambda page, sent: editing.rename_fact(page, str(sent.get("was", "")), str(sent.get("is", ""))),
    "add": lambda page, sent: editing.add(page, after=_after_which(sent)),
    "branch": lambda page, sent: editing.add_branch(page, after=_after_which(sent)),
    "group": lambda page, sent: editing.add_group(page, after=_after_which(sent)),
    "remove": lambda page, sent: editing.remove(page, _at(sent)),
    "up": lambda page, sent: editing.move(page, _at(sent), up=True),
    "down": lambda page, sent: editing.move(page, _at(sent), up=False),
    "place": _place,
}
