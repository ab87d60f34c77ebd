"""Match a reply to what it answers: by the signed address, our Message-ID, or the reference; never by anything guessable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from doorstep.cases import tokens
from doorstep.cases.models import Lookup
from doorstep.understanding import Message

_TOKEN = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])", re.IGNORECASE)


def match(message: Message, headers: Mapping[str, str]) -> Lookup | None:
    """Return what a mail answers, also when its token has expired or was revoked."""
    for kind, text in _signs(message, headers):
        if found := tokens.find(kind, text):
            return found
    return None


def addresses_of(message: Message, headers: Mapping[str, str]) -> list[str]:
    """Return the addresses a mail came to, by its own headers and by the server that took it."""
    told = (headers.get(name, "").split(",") for name in ("envelope-to", "rcpt-to", "to"))
    return [*message.recipients, *(address.strip() for one in told for address in one)]


def address_tokens(message: Message, headers: Mapping[str, str]) -> Iterator[str]:
    """Yield the tokens of the signed addresses a mail came to."""
    for address in addresses_of(message, headers):
        yield from _TOKEN.findall(address.partition("@")[0])


def _signs(message: Message, headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what may say which ask a mail answers, the surest first."""
    if answers := headers.get("answers"):  # the record it was written on says which
        yield "external", answers
    for token in address_tokens(message, headers):
        yield "reply", token
    for message_id in (*message.in_reply_to, *reversed(message.references)):
        yield "message", message_id
    for token in _TOKEN.findall(message.text)[:20]:
        yield "reply", token
