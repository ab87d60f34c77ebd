"""Faults beside what they concern: which step and which field, and the text with a suggestion taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doorstep.reading.items import OF_STEP, OF_TITLE
from doorstep.reading.page import Fault, Page

NEWLINE = re.compile(r"\r\n?|\n")
_MARKER = re.compile(r"\s{0,3}[-*+]\s+(?P<item>.*)")
_KEY = re.compile(r"[*_]{0,3}(?P<key>[^\W\d_][^:*_]{0,39})[*_]{0,3}:|(?i:(?P<bare>confirm))\s*$")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$")
FACTS = "facts"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Spot:
    """A fault at its step, None for the title, and its field: a key of the card, "facts", or "text"."""

    fault: Fault
    step: int | None
    field: str


def spots(page: Page, text: str, faults: Iterable[Fault]) -> tuple[Spot, ...]:
    """Return each fault with the step and the field it belongs to.  ``page`` was read from ``text``."""
    lines = NEWLINE.split(text)
    starts = [(step.place.line, number) for number, step in enumerate(page.walk())]
    rows = {fact.place.line for fact in page.facts}
    return tuple(_spot(fault, lines, starts, rows) for fault in faults)


def _spot(fault: Fault, lines: Sequence[str], starts: Sequence[tuple[int, int]], rows: set[int]) -> Spot:
    line = fault.place.line
    step = max(((start, number) for start, number in starts if start <= line), default=(0, None))[1]
    keys = OF_TITLE if step is None else OF_STEP
    if step is None and (line in rows or (lines[line - 1 : line] and lines[line - 1].lstrip().startswith("|"))):
        return Spot(fault, None, FACTS)
    return Spot(fault, step, _key_of(lines, line, keys) or TEXT)


def _key_of(lines: Sequence[str], line: int, keys: Mapping[str, str]) -> str:
    """Return the key of the item a line belongs to, empty when it belongs to none."""
    for text in reversed(lines[max(0, line - 9) : line]):
        if found := _MARKER.match(text):
            key = _KEY.match(found["item"])
            return keys.get(" ".join((key["key"] or key["bare"]).lower().split()), "") if key else ""
        if not text.strip() or text.startswith("#"):
            return ""
    return ""


def mended(text: str, fault: Fault) -> str | None:
    """Return a text with a fault's suggestion in the place of what came; None where that is not to be found."""
    lines = _LINE.findall(text)
    at = fault.place.line - 1
    if not fault.suggestion or not fault.came or not 0 <= at < len(lines):
        return None
    found = re.search(re.escape(fault.came), lines[at][max(0, fault.place.column - 1) :], re.IGNORECASE)
    start = found.start() + max(0, fault.place.column - 1) if found else -1
    if start < 0:
        found = re.search(re.escape(fault.came), lines[at], re.IGNORECASE)
        start = found.start() if found else -1
    if start < 0:
        return None
    lines[at] = lines[at][:start] + fault.suggestion + lines[at][start + len(fault.came) :]
    return "".join(lines)
