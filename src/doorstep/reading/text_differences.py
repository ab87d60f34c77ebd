"""Two texts side by side: the lines they share, those that went and came, and inside a changed line the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

MOST_LINES = 2_000
"""More changed lines than these are shown as gone and new, without looking which of them are alike."""
MOST_WORDS = 400

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a line; ``marked``: the other text has it otherwise."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of both texts: ``before`` and ``now`` are its parts, None where a text has no such line."""

    how: Literal["same", "changed", "gone", "new"]
    before: tuple[Part, ...] | None
    now: tuple[Part, ...] | None


def text_differences(old: str, new: str) -> tuple[Line, ...]:
    """Return the lines of two texts side by side."""
    return tuple(_lines(old.splitlines(), new.splitlines()))


def word_differences(old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the parts of two sentences or lines, those marked that the other does not have."""
    before, now = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(now) > MOST_WORDS:
        return (Part(old, marked=old != new),), (Part(new, marked=old != new),)
    codes = SequenceMatcher(None, before, now, autojunk=False).get_opcodes()
    return (
        _parts((("".join(before[i1:i2]), how != "equal") for how, i1, i2, _, _ in codes)),
        _parts((("".join(now[j1:j2]), how != "equal") for how, _, _, j1, j2 in codes)),
    )


def _parts(pieces: Iterator[tuple[str, bool]]) -> tuple[Part, ...]:
    return tuple(Part(text, marked) for text, marked in pieces if text)


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    yield from (_same(line) for line in old[:start])
    old, new = old[start:], new[start:]
    end = next(
        (at for at, (a, b) in enumerate(zip(reversed(old), reversed(new), strict=False)) if a != b),
        min(len(old), len(new)),
    )
    tail = old[len(old) - end :]
    yield from _middle(old[: len(old) - end], new[: len(new) - end])
    yield from (_same(line) for line in tail)


def _middle(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    if len(old) + len(new) > MOST_LINES:
        yield from (_gone(line) for line in old)
        yield from (_new(line) for line in new)
        return
    for how, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            yield from (_same(line) for line in old[i1:i2])
        else:
            yield from _changed(old[i1:i2], new[j1:j2])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for before, now in zip_longest(old, new):
        if before is None or now is None:
            yield _new(now) if before is None else _gone(before)
            continue
        yield Line("changed", *word_differences(before, now))


def _same(line: str) -> Line:
    return Line("same", (Part(line),), (Part(line),))


def _gone(line: str) -> Line:
    return Line("gone", (Part(line, marked=True),), None)


def _new(line: str) -> Line:
    return Line("new", None, (Part(line, marked=True),))
