"""A whole mail and the ask it answers → what it means: machines decide nothing, unreadable mail neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from doorstep.understanding.answer import Answer, AskShape, Kind
from doorstep.understanding.dates import When, leading_when
from doorstep.understanding.machine import AWAY_SUBJECT
from doorstep.understanding.message import Message
from doorstep.understanding.phrases import NAME
from doorstep.understanding.read import understand
from doorstep.understanding.strip import strip
from doorstep.understanding.vocabulary import plain, tidy, vocabularies, words_pattern


def understand_message(message: Message, *, ask: AskShape, today: date) -> Answer:
    """Say what a mail means to an ask.

    An automatic reply is at most *away*; every other mail of a machine and every mail that cannot be read
    is unclear, with the reason: look at ``message.machine`` and ``message.unreadable`` for what to do.
    """
    if message.machine is not None:
        return _away(message, today) or Answer(Kind.UNCLEAR, f"{message.machine.why} It decides nothing.")
    if message.unreadable is not None:
        return Answer(Kind.UNCLEAR, message.unreadable.why)
    files = [file.name or "a file without a name" for file in message.attachments if not file.inline]
    author = message.author.name
    return understand(text=message.text, ask=ask, today=today, attachments=files, author=author)


def _away(message: Message, today: date) -> Answer | None:
    """Read an out-of-office: until when, and who stands in."""
    machine = message.machine
    if machine is None or machine.kind != "automatic reply":
        return None
    words = strip(message.text).words or message.text[:5000]
    when = _until(words, today)
    if when is None and not AWAY_SUBJECT.match(message.subject) and not _absence().search(plain(words)):
        return None
    day = when.day if when else None
    return Answer(
        Kind.AWAY,
        machine.why,
        when=day,
        at=when.at if when and day else None,
        delegate=_substitute(words),
        comment=words,
    )


def _until(words: str, today: date) -> When | None:
    text = tidy(words)
    found = [
        when for match in _back().finditer(text) if (when := leading_when(text[match.end() :], today)) and when.day
    ]
    return found[0] if found else None


@cache
def _back() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{words_pattern([word for each in vocabularies() for word in each.until])})\s+", re.IGNORECASE
    )


@cache
def _absence() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words_pattern([word for each in vocabularies() for word in each.away])})\b")


def _substitute(words: str) -> str:
    text = tidy(words)
    return next((name for pattern in _substitutes() for match in pattern.finditer(text) for name in _named(match)), "")


def _named(match: re.Match[str]) -> Iterator[str]:
    name = match["name"].rstrip(".")
    if "@" in name or name[:1].isupper():
        yield name


@cache
def _substitutes() -> tuple[re.Pattern[str], ...]:
    phrases = {phrase for each in vocabularies() for phrase in each.substitute}
    patterns = [re.escape(phrase).replace(r"\{name\}", NAME) for phrase in sorted(phrases, key=len, reverse=True)]
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
