"""Headings and what stands below them: which are steps, and which are text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from doorstep.reading.blocks import Block, plain
from doorstep.reading.items import Item, is_card
from doorstep.reading.page import Place


@dataclass(slots=True)
class Section:
    """A heading and what stands below it up to the next heading that is a step; lines count from 0.

    Without a heading it is what stands at the top of the page.
    """

    heading: Block | None = None
    name: str = ""
    blocks: list[Block] = field(default_factory=list)
    card: tuple[Item, ...] | None = None
    start: int = 0  # where its body starts
    end: int = 0
    is_step: bool = False
    inside: list[Section] = field(default_factory=list)

    @property
    def level(self) -> int:
        return self.heading.level if self.heading else 0

    @property
    def place(self) -> Place:
        """Where its heading stands."""
        return Place(self.heading.start + 1 if self.heading else 1, 1)


def sections(blocks: Iterable[Block], end: int) -> list[Section]:
    """Part a page of so many lines at its headings; the first section is what stands above them all."""
    found = [Section()]
    for block in blocks:
        if block.kind == "heading":
            found[-1].end = block.start
            found.append(Section(block, plain(block.text), start=block.end))
        else:
            found[-1].blocks.append(block)
    found[-1].end = end
    return found


def find_card(section: Section, *, title: bool = False) -> Sequence[Item]:
    """Take the card off the first list directly under a heading; return the items of a list that is none.

    A ``[ ]`` item ends the card.
    """
    first = section.blocks[0] if section.blocks else None
    if first is None or first.kind != "list":
        return ()
    tops = first.items[: first.tops]
    count = next((at for at, item in enumerate(tops) if item.task), len(tops))
    if not is_card(tops[:count], title=title):
        return tops[:count]
    section.card = tops[:count]
    section.start = first.end if count == len(tops) else tops[count].text.line - 1
    return ()


def mark_steps(found: Iterable[Section]) -> None:
    """Mark as steps the headings with a card or with steps below."""
    above: list[Section] = []
    for section in found:
        while above and above[-1].level >= section.level:
            above.pop()
        above.append(section)
        if section.card is not None:
            for each in above:
                each.is_step = True


def joined(first: Section, following: Iterable[Section]) -> Iterator[Section]:
    """Yield the steps; headings that are text join what stands above them, ``first`` included."""
    above = first
    for section in following:
        if section.is_step:
            above = section
            yield section
        else:
            above.blocks += section.blocks
            above.end = section.end


def nested(steps: Iterable[Section]) -> list[Section]:
    """Put the steps inside those above them; return the outermost."""
    outermost: list[Section] = []
    above: list[Section] = []
    for section in steps:
        while above and above[-1].level >= section.level:
            above.pop()
        (above[-1].inside if above else outermost).append(section)
        above.append(section)
    return outermost
