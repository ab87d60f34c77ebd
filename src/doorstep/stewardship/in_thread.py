"""What colleagues answer to everybody, with chase@ in CC: an answer to what they are asked, and never a new start.

They answer the mail its author wrote, not a letter of ours, so no token says which ask they mean.  It counts when a
mail server vouches for them, when it goes on in the thread of the lines, and when it plainly answers exactly one
thing they are asked in the run of these lines.  Everything else is talk among colleagues, to which we keep quiet.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from doorstep.cases.models import Ask, Inbox
from doorstep.cases.relation import relation_to
from doorstep.cases.understand import copied, said_early
from doorstep.people.recognise import Relation, person_of
from doorstep.people.reference import PersonRef
from doorstep.stewardship.models import MailedLines, MailedState
from doorstep.understanding import Message, read_message

ASIDE = "set aside: it goes on in a thread whose lines were taken"
KEPT = "kept until the lines are started"
MOST = 20
"""Answers kept of one thread before its lines are started."""


def thread_of(message: Message) -> MailedLines | None:
    """Return the lines whose thread a mail goes on in.  Index: mailed_lines_thread.

    What was refused has no thread: anybody may write another's Message-ID on a mail of their own.
    """
    named = [*message.in_reply_to, *message.references]
    taken = MailedLines.objects.exclude(state=MailedState.REFUSED)
    return taken.filter(message_id__in=named).order_by("-at", "-id").first() if named else None


def answered(row: Inbox, message: Message, lines: MailedLines, *, known: PersonRef | None, at: datetime) -> str | None:
    """Let what somebody whom a mail server vouches for answers in a thread count; None where it may be lines of its own."""
    author = known is not None and known.id == lines.person_id
    if known is None:
        return ASIDE
    if lines.case is None:
        if author:
            return None
        if kept := _keep(row, lines):
            return kept
        lines.refresh_from_db()
    asks = _asks(lines, known, at)
    if asks:
        return copied(row, message, asks, at=at)
    return ASIDE if known.outside else None


@transaction.atomic
def _keep(row: Inbox, lines: MailedLines) -> str | None:
    """Keep what was answered before the author said go, with which lines it was about; None: they just have."""
    locked = MailedLines.objects.select_for_update().get(id=lines.id)
    if locked.case is not None:
        return None
    if locked.state not in (MailedState.SHOWN, MailedState.UNCLEAR, MailedState.LAPSED) or len(locked.early) >= MOST:
        return ASIDE
    locked.early = [*locked.early, [str(row.id), _mark(locked)]]
    locked.save(update_fields=["early"])
    return KEPT


def take_up(lines: MailedLines, at: datetime) -> None:
    """Let what was answered before the start count now; what was about other words is only shown to the starter."""
    for kept, mark in lines.early:
        row = Inbox.objects.filter(id=kept).first()
        message = read_message(bytes(row.raw)) if row else None
        known = person_of(message.author.email) if message else None
        if row is None or message is None or known is None:
            continue
        asks = _asks(lines, known, at)
        became = ASIDE
        if asks and mark == _mark(lines):
            became = copied(row, message, asks, at=at)
        elif asks:
            became = said_early(row, message, asks[0], at=at)
        Inbox.objects.filter(id=row.id).update(became=became)


def _mark(lines: MailedLines) -> str:
    """Return what tells these lines, with the files beside them, from others."""
    files = sorted(str(one.get("sha256", "")) for one in lines.files)
    return sha256("\n".join([lines.text, *files]).encode()).hexdigest()


def _asks(lines: MailedLines, known: PersonRef, at: datetime) -> list[Ask]:
    """Return what somebody is asked in the run of some lines; what they answered last where nothing is open."""
    assert lines.case is not None, "these lines were started"
    rows = list(Ask.objects.filter(case_id=lines.case).order_by("asked_at", "id"))
    theirs = [row for row in rows if row.state == "open" and relation_to(row, known, at) is not Relation.NONE]
    return theirs or [row for row in rows if row.state == "answered" and row.answered_by == known.id][-1:]
