"""A page as an outline: its steps, numbered, each with who and what in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doorstep.reading.addressees import write_who
from doorstep.reading.page import Card, Page, Step
from doorstep.reading.verbs import write_action
from doorstep.reading.writing import write_order

_INDENT = "  "


def outline(page: Page) -> str:
    """Return the steps of a page as indented lines, below its title."""
    return "\n".join((page.title or "(no title)", *_lines(page.steps, "", 1))) + "\n"


def _lines(steps: Iterable[Step], above: str, depth: int) -> Iterator[str]:
    for number, step in enumerate(steps, start=1):
        label = f"{above}{number}"
        says = ", ".join(_says(step))
        yield f"{_INDENT * depth}{label} {step.name}{f': {says}' if says else ''}"
        yield from _lines(step.steps, f"{label}.", depth + 1)


def _says(step: Step) -> Iterator[str]:
    """Yield who is asked for what, or how the steps below take turns."""
    card = step.card or Card()
    if step.steps:
        yield write_order(card.order) if card.order else "in turn"
    if card.who:
        yield write_who(card.who)
    if card.action:
        key, value = write_action(card.action)
        yield f"{key.lower()} {value}".strip()
    elif card.who:
        yield "confirm"
    if card.due:
        yield f"due {card.due.time}"
