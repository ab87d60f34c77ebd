"""Delivery reports: which of our mails did not reach whom, and whether it ever will.

A report is read from its message/delivery-status parts (RFC 3464), else from what mail servers write in
words.  Whether to believe it is the caller's: it counts only when the Message-ID is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as Parsed

from doorstep.understanding.bodies import content_of
from doorstep.understanding.headers import all_headers, header_text, message_ids

ADDRESS = re.compile(r"[\w.+=#~%&'*/!?^`{|}-]{1,64}@[\w-]+(?:\.[\w-]+)+")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
ORIGINAL_ID = re.compile(r"(?im)^message-id:\s*(<[^<>\s]+>)")
LATER = re.compile(
    r"(?i)\bdelayed\b|has not yet been delivered|will (?:keep|continue) (?:re)?trying|delivery attempts will continue|temporar(?:y|ily)|try again later"
)


@dataclass(frozen=True, slots=True)
class Bounced:
    """One recipient our mail did not reach.  ``message_id`` is empty when the report does not say it."""

    message_id: str
    recipient: str
    permanent: bool
    status: str = ""
    why: str = ""


def bounced_of(message: Parsed, text: str) -> tuple[Bounced, ...]:
    """Return what a delivery report says, by recipient."""
    original = _original_id(message, text)
    reported = list(_reported(message, original))
    return tuple(reported or _told(message, text, original))


def _original_id(message: Parsed, text: str) -> str:
    """Return the Message-ID of the mail reported on: the returned message or its headers say it."""
    own = {each for value in message.get_all("Message-ID", []) for each in message_ids(header_text(value))}
    for part in message.walk():
        if part is message:
            continue
        found = [each for value in part.get_all("Message-ID", []) for each in message_ids(header_text(value))]
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            found += ORIGINAL_ID.findall(content_of(part).decode("utf-8", "replace"))
        if found:
            return found[0]
    return next((each for each in ORIGINAL_ID.findall(text) if each not in own), "")


def _reported(message: Parsed, original: str) -> Iterator[Bounced]:
    for part in message.walk():
        if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        for block in part.get_payload() if isinstance(part.get_payload(), list) else ():
            fields = dict(all_headers(block)) if isinstance(block, Parsed) else {}
            action = fields.get("action", "").split()[:1]
            if action and action[0].lower() in {"failed", "delayed"}:
                yield _one_reported(fields, action[0].lower(), original)


def _one_reported(fields: dict[str, str], action: str, original: str) -> Bounced:
    address = fields.get("original-recipient") or fields.get("final-recipient") or ""
    status = STATUS.search(fields.get("status", ""))
    return Bounced(
        message_id=original,
        recipient=address.split(";")[-1].strip(" <>").lower(),
        permanent=action == "failed",
        status=status[1] if status else "",
        why=fields.get("diagnostic-code", "").split(";", 1)[-1].strip(),
    )


def _told(message: Parsed, text: str, original: str) -> Iterator[Bounced]:
    """Read a report that is only words: the first address in it that is not ours, and its codes."""
    ours = {each.lower() for each in ADDRESS.findall(header_text(message.get("To")))}
    told = text.split("Message-ID:", maxsplit=1)[0][:20_000]
    stated = ADDRESS.findall(header_text(message.get("X-Failed-Recipients")))
    named = stated or [each for each in ADDRESS.findall(told) if each.lower() not in ours]
    recipient = next((each.lower() for each in named), "")
    if not recipient:
        return
    status = STATUS.search(told)
    code = REPLY_CODE.search(told)
    later = (
        bool(LATER.search(told))
        or bool(status and status[1].startswith("4"))
        or bool(not status and code and code[1].startswith("4"))
    )
    yield Bounced(original, recipient, not later, status[1] if status else "", code[1] if code else "")
