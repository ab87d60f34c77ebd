"""Text from elsewhere made into a page: front matter becomes the card of the title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from doorstep.reading.faults import fault
from doorstep.reading.items import OF_TITLE
from doorstep.reading.page import Fault, Page, Place, TitleCard
from doorstep.reading.text import Reading, front_matter, read
from doorstep.reading.writing import write

_ENTRY = re.compile(r"(?P<key>\w[\w .-]*):(?P<value>\s.*|)")
_LIST_ITEM = re.compile(r"\s*-\s+(?P<value>.*)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def import_text(text: str, *, file: str = "") -> Reading:
    """Read a page that may start with YAML front matter, which is turned into the card of the title.

    Understands ``key: value``, ``key: [a, b]`` and lists of ``- a``; what the page says itself wins.
    What is no key of the card is left out with a warning.  Other faults count the lines of the page as
    `write` gives it.  A page without any title takes it from the name of its file.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    entries = front_matter(text)
    if entries is None:
        return read(text, file=file)
    page = read("\n".join(text.split("\n")[entries.count("\n") + 2 :])).page
    title, items, left_out = _named_by(file), [], []
    for line, key, value in _entries(entries.split("\n")):
        if key == "title":
            title = value
        elif key in OF_TITLE and value:
            items.append(f"- {OF_TITLE[key]}: {value}")
        else:
            left_out.append(fault("W105", Place(line, 1), came=key))
    front = read("\n".join(("# Front matter", "", *items))).page.card
    reading = read(write(_joined(page, title, front)), file=file)
    return Reading(reading.page, (*_in_file(left_out, file), *reading.faults))


def _joined(page: Page, title: str, front: TitleCard) -> Page:
    """Put a title and a card where the page has none."""
    if not page.title:
        page = replace(page, title=title, preamble="", body=page.preamble or page.body)
    empty = [each.name for each in fields(TitleCard) if each.compare and not getattr(page.card, each.name)]
    return replace(page, card=replace(page.card, **{name: getattr(front, name) for name in empty}))


def _named_by(file: str) -> str:
    """Make a title of the name of a file: ``docs/close-project.md`` says "Close project"."""
    stem = re.split(r"[/\\]", file)[-1].rpartition(".")[0] or "Untitled page"
    words = " ".join(re.split(r"[\s_-]+", stem))
    return words[:1].upper() + words[1:]


def _entries(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Yield each entry with its line on the page; what is indented or a list belongs to the entry above."""
    number, key, said = 0, "", list[str]()
    for at, line in enumerate(lines, start=2):
        if found := _ENTRY.fullmatch(line):
            if key:
                yield number, key, ", ".join(said)
            number, key, said = at, " ".join(found["key"].lower().split()), []
            line = found["value"]  # noqa: PLW2901 - the rest of the same line
        elif item := _LIST_ITEM.fullmatch(line):
            line = item["value"]  # noqa: PLW2901
        said += _values(line)
    yield number, key, ", ".join(said)  # there is one at least, else it is no front matter


def _values(text: str) -> list[str]:
    """Return what a line says, without comment, brackets and quotation marks."""
    text = _COMMENT.sub("", text).strip()
    parts = text[1:-1].split(",") if text.startswith("[") and text.endswith("]") else [text]
    return [part.strip().strip("\"'") for part in parts if part.strip()]


def _in_file(faults: Iterable[Fault], file: str) -> Iterator[Fault]:
    return (replace(each, file=file) for each in faults)
