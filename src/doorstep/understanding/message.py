"""A mail as a value: who, in answer to what, which words, which files, and whether a person wrote it.

`read_message` takes any bytes and never raises.  It parses with the forgiving old policy of `email`:
the new one raises on header lines that real mail has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message as Parsed
from email.utils import getaddresses, parsedate_to_datetime

from doorstep.understanding.bodies import Bodies, File, bodies_of
from doorstep.understanding.headers import all_headers, message_ids, worded
from doorstep.understanding.machine import Machine, machine_of
from doorstep.understanding.unreadable import MALFORMED, TOO_LARGE, Unreadable, unreadable_of

LARGEST = 36 * 1024 * 1024
"""Bytes: a file of 25 MiB is about 34 MiB in a mail."""

CUT_OFF = "X-Doorstep-Too-Large"
"""The channel writes it on top of a mail of which it fetched only the headers."""

HEAD = 256 * 1024
"""Bytes read of a mail that is too large: its headers, so that it can be matched and answered."""

RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address, the address in lower case."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, read.  Absent things are empty.

    ``author`` is From, ``sender`` is Sender (an assistant writes for somebody).  ``recipients`` holds every
    address it may have come to: To, Cc, Delivered-To, X-Original-To, Envelope-To.  ``text`` is the plain
    part, or the HTML part as text with its quotes as ``>`` lines.  ``machine`` and ``unreadable`` say why
    it decides nothing.  ``authentication_results`` are the raw headers, topmost first; whether to
    believe one depends on who wrote it.
    """

    author: Address = Address()
    sender: Address = Address()
    reply_to: Address = Address()
    recipients: tuple[str, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    html: str = ""
    from_html: bool = False
    attachments: tuple[File, ...] = ()
    machine: Machine | None = None
    unreadable: Unreadable | None = None
    authentication_results: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def read_message(raw: bytes) -> Message:
    """Read a mail from its bytes.  Never raises: what is wrong with it is in ``unreadable``."""
    if len(raw) > LARGEST:
        return replace(_read(_headers_of(raw[:HEAD])), unreadable=TOO_LARGE)
    if b"\n" not in raw:  # old Macs end lines with a carriage return
        raw = raw.replace(b"\r", b"\n")
    try:
        return _read(message_from_bytes(raw))
    except RecursionError:  # parts nested hundreds deep, which no mail program writes
        return replace(_read(_headers_of(raw[:HEAD])), unreadable=MALFORMED)


def _headers_of(raw: bytes) -> Parsed:
    return message_from_bytes(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0] + b"\n\n")


def _read(parsed: Parsed) -> Message:
    headers = dict(reversed(list(all_headers(parsed))))
    bodies = bodies_of(parsed)
    return Message(
        author=_address(headers.get("from", "")),
        sender=_address(headers.get("sender", "")),
        reply_to=_address(headers.get("reply-to", "")),
        recipients=_recipients(parsed),
        message_id=next(iter(message_ids(headers.get("message-id", ""))), ""),
        in_reply_to=message_ids(headers.get("in-reply-to", "")),
        references=message_ids(headers.get("references", "")),
        subject=worded(headers.get("subject", "")),
        date=_date(headers.get("date", "")),
        text=bodies.text,
        html=bodies.html,
        from_html=bodies.from_html,
        attachments=bodies.files,
        machine=machine_of(parsed, _text_with_report(bodies)),
        unreadable=_unreadable(parsed, bodies),
        authentication_results=tuple(value for name, value in all_headers(parsed) if name == "authentication-results"),
        headers=headers,
    )


def _text_with_report(bodies: Bodies) -> str:
    """Return the words, with the text of files that are text: old mail servers report in such parts."""
    told = [
        file.content.decode("utf-8", "replace")
        for file in bodies.files
        if file.media_type.startswith(("text/", "message/"))
    ]
    return "\n".join([bodies.text, *told])


def _unreadable(parsed: Parsed, bodies: Bodies) -> Unreadable | None:
    if parsed.get(CUT_OFF) is not None:
        return TOO_LARGE
    return unreadable_of(parsed, bodies) if parsed.keys() else MALFORMED


def _address(line: str) -> Address:
    return next(iter(_addresses(line)), Address())


def _addresses(line: str) -> list[Address]:
    pairs = getaddresses([line])
    if not any("@" in email for _, email in pairs):
        # The strict reader gives up on a whole header that holds one bad address.
        pairs = [("", each) for each in re.findall(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+", line)]
    return [Address(worded(name), email.strip().lower()) for name, email in pairs if "@" in email]


def _recipients(parsed: Parsed) -> tuple[str, ...]:
    headers = list(all_headers(parsed))
    found = [
        each.email for wanted in RECIPIENTS for name, value in headers if name == wanted for each in _addresses(value)
    ]
    return tuple(dict.fromkeys(found))


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None  # no date, or one no calendar knows
    return found if found.tzinfo else found.replace(tzinfo=UTC)
