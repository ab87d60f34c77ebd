"""The items of a card: which key each starts with, and what was read of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from doorstep.reading.faults import Report
from doorstep.reading.keys import STEP_KEYS, TITLE_KEYS, VERBS, Key
from doorstep.reading.nearness import nearest
from doorstep.reading.page import Place
from doorstep.reading.phrase import Phrase, Unreadable

Reader = Callable[[Phrase], Any]

_KEY = re.compile(r"[*_]{0,3}(?P<key>[^\W\d_][^:*_]{0,39})[*_]{0,3}:[*_]{0,3}|(?i:(?P<bare>confirm))$")
_TASK = re.compile(r"\[[ xX]\](?:\s+|$)")
_MAY_BE_EMPTY = frozenset({"Confirm"})


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list over some lines.

    ``raw`` is its text as written; ``holds`` names what an item of a card must not hold.
    """

    text: Phrase
    raw: str
    holds: str | None = None
    lines: int = 1
    key: str = field(init=False)  # what stands before the colon, in lower case; empty without one
    value: int = field(init=False)  # where the value starts
    task: int = field(init=False)  # where the text after ``[ ]`` starts; 0 without one

    def __post_init__(self) -> None:
        found = _KEY.match(self.text.text)
        object.__setattr__(self, "key", " ".join((found["key"] or found["bare"]).lower().split()) if found else "")
        object.__setattr__(self, "value", found.end() if found else 0)
        box = None if found else _TASK.match(self.text.text)
        object.__setattr__(self, "task", box.end() if box else 0)


@dataclass(slots=True)
class Taken:
    """What was read of a card: values by key, the items that have a fault, and where the values stand."""

    values: dict[str, Any] = field(default_factory=dict)
    faulty: list[Item] = field(default_factory=list)
    places: list[tuple[str, Place]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)  # key -> the line it first stands in
    verb: str | None = None

    @property
    def unread(self) -> tuple[str, ...]:
        """The items that have a fault as written, in the order of the card."""
        return tuple(item.raw for item in sorted(self.faulty, key=lambda item: item.text.place) if item.raw)


def _by_words(keys: Mapping[str, Key]) -> dict[str, str]:
    return {name.lower(): name for name in keys}


OF_STEP = _by_words(STEP_KEYS)
OF_TITLE = _by_words(TITLE_KEYS)


def is_card(items: Iterable[Item], *, title: bool) -> bool:
    """Say whether a list directly under a heading is a card: one item at least starts with a key.

    Under the title any key makes a card, so that a key of a step that got there does not pass as text.
    """
    return any(item.key in OF_STEP or (title and item.key in OF_TITLE) for item in items)


def nearly_a_card(items: Iterable[Item], *, title: bool = False) -> Phrase | None:
    """Return what looks like a misspelt key in a list that is no card."""
    for item in items:
        near = nearest(item.key, OF_TITLE if title else OF_STEP) if len(item.key) > 3 else None
        if near and near[0] == item.key[0]:
            return item.text.cut(0, item.value)
    return None


def take(items: Iterable[Item], readers: Mapping[str, Reader], *, report: Report) -> Taken:
    """Read the items of a card with the readers of its keys; what has a fault is reported and kept unread."""
    taken = Taken()
    title = "Owner" in readers
    for item in items:
        try:
            key = _key(item, taken, title=title)
            value = item.text.cut(item.value)
            if not value.text and key not in _MAY_BE_EMPTY:
                keys = TITLE_KEYS if title else STEP_KEYS
                raise Unreadable("E103", item.text, key=key, expected=keys[key].expects)  # noqa: TRY301
            taken.values[key] = readers[key](value)
            taken.places.append((key, value.place))
        except Unreadable as fault:
            fault.tell(report)
            taken.faulty.append(item)
    return taken


def _key(item: Item, taken: Taken, *, title: bool) -> str:
    """Return the key of an item that may stand here.  Raises Unreadable."""
    if item.holds:
        raise Unreadable("E118", item.text, came=item.holds)
    own, other = (OF_TITLE, OF_STEP) if title else (OF_STEP, OF_TITLE)
    if item.key in other and item.key not in own:
        where, here = ("a step", "the title") if title else ("the title", "a step")
        raise Unreadable("E119", item.text, key=other[item.key], where=where, here=here)
    if item.key not in own:
        raise Unreadable(
            "E102",
            item.text,
            near=own.values(),
            came=item.text.cut(0, item.value - 1).text if item.key else item.text.text,
        )
    key = own[item.key]
    if key in taken.lines:
        raise Unreadable("E105", item.text, key=key, line=taken.lines[key])
    taken.lines[key] = item.text.line
    if key in VERBS:
        if taken.verb:
            raise Unreadable("E106", item.text, key=key, first=taken.verb)
        taken.verb = key
    return key
