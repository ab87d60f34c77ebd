"""Ask someone else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases import directory
from doorstep.cases.advance import advance
from doorstep.cases.asked import Doers, facts_at, node_at
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.refusals import NotPossible
from doorstep.cases.result import Result
from doorstep.cases.rights import require_reassign
from doorstep.kernel.events import AskReassigned, Instance
from doorstep.people.resolve import NotFound


def reassign(
    *,
    case_id: UUID,
    step: str,
    to: str,
    by: UUID,
    reason: str = "",
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Ask someone else to do a step; the first addressee's ask is withdrawn.

    ``to`` is an addressee as cards write it: an address, a role.  Within the step's Who the starter, the
    owner and the expert may; beyond it only the owner.
    """
    now = at or business_now()

    def event(case: Loaded) -> AskReassigned:
        require_reassign(case, by=by, within=_within(case, place=(step, instance), to=to, at=now))
        return AskReassigned(at=now, by=str(by), step=step, instance=instance, to=to, reason=reason)

    return advance(case_id=case_id, event=event, key=key)


def _within(case: Loaded, *, place: tuple[str, Instance], to: str, at: datetime) -> bool:
    """Say whether everybody meant by ``to`` is among those the step's Who means.  Raises NotPossible for nobody."""
    named = _persons(case, place, to, at)
    if not named:
        raise NotPossible(f"Nobody can be asked as “{to}”. Name a person by address, or a role.")
    who = node_at(case.page, case.state, place[0]).who
    return named <= _persons(case, place, who, at) if who else False


def _persons(case: Loaded, place: tuple[str, Instance], to: str, at: datetime) -> set[UUID]:
    """Return the persons an addressee means, who stands in for them included."""
    found = directory.found(
        to,
        facts=facts_at(case.page, case.state, *place),
        starter=case.starter,
        doers=Doers(case.page, case.state),
        at=at,
        process=case.page.process_key,
    )
    return set() if isinstance(found, NotFound) else {one.id for one in (*found.persons, *found.stand_ins)}
