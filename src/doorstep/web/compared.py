"""How two versions differ, as rows to show: what is marked, and nothing of what stayed the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doorstep.reading.differences import Differences, Kind, Moved, StepChange
from doorstep.reading.sentences import plain
from doorstep.reading.text_differences import Line, Part, word_differences

LONG = frozenset({Kind.GUIDANCE, Kind.QUOTATION, Kind.CHECKLIST, Kind.KILLER_ITEM})
AROUND = 2
"""How many lines that stayed the same are shown around those that did not."""

TAGS = {"added": ("new", "d"), "removed": ("gone", "r"), "changed": ("changed", "o")}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts side by side, parts marked that the other does not have; ``label`` names what they are."""

    label: str
    before: tuple[Part, ...]
    now: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One step that differs: its tag, what happened to it in words, and its texts side by side."""

    name: str
    tag: str
    tone: str
    words: tuple[str, ...]
    pairs: tuple[Pair, ...]
    kinds: tuple[str, ...]


def steps_of(found: Differences) -> tuple[Shown, ...]:
    """Return the steps that differ."""
    return tuple(_step(change) for change in found.steps)


def _step(change: StepChange) -> Shown:
    tag, tone = ("moved", "n") if change.moved and not change.parts else TAGS[change.how]
    if change.renamed and not change.parts:
        tag = "renamed"
    words = tuple(word for word in change.words if change.how == "changed")
    short = tuple(word for word in words if not word.endswith((": changed.", ": new.", ": no longer there.")))
    kinds = tuple(sorted(kind.value for kind in change.kinds)) if change.how == "changed" else ()
    return Shown(change.name, tag, tone, short, tuple(_pairs(change)), kinds)


def _pairs(change: StepChange) -> Iterator[Pair]:
    before, now = plain(change.says_before), plain(change.says_now)
    if before != now:
        yield Pair("It says", *word_differences(before, now))
    yield from (_long(part) for part in change.parts if part.kind in LONG)


def _long(part: Moved) -> Pair:
    return Pair(part.label, *word_differences(part.before, part.now))


def page_parts(found: Differences) -> tuple[tuple[str, ...], tuple[Pair, ...]]:
    """Return what differs beside the steps: in words, and the longer texts side by side."""
    words = tuple(part.words for part in found.page if part.kind not in LONG)
    return words, tuple(_long(part) for part in found.page if part.kind in LONG)


def without_same(lines: Sequence[Line]) -> tuple[Line | None, ...]:
    """Return the lines that differ with a few around them; None stands for what was left out."""
    near = {at + step for at, line in enumerate(lines) if line.how != "same" for step in range(-AROUND, AROUND + 1)}
    kept: list[Line | None] = []
    for at, line in enumerate(lines):
        if at in near:
            kept.append(line)
        elif kept and kept[-1] is not None:
            kept.append(None)
    return tuple(kept)
