"""The kinds of values as conditions see them, before and while they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import FileRef, Money, Months
from doorstep.reading.page import FactKind


@dataclass(frozen=True, slots=True)
class Kind:
    """``name`` is text, number, money, boolean, date, time, date and time, duration (days and hours),
    months (years and months), length (either), file, list, context, record, range, function, null or any.
    """

    name: str
    of: Kind | None = None  # of a list
    options: tuple[str, ...] = ()  # of a choice: the only texts it can be

    def said(self) -> str:
        """Say the kind in a sentence: "a number", "text"."""
        return said(self.name)


ANY = Kind("any")
TEXT = Kind("text")
NUMBER = Kind("number")
BOOLEAN = Kind("boolean")
NULL = Kind("null")
RECORD = Kind("record")

_OF_FACT: Mapping[str, Kind] = {
    "text": TEXT,
    "number": NUMBER,
    "money": Kind("money"),
    "yes/no": BOOLEAN,
    "date": Kind("date"),
    "time": Kind("time"),
    "date and time": Kind("date and time"),
    "duration": Kind("length"),
    "person": TEXT,
    "e-mail address": TEXT,
    "country": TEXT,
    "file": Kind("file"),
    "record": RECORD,
}

_OF_CLASS: Mapping[type, str] = {
    type(None): "null",
    Unknown: "null",
    bool: "boolean",
    str: "text",
    Decimal: "number",
    int: "number",
    datetime: "date and time",
    date: "date",
    time: "time",
    timedelta: "duration",
    Months: "months",
    Money: "money",
    FileRef: "file",
    list: "list",
    tuple: "list",
    dict: "context",
}

_SAID: Mapping[str, str] = {
    "boolean": "a yes or no",
    "text": "text",
    "money": "money",
    "duration": "a duration",
    "months": "a duration in months",
    "length": "a duration",
    "context": "a record",
    "null": "nothing",
    "any": "anything",
    "day": "a date",
    "amount": "a number or money",
}


def of_fact(kind: FactKind | None) -> Kind:
    """Return the kind of a fact as conditions see it."""
    if kind is None:
        return ANY
    if kind.name == "list":
        return Kind("list", of=of_fact(kind.of))
    if kind.name == "choice":
        return Kind("text", options=kind.options)
    return _OF_FACT.get(kind.name, ANY)


def of_value(value: object) -> str:
    """Return the name of a value's kind."""
    known = _OF_CLASS.get(type(value))
    if known is not None:
        return known
    if isinstance(value, Mapping):
        return "context"
    return "function" if callable(value) else "range"


def said(kind: str) -> str:
    """Say a kind in a sentence: "a number", "text", "a date and time"."""
    return _SAID.get(kind) or f"a {kind}"


_ALIKE = (
    frozenset({"number", "money"}),
    frozenset({"duration", "length"}),
    frozenset({"months", "length"}),
    frozenset({"context", "record"}),
)


def comparable(one: str, other: str) -> bool:
    """Whether two kinds can be compared at all; null and what is not known compares with anything."""
    if one == other or "any" in (one, other) or "null" in (one, other):
        return True
    return frozenset({one, other}) in _ALIKE
