"""The table of facts: its rows made into facts, and facts into rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from doorstep.reading.faults import Report
from doorstep.reading.kinds import read_fact_name, read_kind, write_kind
from doorstep.reading.page import Fact
from doorstep.reading.phrase import Phrase, Unreadable

COLUMNS = ("Fact", "Kind", "From")
STARTER = "whoever starts"

_PIPE = re.compile(r"(?<!\\)\|")
_REQUIRED = re.compile(r"(?:,\s*required|\s\(required\))$", re.IGNORECASE)


def is_fact_table(line: str) -> bool:
    """Say whether a table with this first line is one of facts."""
    return next(_cells(line, 0)).text.lower() == "fact"


def read_facts(lines: Sequence[str], start: int, report: Report) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Read the rows of a table whose first line is ``start``, counted from 0: the facts, and the rows with a fault."""
    columns = _columns(list(_cells(lines[0], start)), report)
    facts: dict[str, Fact] = {}
    unread = []
    for number, line in enumerate(lines[2:], start=start + 2):
        row, none = list(_cells(line, number)), Phrase("", number + 1, len(line) + 1)
        cells = {name: row[at] if at < len(row) else none for name, at in columns.items()}
        try:
            fact = _fact(cells)
            if fact.name in facts:
                raise Unreadable("E201", cells["Fact"], line=facts[fact.name].place.line)  # noqa: TRY301
            facts[fact.name] = fact
        except Unreadable as fault:
            fault.tell(report)
            unread.append(_row(cell.text for cell in cells.values()))
    return tuple(facts.values()), tuple(unread)


def write_facts(facts: Iterable[Fact], unread: Iterable[str]) -> str:
    """Write the table of facts."""
    rows = (
        _row((fact.name, write_kind(fact.kind), f"{fact.source}, required" if fact.required else fact.source))
        for fact in facts
    )
    return "\n".join((_row(COLUMNS), "|---|---|---|", *rows, *unread))


def _columns(header: Sequence[Phrase], report: Report) -> dict[str, int]:
    """Return where the columns stand; one that is missing is empty in every row."""
    known = {name.lower(): name for name in COLUMNS}
    columns: dict[str, int] = {}
    for at, cell in enumerate(header):
        name = known.get(cell.text.lower())
        if name is None or name in columns:
            report.add("E204", cell.place, near=set(COLUMNS) - {name}, came=cell.text)
        else:
            columns[name] = at
    return {name: columns.get(name, len(header)) for name in COLUMNS}


def _fact(cells: dict[str, Phrase]) -> Fact:
    name = read_fact_name(cells["Fact"])
    kind = read_kind(cells["Kind"])
    source = cells["From"].text
    required = _REQUIRED.search(source)
    source = source[: required.start()].strip() if required else source
    return Fact(
        name,
        kind,
        source or STARTER,
        required=required is not None,
        place=cells["Fact"].place,
        source_place=cells["From"].place,
    )


def _cells(line: str, number: int) -> Iterator[Phrase]:
    """Yield the cells of a row with their places."""
    body = line.strip()
    start = line.index(body)
    end = start + len(body)
    start += body.startswith("|")
    pipes = [found.start() for found in _PIPE.finditer(line, start, end)]
    for upto in pipes if pipes and pipes[-1] == end - 1 else [*pipes, end]:
        cell = Phrase(line[start:upto], number + 1, start + 1).cut(0)
        yield Phrase(cell.text.replace("\\|", "|"), cell.line, cell.column)
        start = upto + 1


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
