"""A piece of a page's text that knows where it stands, and how it is parted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from doorstep.reading.faults import Report, fault
from doorstep.reading.page import Place

_CLOSES = {"(": ")", "[": "]", "{": "}"}
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|“[^”]*”|["“()\[\]{},=]')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|“([^”]*)”')
_BRACED = re.compile(r"\{[^{}]*\}")
_ESCAPED = re.compile(r"\\(.)")


class Unreadable(Exception):
    """What stands in a card or a cell has not the form it must have; ends the reading of this one value."""

    def __init__(self, code: str, phrase: Phrase, *, near: Iterable[str] = (), **blanks: object) -> None:
        super().__init__(code)
        self.code, self.place, self.near = code, phrase.place, near
        self.blanks = {"came": phrase.text, **blanks}

    def __str__(self) -> str:
        return fault(self.code, self.place, near=self.near, **self.blanks).text

    def tell(self, report: Report) -> None:
        """Take it down in a report."""
        report.add(self.code, self.place, near=self.near, **self.blanks)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text from one or more lines, joined by single spaces.

    ``turns`` says for each further line at which offset it begins and where that is on the page.
    """

    text: str
    line: int
    column: int
    turns: tuple[tuple[int, int, int], ...] = ()

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.line, self.column)

    def at(self, offset: int) -> Place:
        """Return where the character at an offset stands on the page."""
        start, line, column = 0, self.line, self.column
        for turn in self.turns:
            if turn[0] <= offset:
                start, line, column = turn
        return Place(line, column + offset - start)

    def cut(self, start: int, end: int | None = None) -> Phrase:
        """Return a part of it, without the spaces around."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip())
        part = part.strip()
        if not self.turns:
            return Phrase(part, self.line, self.column + start)
        place = self.at(start)
        turns = tuple((at - start, line, column) for at, line, column in self.turns if start < at < start + len(part))
        return Phrase(part, place.line, place.column, turns)

    def group(self, found: re.Match[str], name: str) -> Phrase:
        """Return the part that a group of a match on its text took."""
        return self.cut(found.start(name), found.end(name))

    def split(self, *, key: str = "a list") -> tuple[Phrase, ...]:
        """Return the parts between commas that stand outside brackets and quotes.

        Raises Unreadable when a bracket or a quotation mark is not closed, or nothing stands between commas.
        """
        if self.text and not _MARK.search(self.text):
            return (self,)
        commas = [at for at, mark in self.marks(key=key) if mark == ","]
        bounds = [-1, *commas, len(self.text)]
        parts = [self.cut(start + 1, end) for start, end in pairwise(bounds)]
        said = tuple(part for part in parts if part.text)
        if not said:
            raise Unreadable("E113", self, key=key, expected="words beside the commas")
        return said

    def find(self, wanted: str, *, key: str) -> int:
        """Return where a comma or an equals sign first stands outside brackets and quotes, or -1."""
        return next((at for at, mark in self.marks(key=key) if mark == wanted), -1)

    def marks(self, *, key: str) -> list[tuple[int, str]]:
        """Return the commas and equals signs outside brackets and quotes."""
        found: list[tuple[int, str]] = []
        closing: list[str] = []
        for match in _MARK.finditer(self.text):
            mark = match[0]
            if mark in ('"', "“"):
                raise Unreadable("E107", self.cut(match.start()), expected="a quotation mark", key=key)
            if mark in _CLOSES:
                closing.append(_CLOSES[mark])
            elif closing and mark == closing[-1]:
                closing.pop()
            elif not closing and mark in (",", "="):
                found.append((match.start(), mark))
        if closing:
            raise Unreadable("E107", self, expected=f'"{closing[-1]}"', key=key)
        return found


def unquoted(text: str) -> str | None:
    """Return what stands between quotation marks when they hold the whole text, else None."""
    found = _QUOTED.fullmatch(text)
    if found is None:
        return None
    return _ESCAPED.sub(r"\1", found[1]) if found[2] is None else found[2]


def quoted(text: str) -> str:
    """Write a name in quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unbraced(text: str) -> str:
    """Return the name of a fact with or without its braces."""
    return text[1:-1].strip() if _BRACED.fullmatch(text) else text
