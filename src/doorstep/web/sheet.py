"""The page that is being edited, as its author sees it: every step a sentence, one of them open as a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from doorstep.reading.beside import FACTS, Spot
from doorstep.reading.card_form import FactRow, rows_of
from doorstep.reading.page import Page, Step
from doorstep.web.editor_forms import SPARE, Form, step_form, title_form
from doorstep.web.steps import Row
from doorstep.web.steps import rows_of as sentences_of

TITLE, FACTS_OPEN, INTRO = "title", "facts", "intro"


@dataclass(frozen=True, slots=True)
class Shown:
    """One step of the sheet.  ``at`` is its number on the page; ``form`` is there when it is open."""

    at: int
    row: Row
    steps: tuple[Shown, ...]
    spots: tuple[Spot, ...] = ()
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page.  ``open`` is what is open: a step's number, "title", "facts", "intro", or nothing."""

    page: Page
    steps: tuple[Shown, ...]
    open: str
    title: Form | None
    facts: tuple[FactRow, ...]
    head_spots: tuple[Spot, ...]
    fact_spots: tuple[Spot, ...]

    @property
    def rows(self) -> tuple[FactRow, ...]:
        """The table of facts with empty rows at its end."""
        return (*self.facts, *(FactRow("") for _ in range(SPARE)))

    @property
    def opened(self) -> Step | None:
        """The step that is open."""
        return next((step for at, step in enumerate(self.page.walk()) if str(at) == self.open), None)


def sheet(page: Page, spots: tuple[Spot, ...], *, open_: str = "") -> Sheet:
    """Return a page as it is edited."""
    rows = sentences_of(page)
    head = tuple(spot for spot in spots if spot.step is None and spot.field != FACTS)
    return Sheet(
        page,
        tuple(_shown(page.steps, iter(enumerate(rows)), spots, open_)),
        open_,
        title_form(page, head) if open_ == TITLE else None,
        rows_of(page.facts, page.unread),
        head,
        tuple(spot for spot in spots if spot.step is None and spot.field == FACTS),
    )


def _shown(
    steps: tuple[Step, ...], rows: Iterator[tuple[int, Row]], spots: tuple[Spot, ...], open_: str
) -> Iterator[Shown]:
    for step in steps:
        at, row = next(rows)
        mine = tuple(spot for spot in spots if spot.step == at)
        inner = tuple(_shown(step.steps, rows, spots, open_))
        yield Shown(at, row, inner, mine, step_form(step, mine) if open_ == str(at) else None)
