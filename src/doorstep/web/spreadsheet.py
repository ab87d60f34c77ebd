"""Rows as lines of a file for a spreadsheet, in which no cell is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence


class _Echo:
    """What the csv module writes to: it gives the line back."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield each row as a line of CSV."""
    out = csv.writer(_Echo())
    for row in rows:
        yield out.writerow([_safe(cell) for cell in row])


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
