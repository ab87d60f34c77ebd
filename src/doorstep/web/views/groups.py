"""Groups: who looks after them, who knows their processes, who is on point for the roles that own them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from doorstep.cases.clock import business_now
from doorstep.library.models import Group, Process
from doorstep.library.seen import may_meet, seen_by
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Membership, Person, Role
from doorstep.people.on_point import Turn, on_point
from doorstep.people.rights import is_administrator
from doorstep.stewardship.own.group import may_change, name_champion, name_expert
from doorstep.stewardship.own.point import hand_point, set_turn
from doorstep.web.paging import pages_of
from doorstep.web.people_named import person_named
from doorstep.web.screens import show, signed_in

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Point:
    """A role that owns something, whose turn it is, its holders, and whether the reader may hand the point on."""

    turn: Turn
    days: int
    holders: tuple[str, ...]
    may: bool


@signed_in
def groups(request: HttpRequest, me: Person) -> HttpResponse:
    """Show the groups with their champions."""
    seen = Count("processes", filter=Q(processes__in=Process.objects.filter(seen_by(me.id)).values("id")))
    rows = Group.objects.select_related("champion").annotate(count=seen).filter(count__gt=0).order_by("name")
    pages = pages_of(request, size=SHOWN)
    shown, pages = pages.cut(list(rows[pages.window]))
    return show(request, "web/groups.html", groups=shown, pages=pages)


@signed_in
def group(request: HttpRequest, me: Person, group_id: UUID) -> HttpResponse:
    """Show one group, and change what its reader may change."""
    met = Process.objects.filter(seen_by(me.id), group=group_id, versions__state="effective")
    count, row = met.count(), Group.objects.select_related("champion").filter(id=group_id).first()
    if row is None or not count:
        raise Http404
    problem = _changed(request, me, row) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("web:group", group_id)
    changes, pages = may_change(row, me.id), pages_of(request, size=SHOWN)
    processes, pages = pages.cut(list(met.select_related(*_NAMED).order_by("title", "id")[pages.window]))
    return show(
        request,
        "web/group.html",
        status=422 if problem else 200,
        group=row,
        processes=[(one, changes or me.id in {one.owner_id, one.custodian_id}) for one in processes],
        count=count,
        pages=pages,
        points=_points(me, met, champion=row.champion_id == me.id),
        may=changes,
        problem=problem,
    )


_NAMED = ("owner", "owner_role", "expert", "expert_role", "custodian")


def _points(me: Person, met: QuerySet[Process], *, champion: bool) -> list[Point]:
    """Return who is on point for the roles that own or know something in a group.  A constant number of queries."""
    answering = Q(id__in=met.values("owner_role")) | Q(id__in=met.values("expert_role"))
    named = {role.id: role for role in Role.objects.filter(answering)}
    turns = on_point(named, at=business_now())
    held = Membership.objects.filter(role__in=named, person__left_on=None).select_related("person")
    holders = {role: [one.person for one in held if one.role_id == role] for role in named}
    may_all = champion or is_administrator(me.id)
    return [
        Point(
            turn,
            named[role].turn_days,
            tuple(sorted({one.name for one in holders[role]})),
            may_all or me.id in {one.id for one in holders[role]},
        )
        for role, turn in sorted(turns.items(), key=lambda pair: pair[1].role_name)
    ]


def _changed(request: HttpRequest, me: Person, row: Group) -> str:
    """Do what the button says; return why it was refused."""
    try:
        messages.info(request, _done(request, me, row))
    except (NotAllowed, NotUsable) as refused:
        return str(refused)
    except ValueError:
        return "Expected a number of days, but got something else. Type a number such as 7."
    return ""


def _done(request: HttpRequest, me: Person, row: Group) -> str:
    now, do = business_now(), request.POST.get("do")
    named = str(request.POST.get("who", ""))
    if do == "champion":
        champion = person_named(named) if named.strip() else None
        name_champion(group=row.id, champion=champion.id if champion else None, by=me.id, at=now)
        return f"{champion} looks after {row} now." if champion else f"{row} has no champion now."
    if do == "expert":
        process = UUID(str(request.POST.get("process", "")))
        if not may_meet(process, me.id):
            raise NotUsable("This page is not there any more. Look at the group again.")
        expert = person_named(named)
        name_expert(process=process, expert=expert.id, by=me.id, at=now)
        return f"The page names {expert} as its expert now."
    role = UUID(str(request.POST.get("role", "")))
    if do == "point":
        person = person_named(named)
        hand_point(role=role, to=person.id, by=me.id, at=now)
        return f"{person} is on point now."
    if do == "turn":
        set_turn(role=role, days=int(str(request.POST.get("days", ""))), by=me.id)
        return "The length of a turn is changed."
    raise NotUsable("Expected champion, expert, point or turn, but the form said something else. Try again.")
