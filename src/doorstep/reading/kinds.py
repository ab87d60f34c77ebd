"""Kinds of facts and their names: the words a page has for them, both ways."""

from __future__ import annotations

import re

from doorstep.reading.page import FactKind
from doorstep.reading.phrase import Phrase, Unreadable, unbraced

PLAIN = (
    "text",
    "number",
    "money",
    "yes/no",
    "date",
    "time",
    "date and time",
    "duration",
    "person",
    "e-mail address",
    "country",
    "file",
)
"""The kinds that need no more words; beside them: choice (a, b), list of <kind> and linked records."""

_SAME = {
    "email address": "e-mail address",
    "e-mail": "e-mail address",
    "email": "e-mail address",
    "yes or no": "yes/no",
}
_CHOICE = re.compile(r"choice\s*(?:\((?P<options>.*)\))?", re.IGNORECASE | re.DOTALL)
_LIST = re.compile(r"list\s+of\s+(?P<of>.+)", re.IGNORECASE)
_RECORD = re.compile(r"(?P<system>[A-Z][\w.-]*)\s+(?P<type>\w[\w \-/]*)")
_SYSTEMS = {"jira": "Jira", "salesforce": "Salesforce"}
_NAME = re.compile(r"[^\W\d_][^(){}\[\]\"“”,.=|<>\\]*")
_DEEPEST = 3  # lists of lists


def read_kind(phrase: Phrase, *, deep: int = 0) -> FactKind:
    """Read a kind.  Raises Unreadable."""
    words = " ".join(phrase.text.lower().split())
    words = _SAME.get(words, words)
    if words in PLAIN:
        return FactKind(words)
    if found := _CHOICE.fullmatch(phrase.text):
        return FactKind("choice", options=_options(phrase, found))
    if (found := _LIST.fullmatch(phrase.text)) and deep < _DEEPEST:
        return FactKind("list", of=read_kind(phrase.group(found, "of"), deep=deep + 1))
    return _record(phrase)


def write_kind(kind: FactKind) -> str:
    """Write a kind as fact tables do."""
    match kind.name:
        case "choice":
            return f"choice ({', '.join(kind.options)})"
        case "list" if kind.of:
            return f"list of {write_kind(kind.of)}"
        case "record":
            return f"{kind.system} {kind.type}"
        case _:
            return kind.name


def read_fact_name(phrase: Phrase) -> str:
    """Read the name of a fact, in braces or not.  Raises Unreadable."""
    name = " ".join(unbraced(phrase.text).split())
    if _NAME.fullmatch(name) is None:
        raise Unreadable("E203", phrase)
    return name


def _options(phrase: Phrase, found: re.Match[str]) -> tuple[str, ...]:
    parts = phrase.group(found, "options").split(key="choice") if found["options"] else ()
    if not parts:
        raise Unreadable("E206", phrase)
    return tuple(part.text for part in parts)


def _record(phrase: Phrase) -> FactKind:
    first, _, rest = phrase.text.partition(" ")
    text = f"{_SYSTEMS.get(first.lower(), first)} {' '.join(rest.split())}"
    found = _RECORD.fullmatch(text)
    if found is None or text.lower().startswith(("list of ", "date ", "yes ", "e-mail ")):
        raise Unreadable("E202", phrase, near=(*PLAIN, "choice (a, b)", "list of text"))
    return FactKind("record", system=found["system"], type=found["type"])
