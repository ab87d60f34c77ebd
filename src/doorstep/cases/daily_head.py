"""The line of the day goes to the auditor, if one is named: kept elsewhere, it proves that nothing was changed here."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings

from doorstep.cases.anchors import anchor_today, auditor
from doorstep.cases.resting import went
from doorstep.connections.queries import working
from doorstep.plugin_api import Letter

_log = logging.getLogger(__name__)


def daily_head(*, at: datetime) -> str:
    """Make the line of the day and mail it; return it, empty when it was made already."""
    line = anchor_today(at=at)
    if line and auditor() and not _mailed(line):
        _log.error("The line of the day did not go to %s by mail; it is in the log above.", auditor())
    return line


def _mailed(line: str) -> bool:
    day = line.partition(" ")[0]
    letter = Letter(
        key=f"head-{day}",
        purpose="tell",
        to=auditor(),
        to_name="",
        lane="notes",
        organisation=settings.DOORSTEP.text("organisation"),
        starter="",
        subject=f"Journal head of {day}",
        headline=line,
        paragraphs=("Keep this mail. `doorstep journal verify` shows whether the journal still leads to it.",),
        thread="journal head",
    )
    return any(went(other, letter) for other in working() if other.kind == "email")
