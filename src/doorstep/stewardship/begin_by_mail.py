"""Begin by mail: lines sent or copied to chase@ are said back as steps; whoever sent them starts them by reply.

The mail starts nothing by itself.  Its sender must be somebody of the organisation whom the mail servers vouch for;
others hear why nothing was started, where that can reach nobody else than who wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.cases import store
from doorstep.cases.matching import addresses_of
from doorstep.cases.models import Inbox, Lookup
from doorstep.cases.proof import ORDER, suffices
from doorstep.cases.refusals import Refused
from doorstep.connections.models import Connection
from doorstep.kernel.values import FileRef
from doorstep.people.models import Person
from doorstep.people.recognise import person_of
from doorstep.people.reference import PersonRef
from doorstep.stewardship import in_thread
from doorstep.stewardship.mailed_back import write_back
from doorstep.stewardship.mailed_text import Meant, meant, title_in, words_in
from doorstep.stewardship.mailed_waits import wait_anew
from doorstep.stewardship.models import MailedLines, MailedState
from doorstep.stewardship.said import starts
from doorstep.stewardship.work_first import NotUnderstood, start_lines
from doorstep.understanding import Message

A_DAY = 30
REFUSALS_A_DAY = 3
"""Mails of one address a day, and refusals told it: the backstop against loops."""

SAID_AGAIN = "The lines mean something else now than when they were shown: a day has passed, or somebody changed."
LAPSED = "It had lapsed, for you did not say go in time. This is what it means now."
UNPROVEN = (
    "A mail in your name came to the address that starts runs, but no mail server vouches that it is from you, so "
    "nothing was started. Send it from your usual mailbox, or type the lines on Home."
)
NOT_HERE = (
    "Only people of the organisation start runs by mail, and your address is none of theirs, so nothing was started. "
    "Write from the address you are known by, or ask a colleague to send the lines."
)


def came_to_chase(row: Inbox, message: Message, at: datetime) -> str | None:
    """Take a mail that came to the address that starts runs, once; None when it came to another."""
    if not _to_chase(row, message):
        return None
    if message.machine is not None:
        return f"set aside: {message.machine.why}"
    address = message.author.email
    if not address:
        return "set aside: it says of nobody that they wrote it"
    name = message.message_id or f"inbox:{row.id}"
    if MailedLines.objects.filter(address=address, message_id=name).exists():
        return "taken before: the same lines start once"
    known, proven = person_of(address), _proven(row)
    if (lines := in_thread.thread_of(message)) and (became := _gone_on(row, message, lines, known=known, at=at)):
        return became
    refused = known is None or known.outside or not proven or _gone(known, at)
    lately = MailedLines.objects.filter(address=address, at__gt=at - timedelta(days=1))
    # Counted apart: mails somebody else wrote in a person's name must not stand in the way of their own.
    alike = lately.filter(state=MailedState.REFUSED) if refused else lately.exclude(state=MailedState.REFUSED)
    if (count := alike.count()) >= A_DAY:
        return f"set aside: {address} sent {A_DAY} such mails within a day"
    made = MailedLines(address=address, message_id=name, subject=message.subject[:500], at=at)
    if known is None or refused:
        return _refuse(made, known=known, proven=proven, told=count, at=at)
    return _taken(made, message, known, at)


def _gone_on(row: Inbox, message: Message, lines: MailedLines, *, known: PersonRef | None, at: datetime) -> str | None:
    """Take what goes on in a thread; None where its author writes, or a colleague lines of their own."""
    if not _proven(row):  # of a colleague it might be anybody
        return None if known and known.id == lines.person_id else in_thread.ASIDE
    return in_thread.answered(row, message, lines, known=known, at=at)


def _to_chase(row: Inbox, message: Message) -> bool:
    configs = Connection.objects.filter(kind="email").values_list("config", flat=True)
    ours = {str(config.get("chase") or "").strip().lower() for config in configs} - {""}
    return bool(ours) and not ours.isdisjoint(one.lower() for one in addresses_of(message, row.headers))


def _proven(row: Inbox) -> bool:
    proof = row.headers.get("proof", "link")
    return proof in ORDER and suffices(proof, "mail")


def _gone(known: PersonRef, at: datetime) -> bool:
    return not Person.objects.here(at.date()).filter(id=known.id).exists()


@transaction.atomic
def _refuse(made: MailedLines, *, known: PersonRef | None, proven: bool, told: int, at: datetime) -> str:
    """Start nothing; say why to whoever surely wrote it, or to the colleague in whose name it came."""
    if not proven and (known is None or known.outside or _gone(known, at)):
        return "set aside: no colleague of ours has that address, and nobody vouches for it"
    made.person_id, made.state = (known.id if known else None), MailedState.REFUSED
    made.why = [UNPROVEN if not proven else NOT_HERE]
    made.save()
    if told < REFUSALS_A_DAY:
        write_back(made)
    return "not started: nobody vouches for the sender" if not proven else "not started: the sender is not one of us"


@transaction.atomic
def _taken(made: MailedLines, message: Message, known: PersonRef, at: datetime) -> str:
    made.person_id = known.id
    words = words_in(message, author=known.name)
    if message.unreadable is not None:
        made.state, made.why = MailedState.UNCLEAR, [message.unreadable.why]
        made.save()
        write_back(made)
        return "not started: it could not be read"
    files, refused = store.keep_all(message.attachments)
    made.files = [asdict(one) for one in files]
    found = meant(words, by=known.id, files=files, title=title_in(message, words), at=_here(known, at))
    if in_thread.thread_of(message) and found.typed.faults:
        return in_thread.ASIDE
    return _show(made, found, at=_here(known, at), refused=refused)


def _show(made: MailedLines, found: Meant, *, at: datetime, refused: Sequence[str] = (), again: str = "") -> str:
    """Say back what was understood, or line by line what was not; ``again`` says why once more."""
    made.text, made.left_out, made.said = found.text, found.left_out, found.said(at)
    made.why = [*refused, *found.problems] or ([again] if again else [])
    made.state = MailedState.UNCLEAR if found.problems or refused else MailedState.SHOWN
    wait_anew(made, found.typed.page, at)
    made.save()
    write_back(made)
    return "not started: not all is clear" if made.state == MailedState.UNCLEAR else "shown: to be started by reply"


def _here(known: PersonRef, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(known.zone))


# -- The answer ------------------------------------------------------------------------------------------


@transaction.atomic
def replied(row: Inbox, message: Message, lookup: Lookup, at: datetime) -> str:
    """Take what somebody wrote back to a letter of ours about their lines: go, no, or the lines mended."""
    if message.machine is not None:
        return f"set aside: {message.machine.why}"
    made = MailedLines.objects.select_for_update().get(id=lookup.case_id)
    known = person_of(message.author.email) if message.author.email else None
    if known is None or known.id != made.person_id or made.state == MailedState.REFUSED or _gone(known, at):
        return "set aside: only whoever sent the lines starts them"
    if not _proven(row):
        return _say(made, UNPROVEN, "not started: nobody vouches for the sender")
    if made.state == MailedState.STARTED:
        return _say(made, "It has been started already. Its own page changes it.", "started before")
    if message.unreadable is not None:
        return _say(made, message.unreadable.why, "not started: it could not be read")
    return _decided(made, message, known, _here(known, at))


def _decided(made: MailedLines, message: Message, known: PersonRef, at: datetime) -> str:
    said = starts(message, author=known.name)
    if said is False:
        made.state, made.next_at, made.changed_at = MailedState.DECLINED, None, at
        made.save(update_fields=["state", "next_at", "changed_at"])
        return "not started: as they wish"
    more, refused = store.keep_all(message.attachments)
    files = {one.name.casefold(): one for one in (*map(file_of, made.files), *more)}
    made.files = [asdict(one) for one in files.values()]
    words = words_in(message, author=known.name)
    title = title_of(made)
    found = meant(made.text if said else words, by=known.id, files=[*files.values()], title=title, at=at)
    if said is None and more and not found.typed.said:  # "here it is", and the file
        found = meant(made.text, by=known.id, files=[*files.values()], title=title, at=at)
    lapsed = made.state == MailedState.LAPSED
    if not said or found.problems or refused or lapsed or not _as_shown(made, found, at):
        again = LAPSED if lapsed else SAID_AGAIN if said and made.state == MailedState.SHOWN else ""
        return _show(made, found, at=at, refused=refused, again=again)
    return _start(made, found, known, at)


def title_of(made: MailedLines) -> str:
    """Return the title that the subject of lines gives."""
    return title_in(Message(subject=made.subject), made.text)


def _as_shown(made: MailedLines, found: Meant, at: datetime) -> bool:
    """Say whether the lines still mean what was shown."""
    shown: list[str] = made.said
    return shown == found.said(at)


def _start(made: MailedLines, found: Meant, known: PersonRef, at: datetime) -> str:
    """Start what was shown and confirmed; whatever refuses it is told."""
    try:
        with transaction.atomic():
            started = start_lines(
                text=found.text, by=known.id, facts=found.facts, title=title_of(made), at=at, key=key_of(made.id)
            )
    except (NotUnderstood, Refused) as refused:
        return _say(made, str(refused), "not started: it was refused")
    began(made, started.case_id, at=at)
    write_back(made)
    return "started"


def began(made: MailedLines, case: UUID, *, at: datetime) -> None:
    """Record which case lines started, and let count what was answered to everybody before."""
    made.case, made.state, made.why = case, MailedState.STARTED, []
    made.next_at, made.changed_at = None, at
    made.save()
    in_thread.take_up(made, at)


def _say(made: MailedLines, why: str, became: str) -> str:
    """Say one thing on the thread; how the lines stand does not change."""
    made.why = [why]
    made.save(update_fields=["why"])
    write_back(made)
    return became


def key_of(lines: UUID) -> str:
    """Return the key under which lines are started, by reply or on the screen: both together start once."""
    return f"mail:{lines}"


def file_of(kept: Mapping[str, object]) -> FileRef:
    """Return a file that came with lines, as facts hold it."""
    return FileRef(**kept)  # type: ignore[arg-type]  # as it was kept
