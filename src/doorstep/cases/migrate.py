"""Move a running case to another version of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.advance import Handoff, once_more, result_of, taken
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.loaded import Loaded, load_case
from doorstep.cases.pages import indexed
from doorstep.cases.refusals import NotPossible
from doorstep.cases.result import Result
from doorstep.cases.rights import require_owner_or_expert
from doorstep.kernel.events import CaseMigrated
from doorstep.library.models import Version


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving a case does, by the names of the steps."""

    added: tuple[str, ...]  # new steps that are still to come or, before this point, were skipped
    gone: tuple[str, ...]  # settled steps that are in the journal only
    withdrawn: tuple[str, ...]  # open steps that no longer hold
    opened: tuple[str, ...]  # steps asked because of it


def migrate(
    *, case_id: UUID, version_id: UUID, by: UUID, reason: str = "", at: datetime | None = None, key: str = ""
) -> Result:
    """Move a case; settled steps are kept by identity.  Owner or expert.  Raises NotAllowed, NotPossible."""

    def once() -> Result:
        with transaction.atomic():
            case = load_case(case_id, key=key)
            if case.handled is not None:
                return Result.from_json(case.handled)
            handoff = _moved(case, version_id, by=by, reason=reason, at=at or business_now())
            handoff.write(key=key)
            return result_of(handoff)

    return once_more(once)


def dry_run(*, case_id: UUID, version_id: UUID, by: UUID, at: datetime | None = None) -> Moved:
    """Return what `migrate` would do, without doing it.  Raises as it does."""
    with transaction.atomic():
        handoff = _moved(load_case(case_id), version_id, by=by, reason="", at=at or business_now())
        names = {key: node.name for key, node in handoff.case.page.nodes.items()}

    def of(*kinds: str) -> tuple[str, ...]:
        found = [one for one in handoff.writes.rows("deviation") if one["kind"] in kinds]
        return tuple(names.get(str(one["step"]), str(one["step"])) for one in found)

    opened = tuple(str(row["name"]) for row in handoff.writes.rows("ask"))
    return Moved(of("added", "added after this point"), of("gone"), of("withdrawn"), opened)


def _moved(case: Loaded, version_id: UUID, *, by: UUID, reason: str, at: datetime) -> Handoff:
    """Let the case move, in memory."""
    require_owner_or_expert(case, by=by, what="move it to another version")
    process = Version.objects.values_list("process_id", flat=True).get(id=version_id)
    if process != case.process_id:
        raise NotPossible("Expected a version of the same process. Start a new run of the other one instead.")
    old = case.page.program
    from_version, case.version_id = case.version_id, version_id
    case.page = indexed(version_id)
    handoff = Handoff(case, at=at, real=real_now())
    event = CaseMigrated(at=at, by=str(by), old=old, reason=reason)
    taken(handoff, event, {"from": str(from_version), "to": str(version_id)})
    return handoff
