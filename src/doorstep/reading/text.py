"""A page's text read: its process and its faults.  Never raises, whatever the text is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from doorstep.reading.blocks import BLANK, Block, References, blocks, links
from doorstep.reading.cards import read_card
from doorstep.reading.faults import Report
from doorstep.reading.items import Item, nearly_a_card
from doorstep.reading.keys import TITLE_KEYS
from doorstep.reading.page import ChecklistItem, Fault, Page, Place, Step
from doorstep.reading.review import review
from doorstep.reading.sections import Section, find_card, joined, mark_steps, nested, sections
from doorstep.reading.table import is_fact_table, read_facts
from doorstep.reading.titles import read_title_card

MOST_BYTES = 1024 * 1024
MOST_STEPS = 2_000
MOST_ITEMS = 9

FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<entries>(?:[^\n]*\n){0,200}?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
_ENTRY = re.compile(r"^\w[\w .-]*:(?:\s|$)", re.MULTILINE)
_NEWLINE = re.compile(r"\r\n?|\n")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_QUOTE_MARK = re.compile(r" {0,3}> ?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A page and what is wrong with its text.  What its steps mean together is for `reading.check`."""

    page: Page
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """What every part of a page is read from."""

    lines: Sequence[str]
    references: References
    report: Report
    names: frozenset[str] = frozenset()

    def part(self, lines: Iterable[str]) -> str:
        """Return lines as one text, without the blank ones around."""
        kept = list(lines)
        start, end = 0, len(kept)
        while start < end and not kept[start].strip(BLANK):
            start += 1
        while start < end and not kept[end - 1].strip(BLANK):
            end -= 1
        return "\n".join(kept[start:end])


def read(text: str, *, file: str = "") -> Reading:
    """Read a page: its value, and its faults in the order of the text.

    The value is as whole as the faults allow; a page that is too large is refused and empty.
    """
    report = Report()
    page = _page(text, report)
    faults = sorted(report.faults, key=lambda fault: (fault.place, fault.code))
    return Reading(replace(page, file=file), tuple(replace(fault, file=file) for fault in faults))


def _page(text: str, report: Report) -> Page:
    if len(text) > MOST_BYTES or len(text.encode(errors="replace")) > MOST_BYTES:
        report.add("E122", Place(1, 1), came=f"{len(text):,} characters")
        return Page("")
    newline = _NEWLINE.search(text)
    text = _cleaned(text, report)
    source = _Source(text.split("\n"), {}, report)
    page = _read(source, _without_front_matter(text, report))
    review(page, text, report)
    return replace(page, newline="\r\n" if newline and newline[0] == "\r\n" else "\n")


def _cleaned(text: str, report: Report) -> str:
    """Return the text with line feeds between its lines and without what is no text."""
    text = _NEWLINE.sub("\n", text.removeprefix("\ufeff"))
    if found := _NO_TEXT.search(text):
        line = text.count("\n", 0, found.start())
        report.add("E124", Place(line + 1, found.start() - text.rfind("\n", 0, found.start())))
        text = _NO_TEXT.sub("\ufffd", text)
    return text


def _without_front_matter(text: str, report: Report) -> list[str]:
    """Return the lines, those of front matter blank."""
    lines = text.split("\n")
    found = front_matter(text)
    if found is not None:
        report.add("E125", Place(1, 1))
        count = found.count("\n") + 2
        lines[:count] = [""] * count
    return lines


def front_matter(text: str) -> str | None:
    """Return the lines between the two ``---`` a text starts with, if they say anything."""
    found = FRONT_MATTER.match(text)
    return found["entries"] if found and _ENTRY.search(found["entries"]) else None


def _read(source: _Source, lines: Sequence[str]) -> Page:
    found = sections(blocks(lines, source.references), len(lines))
    title, following = _title(found, source.report)
    for section in following:
        if (near := nearly_a_card(find_card(section))) is not None:
            source.report.add("W103", near.place, came=near.text)
    mark_steps(following)
    steps = list(joined(title, following))
    if len(steps) > MOST_STEPS:
        source.report.add("E123", steps[MOST_STEPS].place, came=f"{len(steps):,}")
        return Page("")
    source = replace(source, names=frozenset(step.name for step in steps))
    page = replace(_head(title, source), steps=tuple(_step(step, source) for step in nested(steps)))
    if title.heading is None:
        return replace(page, preamble=source.part(source.lines[: title.end]), body="")
    return replace(page, preamble=source.part(source.lines[: title.heading.start]))


def _title(found: list[Section], report: Report) -> tuple[Section, list[Section]]:
    """Return the title and what follows; where there is none, what stands at the top takes its place."""
    heading = found[1].heading if len(found) > 1 else None
    if heading and heading.level == 1 and heading.text:
        _meant_as_card(find_card(found[1], title=True), report)
        return found[1], found[2:]
    came = f'the first heading is "{heading.text}"' if heading else "there is no heading"
    report.add("E101", Place(heading.start + 1 if heading else 1, 1), came=came)
    return found[0], found[1:]


