"""Which known name was meant: the nearest by the fewest slips of the pen."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to this one, or None when none is near enough to propose.

    Upper and lower case do not count; a slip is a letter too many, too few, another one, or two
    swapped (optimal string alignment).  One slip in three letters is still near; a single letter is near to
    itself alone.
    """
    wanted = name.casefold()[:80]
    best: str | None = None
    fewest = max(1, len(wanted) // 3) + (len(wanted) > 1)
    for candidate in known:
        if abs(len(candidate) - len(wanted)) >= fewest:
            continue
        slips = _slips(wanted, candidate.casefold(), fewest)
        if slips < fewest:
            best, fewest = candidate, slips
        if not fewest:
            break
    return best


def _slips(one: str, other: str, limit: int) -> int:
    """Count the slips between two words, giving up at the limit."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            slips = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                slips = min(slips, last[j - 2] + 1)
            row.append(slips)
        if min(row) >= limit:
            return limit
    return row[-1]
