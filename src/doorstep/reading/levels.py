"""The four levels: what a page can do as it is, and what is missing for the next one.

*kept*: a file with an owner.  *readable*: a page of text.  *followed*: steps and checklists that people tick.
*run*: it asks people and does things.  A page with errors does not run; it is still read and followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from doorstep.reading.page import Fault, Page, Step
from doorstep.reading.ticked import ticked

KEPT, READABLE, FOLLOWED, RUN = LEVELS = ("kept", "readable", "followed", "run")
"""The levels, the lowest first."""

MEANINGS = {
    KEPT: "a file with an owner",
    READABLE: "a page to read",
    FOLLOWED: "a page to work through and tick",
    RUN: "a page that runs: it asks people and does the rest",
}

_NO_PAGE = frozenset({"E101", "E122", "E123"})
"""Faults of what is no page at all: without a title, or too large to be read."""

_SILENT = "E406"
"""A card that asks nobody and does nothing: said by the step's name."""


def reach(text: str, page: Page, faults: Sequence[Fault]) -> str | None:
    """Return the highest level a text reaches as it is; None for what is no page at all."""
    if not page.title or any(fault.code in _NO_PAGE for fault in faults):
        return None
    if any(map(_runs, page.walk())) and not _errors(faults):
        return RUN
    return FOLLOWED if any(ticked(text).walk()) else READABLE


def missing(level: str, text: str, page: Page, faults: Sequence[Fault]) -> tuple[str, ...]:
    """Return what a page of a level needs for the next one, in sentences; nothing for a page that runs."""
    match level:
        case "kept":
            return ("It is a file: paste its text, or upload it as a page.",)
        case "readable":
            return tuple(_for_followed(text))
        case "followed":
            return tuple(_for_run(page, faults))
        case _:
            return ()


def _for_followed(text: str) -> Iterator[str]:
    if any(ticked(text).walk()):
        yield "Nothing: it has steps or checklists, so it can be published as a page to follow."
    else:
        yield "It has no steps: put what is to be done in a list with “[ ]”, or give a heading a card."


def _for_run(page: Page, faults: Sequence[Fault]) -> Iterator[str]:
    """Yield what keeps a page from running: its errors, and the steps nobody is asked in."""
    silent = [step for step in page.walk() if not step.steps and not _runs(step)]
    if not any(True for _ in page.walk()):
        yield "Its checklists stand under headings without a card: put “- Who: …” under each heading."
    for step in silent:
        yield f"Nobody is asked in “{step.name}”: add Who."
    for fault in _errors(faults):
        if fault.code != _SILENT:
            yield f"Line {fault.place.line}: {fault.text}"
    if not silent and not _errors(faults) and any(map(_runs, page.walk())):
        yield "Nothing: every step has somebody who is asked, so it can be published as a page that runs."


def _runs(step: Step) -> bool:
    return bool(step.card and (step.card.who or step.card.action))


def _errors(faults: Sequence[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.severity == "error"]
