"""The steps of a page as rows to show: the same for a page that is read and for one that runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import slugify

from doorstep.library.appearing import repairs_of
from doorstep.library.models import Bulletin
from doorstep.reading.page import ChecklistItem, Page, Step
from doorstep.reading.sentences import sentence


@dataclass(frozen=True, slots=True)
class Row:
    """One heading of the page.  ``mark`` is its number among the steps, empty for a group and a repair."""

    step: Step
    anchor: str
    mark: str
    says: str
    group: bool = False
    repair: bool = False
    bulletins: tuple[Bulletin, ...] = ()

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def guidance(self) -> str:
        return self.step.guidance

    @property
    def checklist(self) -> tuple[ChecklistItem, ...]:
        return self.step.checklist

    @property
    def quotation(self) -> str | None:
        return self.step.quotation


def rows_of(page: Page) -> tuple[Row, ...]:
    """Return every heading in page order; steps are numbered, groups and repair steps are not."""
    return tuple(_rows(page))


def _rows(page: Page) -> Iterator[Row]:
    repairs = repairs_of(page)
    number = 0
    for step in page.walk():
        counted = not step.steps and step.name not in repairs
        number += counted
        mark = str(number) if counted else "" if step.steps else "–"
        repair = step.name in repairs
        said = sentence(step, page)
        if said.rstrip(".").casefold() == step.name.casefold():  # “All at once” says it already
            said = ""
        says = f"Only after a rejection. {said}" if repair else said
        yield Row(step, anchor(step.name), mark, says, bool(step.steps), repair)


def anchor(name: str) -> str:
    """Return the fragment of a step's address."""
    return slugify(name) or "step"
