"""IMAP's SEARCH: which messages of a folder fit (RFC 3501, section 6.4.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from doorstep.demo.mail_sandbox.imap_words import number_set
from doorstep.demo.mail_sandbox.store import Stored

Test = Callable[[Stored], bool]

_FLAGS = {
    b"SEEN": "\\Seen",
    b"ANSWERED": "\\Answered",
    b"FLAGGED": "\\Flagged",
    b"DELETED": "\\Deleted",
    b"DRAFT": "\\Draft",
}
_HEADERS = frozenset({b"FROM", b"TO", b"CC", b"BCC", b"SUBJECT"})
_DATES: dict[bytes, Callable[[date, date], bool]] = {
    b"SINCE": lambda at, day: at >= day,
    b"BEFORE": lambda at, day: at < day,
    b"ON": lambda at, day: at == day,
}


def search(messages: list[Stored], words: list[object]) -> list[int]:
    """Return the positions (from 0) of the messages that fit all criteria."""
    if words[:1] and _name(words[0]) == b"CHARSET":
        words = words[2:]
    largest = messages[-1].uid if messages else 0
    tests = list(_tests(iter(words), largest, [message.uid for message in messages]))
    return [place for place, message in enumerate(messages) if all(test(message) for test in tests)]


def _tests(words: Iterator[object], largest: int, uids: list[int]) -> Iterator[Test]:
    for word in words:
        yield _test(word, words, largest, uids)


def _test(word: object, rest: Iterator[object], largest: int, uids: list[int]) -> Test:
    if isinstance(word, list):
        inner = list(_tests(iter(word), largest, uids))
        return lambda message: all(test(message) for test in inner)
    name = _name(word)
    if name == b"NOT":
        wrong = _test(next(rest), rest, largest, uids)
        return lambda message: not wrong(message)
    if name == b"OR":
        one, other = (_test(next(rest), rest, largest, uids) for _ in range(2))
        return lambda message: one(message) or other(message)
    return _flag_test(name, rest) or _text_test(name, rest) or _number_test(name, rest, largest, uids)


def _flag_test(name: bytes, rest: Iterator[object]) -> Test | None:
    match name:
        case b"ALL":
            return lambda _: True
        case b"NEW" | b"UNSEEN":
            return lambda message: not message.seen
        case b"KEYWORD" | b"UNKEYWORD":
            wanted, there = _text(next(rest)), name == b"KEYWORD"
            return lambda message: (wanted in message.flags) == there
        case _ if name in _FLAGS:
            return lambda message: _FLAGS[name] in message.flags
        case _ if name.startswith(b"UN") and name[2:] in _FLAGS:
            return lambda message: _FLAGS[name[2:]] not in message.flags
    return None


def _text_test(name: bytes, rest: Iterator[object]) -> Test | None:
    if name in _HEADERS or name == b"HEADER":
        header, wanted = (_text(next(rest)) if name == b"HEADER" else name.decode()), _text(next(rest)).lower()
        return lambda message: any(wanted in str(value).lower() for value in message.message().get_all(header, []))
    if name in {b"TEXT", b"BODY"}:
        sought = _text(next(rest)).lower().encode()
        return lambda message: sought in message.raw.lower()
    if name in _DATES:
        day = datetime.strptime(_text(next(rest)), "%d-%b-%Y").date()  # noqa: DTZ007 - a day has no zone here
        return lambda message: _DATES[name](message.received_at.date(), day)
    return None


def _number_test(name: bytes, rest: Iterator[object], largest: int, uids: list[int]) -> Test:
    if name == b"UID":
        numbers = number_set(_text(next(rest)).encode(), largest)
        return lambda message: message.uid in numbers
    if name in {b"LARGER", b"SMALLER"}:
        size, larger = int(_text(next(rest))), name == b"LARGER"
        return lambda message: (len(message.raw) > size) if larger else (len(message.raw) < size)
    if not name[:1].isdigit() and name[:1] != b"*":
        raise ValueError(f"This sandbox does not search by {name.decode()!r}.")
    chosen = {uids[place - 1] for place in number_set(name, len(uids)) if 0 < place <= len(uids)}
    return lambda message: message.uid in chosen


def _name(word: object) -> bytes:
    return bytes(word).upper() if isinstance(word, bytes) else b""


def _text(word: object) -> str:
    return word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
