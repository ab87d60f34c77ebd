"""A page to check steps on, and its faults in short."""

from __future__ import annotations

from doorstep.reading.check import check
from doorstep.reading.directory import Directory

TOP = """# Close

| Fact | Kind | From |
|---|---|---|
| deal | Salesforce Opportunity | whoever starts |
| client | text | deal.Account.Name |
| value | money | deal.Amount |
| contract | file | whoever starts |
| level | choice (low, high) | whoever starts |
| countries | list of country | whoever starts |
| day | date | whoever starts |

"""
LINES = TOP.count("\n")
"""How many lines stand above the steps."""


def faults(steps: str, *, top: str = TOP, directory: Directory | None = None) -> list[str]:
    """Return the faults of a page, lines counted from the first step: ``3:12 E302 …``."""
    above = top.count("\n")
    return [
        f"{fault.place.line - above}:{fault.place.column} {fault.code} {fault.text}"
        for fault in check(top + steps, directory=directory).faults
    ]
