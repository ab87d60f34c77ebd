"""A page that is followed: each heading with a checklist, and each step, is for whoever works through it.

Nobody else is asked and nothing is done by itself, so whatever is wrong with its cards stands in nobody's way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from doorstep.reading.blocks import References, blocks
from doorstep.reading.page import Card, Page, Starter, Step, TitleCard, Who
from doorstep.reading.sections import Section, find_card, mark_steps, sections
from doorstep.reading.text import front_matter, read

CHANNEL = "page"
"""Whoever works through a page is shown it on their Home; they are not written to about it."""

ALL = "Work through the list"
"""What the list directly under the title is called."""

_CARD = Card(who=Who(Starter(), channel=CHANNEL))


def ticked(text: str, *, file: str = "") -> Page:
    """Return a followed page as one that its starter works through, heading by heading, in page order.

    Title, owner and prose are the page's own.  A page without steps and checklists has none here either.
    """
    page = read(text, file=file).page
    made = read("\n".join(_rewritten(text))).page
    card = TitleCard(owner=page.card.owner, expert=page.card.expert, group=page.card.group, calendar=page.card.calendar)
    named: dict[str, int] = {}
    steps = tuple(_own(step, named) for step in made.steps)
    return replace(page, card=card, body=made.body, facts=(), tail="", steps=steps, unread=())


def _own(step: Step, named: dict[str, int]) -> Step:
    """Give a step to whoever works through the page; a heading over others only gathers them.

    Headings may come twice on such a page ("Check", each morning and evening): the second is "Check (2)".
    """
    named[step.name] = number = named.get(step.name, 0) + 1
    name = step.name if number == 1 else f"{step.name} ({number})"
    if step.steps:
        return replace(step, name=name, card=None, steps=tuple(_own(inner, named) for inner in step.steps))
    return replace(step, name=name, card=_CARD)


def _rewritten(text: str) -> Iterator[str]:
    """Yield the lines of a page in which every heading with things to do has a card, and no other card is left."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if front_matter(text) is not None:
        end = lines.index("---", 1) + 1 if "---" in lines[1:] else 0
        lines = lines[end:]
    references: References = {}
    found = sections(blocks(lines, references), len(lines))
    titled = 1 if len(found) > 1 and found[1].level == 1 else 0
    for at, section in enumerate(found):
        find_card(section, title=at == titled)
    mark_steps(found[titled + 1 :])
    for at, section in enumerate(found):
        yield from _section(section, lines, is_title=at <= titled)


def _section(section: Section, lines: Sequence[str], *, is_title: bool) -> Iterator[str]:
    heading = section.heading
    first = heading.start if heading else 0
    yield from lines[first : heading.end if heading else 0]
    body = lines[section.start : section.end]
    tasks = [item for block in section.blocks for item in block.items if item.task]
    if is_title and tasks:
        top = min(item.text.line - 1 for item in tasks)
        yield from lines[section.start : top]
        yield from ("", f"## {ALL}", "", "- Who: whoever started this", "")
        yield from lines[top : section.end]
        return
    if not is_title and (tasks or section.card is not None):
        yield from ("", "- Who: whoever started this", "")
    yield from body
