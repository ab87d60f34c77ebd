"""The card of the title: what it says of the process, made into values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from doorstep.reading.addressees import read_addressee
from doorstep.reading.faults import Report
from doorstep.reading.items import Item, Reader, take
from doorstep.reading.page import Starts, TitleCard
from doorstep.reading.phrase import Phrase, Unreadable
from doorstep.reading.times import read_every, read_length, read_time

_STARTS = (
    ("by hand", re.compile(r"by hand(?:\s+by\s+(?P<what>\S.*))?", re.IGNORECASE)),
    ("mail", re.compile(r"by e?-?mail(?:\s+to\s+(?P<what>\S+@\S+))?", re.IGNORECASE)),
    ("record", re.compile(r"from (?:an? )?(?P<what>\S.*)", re.IGNORECASE)),
    ("change", re.compile(r"at a change of (?:an? )?(?P<what>\S.*)", re.IGNORECASE)),
    ("schedule", re.compile(r"(?P<what>every \S.*)", re.IGNORECASE)),
    ("webhook", re.compile(r"by (?:a )?webhook", re.IGNORECASE)),
    ("process", re.compile(r"by (?:another process|(?:the )?process (?P<what>\S.*))", re.IGNORECASE)),
)
_FORMS = (
    "by hand",
    "by hand by",
    "by mail to",
    "from a",
    "at a change of a",
    "every Monday",
    "by webhook",
    "by another process",
)
_EITHER = re.compile(r"\s+or\s+", re.IGNORECASE)
_OR = re.compile(r"(?:or|and)\s+", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Za-z]{3}")


def read_title_card(items: Iterable[Item], report: Report) -> TitleCard:
    """Read the card of the title."""
    taken = take(items, _READERS, report=report)
    fields: dict[str, Any] = {key.lower().replace(" ", "_"): value for key, value in taken.values.items()}
    return TitleCard(**fields, unread=taken.unread, places=tuple(taken.places))


def write_starts(starts: Iterable[Starts]) -> str:
    """Write the ways to start."""
    *first, last = (write_start(start) for start in starts)
    return ", ".join((*first, f"or {last}" if first else last))


def write_start(start: Starts) -> str:
    """Write one way to start."""
    match start.how:
        case "mail":
            return f"by mail to {start.what}" if start.what else "by mail"
        case "record":
            return f"from {article(start.what)}"
        case "change":
            return f"at a change of {article(start.what)}"
        case "schedule":
            return start.what
        case "webhook":
            return "by webhook"
        case "process":
            return f"by process {start.what}" if start.what else "by another process"
        case _:
            return f"by hand by {start.what}" if start.what else "by hand"


def starters(card: TitleCard) -> tuple[str, ...]:
    """Return the roles, and the addresses of people, that alone may start it; none when everybody may."""
    by_hand = [start for start in card.starts if start.how == "by hand"]
    if not all(start.what for start in by_hand):
        return ()
    return tuple(dict.fromkeys(who.strip() for start in by_hand for who in _EITHER.split(start.what)))


def article(record: str) -> str:
    """Return a name with its article: ``an Account manager``."""
    return f"{'an' if record[:1].lower() in 'aeiou' else 'a'} {record}"


def _starts(phrase: Phrase) -> tuple[Starts, ...]:
    return tuple(_one_start(part) for part in phrase.split(key="Starts"))


def _one_start(phrase: Phrase) -> Starts:
    joint = _OR.match(phrase.text)
    said = phrase.cut(joint.end()) if joint else phrase
    for how, form in _STARTS:
        if found := form.fullmatch(said.text):
            return Starts(how, (found.groupdict().get("what") or "").strip(), said.place)
    expected = '"by hand", "from a Salesforce Opportunity" or another way to start'
    raise Unreadable("E113", said, key="Starts", expected=expected, near=_FORMS)


def _needed_by(phrase: Phrase) -> str:
    return read_time(phrase, key="Needed by")


def _review(phrase: Phrase) -> str:
    if not phrase.text.lower().startswith("every"):
        return read_length(phrase, key="Review")
    return read_every(phrase, key="Review")[0]


def _currency(phrase: Phrase) -> str:
    if _CURRENCY.fullmatch(phrase.text) is None:
        raise Unreadable("E113", phrase, key="Currency", expected="a currency of three letters, such as EUR")
    return phrase.text.upper()


def _audience(phrase: Phrase) -> tuple[str, ...]:
    return tuple(part.text for part in phrase.split(key="Audience"))


def _words(phrase: Phrase) -> str:
    return phrase.text


_READERS: dict[str, Reader] = {
    "Owner": read_addressee,
    "Expert": read_addressee,
    "Group": _words,
    "Audience": _audience,
    "Called": _words,
    "Starts": _starts,
    "Needed by": _needed_by,
    "Again": _words,
    "Review": _review,
    "Calendar": _words,
    "Currency": _currency,
    "Category": _words,
    "Control": _words,
}
