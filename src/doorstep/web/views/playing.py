"""Playing a draft, and practising a page as one of those it asks: nothing is sent, nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from doorstep.cases.refusals import Refused
from doorstep.kernel.program import Program
from doorstep.library.models import Version, VersionState
from doorstep.library.programs import program_of
from doorstep.library.seen import seen_by
from doorstep.people.models import Membership, Person
from doorstep.reading.page import Page
from doorstep.rehearsal.practise import asked_of, is_for
from doorstep.stewardship.save_text import editable
from doorstep.web.checking import checked
from doorstep.web.play_rows import roles_of, rows_shown
from doorstep.web.play_script import MOST_BYTES, Game, Refusal, game_of, line_sent
from doorstep.web.screens import show, signed_in
from doorstep.web.steps import rows_of
from doorstep.web.views.editor import not_now

READABLE = (VersionState.EFFECTIVE, VersionState.APPROVED, VersionState.IN_REVIEW)


@signed_in
def play(request: HttpRequest, me: Person, proposal_id: UUID) -> HttpResponse:
    """Play the text of a proposal as it is now."""
    try:
        row = editable(proposal_id, me.id)
    except Refused as refused:
        return not_now(request, refused)
    found, _ = checked(row.text)
    back = reverse("web:edit", args=[row.id])
    if found.program is None:
        errors = [fault for fault in found.faults if fault.severity == "error"]
        return show(request, "web/play_not.html", status=422, at="library", page=found.page, errors=errors, back=back)
    return _screen(request, me, found.page, found.program, back=back, back_says="Back to the editor")


@signed_in
def practise(request: HttpRequest, me: Person, key: str, number: int) -> HttpResponse:
    """Practise a version as one of those it asks: their steps are mine, the others answer by themselves."""
    rows = Version.objects.select_related("process").filter(seen_by(me.id, process="process"))
    version = rows.filter(process__key=key, number=number, state__in=READABLE).first()
    if version is None:
        raise Http404
    page, program = program_of(version.id)
    back = reverse("web:version", args=[key, number])
    roles = roles_of(program)
    if not roles:
        return show(request, "web/play_not.html", status=422, at="library", page=page, errors=(), back=back)
    return _screen(
        request,
        me,
        page,
        program,
        back=back,
        back_says="Back to the page",
        role=_role(request, me, roles),
        roles=roles,
        version=version,
    )


def _role(request: HttpRequest, me: Person, roles: tuple[str, ...]) -> str:
    """Return as whom somebody practises: as they say, else the first of their own roles, else the first of the page."""
    wanted = str(request.POST.get("role") or request.GET.get("role") or "").casefold()
    mine = Membership.objects.filter(person=me).values_list("role__name", flat=True)
    names = [wanted, me.email.casefold(), *(role.casefold() for role in mine)]
    known = {role.casefold(): role for role in roles}
    return next((known[name] for name in names if name in known), roles[0])


def _screen(
    request: HttpRequest, me: Person, page: Page, program: Program, *, role: str = "", **context: Any
) -> HttpResponse:
    """Play what was played so far, do what was sent, and show it."""
    problem = ""
    try:
        lines = _lines(request)
    except Refusal as refused:
        lines, problem = [], str(refused)
    game = game_of(page, program, lines, me=me, role=role)
    if request.method == "POST" and not problem:
        game, problem = _go_on(request, game, me)
    status = 422 if problem else 200
    return show(
        request,
        "web/play.html",
        status=status,
        at="library",
        page=page,
        game=game,
        problem=problem,
        role=role,
        **rows_shown(game, request),
        **context,
        **_comes_in(page, program, role),
    )


def _go_on(request: HttpRequest, game: Game, me: Person) -> tuple[Game, str]:
    match request.POST.get("act"):
        case "again":
            return game.at(()), ""
        case "back":
            return game.at(game.without_last()), ""
        case None | "":
            return game, ""
        case _:
            try:
                return game.after(line_sent(request, game, me)), ""
            except Refusal as refused:
                return game, str(refused)


def _lines(request: HttpRequest) -> list[Mapping[str, object]]:
    """Return the lines played so far, as the form carries them.  Raises Refusal."""
    sent = str(request.POST.get("script", "")) or "[]"
    try:
        lines = json.loads(sent) if len(sent) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        lines = None
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise Refusal("Expected what was played so far, but it cannot be read. The play begins anew.")
    return lines


def _comes_in(page: Page, program: Program, role: str) -> dict[str, object]:
    """Return where somebody comes in: the numbers of their steps and their names."""
    if not role:
        return {"comes_in": ()}
    names = set(asked_of(program, is_for(role)))
    return {"comes_in": [row for row in rows_of(page) if row.name in names]}
