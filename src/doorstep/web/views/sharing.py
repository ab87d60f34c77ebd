"""Who may see this: restricting a process or a group, and giving rights on it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.library.errors import NotUsable
from doorstep.library.give_right import grant, withdraw_grant
from doorstep.library.models import Grant, Group, Process, Right
from doorstep.library.queries import owner_of
from doorstep.library.restrict import restrict
from doorstep.library.rights import is_restricted, may_share
from doorstep.library.seen import seen_by
from doorstep.people.clock import business_now
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person, Role
from doorstep.reading import words
from doorstep.web.paging import pages_of
from doorstep.web.screens import show, signed_in

SHOWN = 50
RIGHTS = ((Right.SEE, "read it"), (Right.START, "read and start it"), (Right.AMEND, "change it without asking"))


@dataclass(frozen=True, slots=True)
class Given:
    """A right that somebody was given, as a row."""

    id: UUID
    to: str
    may: str
    by: str
    of_group: bool


@signed_in
def process_sharing(request: HttpRequest, me: Person, key: str) -> HttpResponse:
    """Show or change who meets a process; for those who may not meet it there is none."""
    rows = Process.objects.select_related("group__champion", "owner", "owner_role", "expert", "expert_role")
    row = rows.filter(seen_by(me.id), key=key).first()
    if row is None:
        raise Http404
    return _sharing(request, me, row)


@signed_in
def group_sharing(request: HttpRequest, me: Person, group_id: UUID) -> HttpResponse:
    """Show or change who meets the processes of a group, to its champion and administrators."""
    row = Group.objects.select_related("champion").filter(id=group_id).first()
    if row is None or not may_share(row, me.id):
        raise Http404
    return _sharing(request, me, row)


def _sharing(request: HttpRequest, me: Person, on: Process | Group) -> HttpResponse:
    if request.method != "POST":
        return _screen(request, me, on)
    try:
        messages.info(request, _done(request, me, on))
    except (NotAllowed, NotUsable) as refused:
        status = 403 if isinstance(refused, NotAllowed) else 422
        return _screen(request, me, on, problem=str(refused), status=status)
    return redirect(request.path)


def _done(request: HttpRequest, me: Person, on: Process | Group) -> str:
    """Do what the button says, and say what happened."""
    match str(request.POST.get("do", "")).partition(":"):
        case ("restrict", _, _):
            restrict(on=on, by=me.id)
            return "From now on only those named below meet it."
        case ("open", _, _):
            restrict(on=on, by=me.id, restricted=False)
            return "From now on everybody of the organisation meets it."
        case ("give", _, _):
            to = _to(str(request.POST.get("to", "")).strip())
            right = _right(str(request.POST.get("right", "")))
            grant(right=right, to=to, on=on, by=me.id)
            return f"{to} may {dict(RIGHTS)[right]}."
        case ("withdraw", _, one):
            withdraw_grant(grant=_of(on, one), by=me.id)
            return "The right is taken back."
        case (other, _, _):
            raise NotUsable(f'Expected a button of this page, but got "{other}". Go back and press one.')


def _to(text: str) -> Person | Role:
    """Return the role or the person somebody typed.  Raises NotUsable."""
    role = Role.objects.filter(name__iexact=text).first()
    people = list(Person.objects.addressed(text)[:1]) or list(Person.objects.called(text)[:2])
    if role:
        return role
    if len(people) == 1:
        return people[0]
    why = "is the name of several people; write the address" if people else "is neither"
    raise NotUsable(f'Expected a role, or the name or address of somebody on record, but "{text}" {why}.')


def _right(text: str) -> Right:
    try:
        return Right(text)
    except ValueError as error:
        raise NotUsable(f'Expected to see, start or amend, but got "{text}". Choose one.') from error


def _of(on: Process | Group, text: str) -> UUID:
    """Return the grant of this process or group that a button names.  Raises NotUsable."""
    try:
        row = on.grants.filter(id=UUID(text)).first()
    except ValueError:
        row = None
    if row is None:
        raise NotUsable("That right was taken back already. Look at the page afresh.")
    return row.id


def _screen(
    request: HttpRequest, me: Person, on: Process | Group, *, problem: str = "", status: int = 200
) -> HttpResponse:
    process = on if isinstance(on, Process) else None
    group = process.group if process else on
    pages = pages_of(request, size=SHOWN)
    given = _grants(process, group if isinstance(group, Group) else None)
    shown, pages = pages.cut([_given(row, process) for row in given[pages.window]])
    return show(
        request,
        "web/sharing.html",
        status=status,
        at="library",
        process=process,
        group=group,
        name=str(on),
        restricted=on.restricted,
        by_group=bool(process and process.group and process.group.restricted),
        anybody=not (is_restricted(process) if process else on.restricted),
        may_share=may_share(on, me.id),
        may_share_group=isinstance(group, Group) and may_share(group, me.id),
        concerned=_concerned(process) if process else [],
        grants=shown,
        count=given.count(),
        pages=pages,
        rights=RIGHTS,
        problem=problem,
        to=request.POST.get("to", ""),
    )


def _grants(process: Process | None, group: Group | None) -> QuerySet[Grant]:
    """Select the rights given on a process and on its group."""
    on = Q(process=process) if process else Q(id__in=[])
    rows = Grant.objects.filter(on | (Q(group=group) if group else Q(id__in=[])))
    return rows.select_related("role", "person", "granted_by").order_by("granted_at", "id")


def _given(row: Grant, process: Process | None) -> Given:
    to = f"whoever holds {row.role}" if row.role else str(row.person)
    return Given(row.id, to, dict(RIGHTS)[Right(row.right)], str(row.granted_by or ""), bool(process and row.group_id))


def _concerned(process: Process) -> list[tuple[str, str]]:
    """Return whom a process concerns by its page: who, and why."""
    champion = process.group.champion if process.group else None
    found = [
        (owner_of(process, day=business_now().date()), "owns it"),
        (process.expert or process.expert_role, "knows it"),
        (champion, "is the champion of its group"),
    ]
    named = [(role.name, "is named by the page") for role in process.roles.order_by("name")]
    asked = Person.objects.filter(appearances__process=process).order_by("name")
    people = [(one.name, "is named by a step") for one in asked]
    reasons: dict[str, list[str]] = {}
    for who, why in [(str(who), why) for who, why in found if who] + named + people:
        reasons.setdefault(who, []).append(why)
    return [(who, words.listed(whys)) for who, whys in reasons.items()]
