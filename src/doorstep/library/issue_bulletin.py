"""Telling everybody who comes to a step something that holds for now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from doorstep.library.bulletins import LASTS
from doorstep.library.errors import NotUsable
from doorstep.library.models import Bulletin, Process, Version, VersionState
from doorstep.library.rights import require_steward
from doorstep.library.seen import seen_by
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer

LONGEST = 2_000


@transaction.atomic
def issue_bulletin(*, process: str, text: str, by: Doer, step: str = "", at: datetime | None = None) -> Bulletin:
    """Show an instruction on a step for fourteen days; ``step`` is its identity, empty for the whole page.

    Raises NotUsable for a step the page in force does not have or for no words, NotAllowed for others than owner,
    expert, champion and custodian.
    """
    now = at or business_now()
    row = Process.objects.filter(seen_by(by), key=process).first()
    version = Version.objects.filter(process=row, state=VersionState.EFFECTIVE).first() if row else None
    if row is None or version is None:
        raise NotUsable(f'Expected a page that is in force, but "{process}" has none. Publish it first.')
    require_steward(row, by, what="issue a bulletin on it")
    said = text.strip()
    if not said or len(said) > LONGEST:
        came = "nothing" if not said else f"{len(said):,} characters"
        raise NotUsable(
            f"Expected an instruction of at most {LONGEST:,} characters, but got {came}. Say what to do now."
        )
    if step and step not in version.identities.values():
        raise NotUsable(f'Expected a step of the page in force, but "{step}" is none. Open the page and choose again.')
    return Bulletin.objects.create(process=row, step=step, text=said, by_id=by, since=now, ends_at=now + LASTS)
