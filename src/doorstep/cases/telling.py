"""Tellings: what the page says to somebody, and what the starter must hear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from doorstep.cases import asking, orders, seals
from doorstep.cases.asked import facts_at
from doorstep.cases.channels import Target, target_of
from doorstep.cases.models import Case
from doorstep.cases.naming import filled
from doorstep.cases.rows import delivery_row
from doorstep.kernel.commands import CloseCase, OfCase, Tell
from doorstep.people.reference import PersonRef
from doorstep.people.resolve import Found, NotFound
from doorstep.reading import page
from doorstep.reading.addressees import write_addressee

if TYPE_CHECKING:
    from doorstep.cases.advance import Handoff

STARTER = write_addressee(page.Starter())


def tell(handoff: Handoff, command: Tell) -> None:
    """Tell somebody: the step's own words, or why the starter should know."""
    if command.purpose == "changed":
        asking.changed(handoff, command)
        _tell_asked(handoff, command)
        return
    whom = asking.whom(handoff, command, command.to) if command.to else asking.whom_of_case(handoff, STARTER)
    match whom:
        case NotFound(why=why) if command.purpose == "tell":
            orders.not_found(handoff, command, why)
        case NotFound():
            pass  # the starter has left: the case's page still says it, and its owner sees stuck steps
        case Found(persons=persons):
            _to(handoff, command, persons)


def _to(handoff: Handoff, command: Tell, persons: Iterable[PersonRef]) -> None:
    """Queue a telling to each of some people."""
    step = asking.step_at(handoff, command) if command.step else None
    said = step.card.action if step and step.card else None
    wanted = said.channel or "" if isinstance(said, page.Tell) and command.purpose == "tell" else ""
    for person in persons:
        queue(handoff, command, target_of(person, wanted), brief=_brief(handoff, command))


def _brief(handoff: Handoff, command: Tell) -> Mapping[str, object]:
    """Return what a telling must say; the quotation is filled in now, as the page says it at this moment."""
    brief: dict[str, object] = {"why": command.why, "about": command.purpose, "step": command.step}
    step = asking.step_at(handoff, command) if command.step else None
    if command.purpose == "tell" and step and step.quotation:
        facts = facts_at(handoff.case.page, handoff.state, command.step, command.instance)
        brief["quotation"] = filled(step.quotation, facts)
        brief["attach"] = [name.strip("{} ") for name in (step.card.attach if step.card else ())]
    return brief


def queue(handoff: Handoff, command: OfCase, target: Target, *, brief: Mapping[str, object]) -> None:
    """Queue one telling; the same thing about the same step and round is told once."""
    place = orders.place_of(handoff, command)
    about = f"{command.purpose or 'closed'}#{place['step']}#{place['instance']}#{place['round']}"
    told = [row for row in handoff.writes.rows("delivery") if row["about"] == about]
    number = 1 if command.purpose == "tell" else handoff.case.seq * 100 + len(told)
    row = delivery_row(
        purpose="tell",
        n=number,
        queued_at=handoff.at,
        real=handoff.real,
        case_id=handoff.case.id,
        ask_id=None,
        about=about,
        position=handoff.case.seq,
        addressee=target.addressee,
        person=target.person,
        channel=target.channel,
        connection=target.connection,
        brief=seals.seal_json(handoff.case.salt, dict(brief)),
        **asking.already(target, handoff.at),
    )
    handoff.writes.add("delivery", row)


def _tell_asked(handoff: Handoff, command: Tell) -> None:
    """Tell whoever is asked that what they would approve has changed: on the thread of the ask."""
    place = orders.place_of(handoff, command)
    brief = seals.seal_json(handoff.case.salt, {"why": command.why})
    row = {**place, "purpose": "change", "lane": "asks", "rank": 0, "n": handoff.case.seq, "brief": brief}
    late = {"at": handoff.at, "real": handoff.real, "position": handoff.case.seq}
    handoff.writes.add("follow", {**row, **late})


def closed(handoff: Handoff, command: CloseCase) -> None:
    """Tell whoever started it that it is done, has failed or was cancelled; done only if they want good news."""
    if command.result == "done" and Case.objects.filter(id=handoff.case.id, quiet_since__isnull=False).exists():
        return
    found = asking.whom_of_case(handoff, STARTER)
    if isinstance(found, Found):
        brief = {"about": "closed", "result": command.result, "why": command.why}
        for person in found.persons:
            queue(handoff, command, target_of(person), brief=brief)