def _meant_as_card(items: Sequence[Item], report: Report) -> None:
    """Report a misspelt key under the title: where every item has the form of one it is a card, else it may be text."""
    if (near := nearly_a_card(items, title=True)) is None:
        return
    if all(item.key for item in items):
        report.add("E102", near.place, came=near.text.rstrip(": "), near=TITLE_KEYS)
    else:
        report.add("W103", near.place, came=near.text)


# -- The title and its facts -----------------------------------------------------------------------


def _head(title: Section, source: _Source) -> Page:
    """Read the title with its card, its text and the facts; the steps come later."""
    card = read_title_card(title.card or (), source.report)
    for item in _checklist(title, source.report):
        if item.killer:
            source.report.add("E117", item.place)
    page = Page(title.name, card, heading=_heading(title))
    table = next((block for block in title.blocks if _is_of_facts(block, source.lines)), None)
    _more_tables((block for block in title.blocks if block is not table), source)
    if table is None or title.heading is None:
        return replace(page, body=_body(title, source, title.end))
    facts, unread = read_facts(source.lines[table.start : table.end], table.start, source.report)
    body = _body(title, source, table.start)
    tail = source.part(source.lines[table.end : title.end])
    return replace(page, body=body, facts=facts, unread=unread, tail=tail)


def _is_of_facts(block: Block, lines: Sequence[str]) -> bool:
    return block.kind == "table" and is_fact_table(lines[block.start])


def _more_tables(blocks_: Iterable[Block], source: _Source) -> None:
    for block in blocks_:
        if _is_of_facts(block, source.lines):
            source.report.add("E205", Place(block.start + 1, 1))


# -- Steps -----------------------------------------------------------------------------------------


def _step(section: Section, source: _Source) -> Step:
    if section.level == 1:
        source.report.add("E120", section.place, came=section.name)
    _more_tables(section.blocks, source)
    card = None
    if section.card is not None:
        card = read_card(section.card, names=source.names, report=source.report)
    checklist = tuple(_checklist(section, source.report))
    quotes = [block for block in section.blocks if block.kind == "quote"]
    return Step(
        section.name,
        section.level,
        card,
        body=_body(section, source, section.end),
        guidance=_guidance(section, quotes, source),
        quotation="\n\n".join(_said(source.lines[block.start : block.end]) for block in quotes) or None,
        checklist=checklist,
        links=tuple(link for text in _texts(section) for link in links(text, source.references)),
        steps=tuple(_step(inner, source) for inner in section.inside),
        heading=_heading(section),
        place=section.place,
    )


def _heading(section: Section) -> str:
    """Return the heading as written where its markup would be lost."""
    return section.heading.text if section.heading and section.heading.text != section.name else ""


def _body(section: Section, source: _Source, end: int) -> str:
    """Return the text below the card; what is left of an indented list moves to the left with it."""
    lines = list(source.lines[section.start : end])
    first = section.blocks[0] if section.blocks else None
    if section.card and first and section.start < first.end:
        indent = len(lines[0]) - len(lines[0].lstrip())
        count = first.end - section.start
        lines[:count] = [line[min(indent, len(line) - len(line.lstrip())) :] for line in lines[:count]]
    return source.part(lines)


def _guidance(section: Section, quotes: Sequence[Block], source: _Source) -> str:
    """Return the body without its checklists and quotations."""
    spans = [(block.start, block.end) for block in quotes]
    spans += [(item.text.line - 1, item.text.line - 1 + item.lines) for item in _tasks(section.blocks, section.start)]
    if not spans:
        return _body(section, source, section.end)
    kept, at = [], section.start
    for start, end in [*sorted(spans), (section.end, section.end)]:
        kept.append(source.part(source.lines[at : max(start, at)]))
        at = max(at, end)
    return "\n\n".join(part for part in kept if part)


def _tasks(blocks_: Iterable[Block], start: int) -> Iterator[Item]:
    """Yield the items of the checklists below a card."""
    for block in blocks_:
        yield from (item for item in block.items if item.task and item.text.line > start)


def _checklist(section: Section, report: Report) -> Iterator[ChecklistItem]:
    """Yield what is to be ticked; a list is what stands between two pauses."""
    for block in section.blocks:
        items = list(_tasks((block,), section.start))
        if len(items) > MOST_ITEMS:
            report.add("W101", items[MOST_ITEMS].text.cut(items[MOST_ITEMS].task).place, came=len(items))
        for item in items:
            text = item.text.cut(item.task)
            killer = text.text.startswith("!")
            yield ChecklistItem(text.cut(1).text if killer else text.text, killer=killer, place=text.place)


def _said(lines: Sequence[str]) -> str:
    """Return a quotation without its marks."""
    return "\n".join(_QUOTE_MARK.sub("", line, count=1) for line in lines).strip()


def _texts(section: Section) -> Iterator[str]:
    """Yield the texts below the card that may hold links."""
    for block in section.blocks:
        yield from (text for line, text in block.inline if line >= section.start)
