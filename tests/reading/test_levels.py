from __future__ import annotations

import pytest
from hypothesis import given
from tests.reading import made

from doorstep.reading.check import check
from doorstep.reading.compile import compile as compile_page
from doorstep.reading.levels import missing, reach
from doorstep.reading.text import read
from doorstep.reading.ticked import ticked

SHOP = """\
---
owner: ana
---
# Open the shop

- Owner: ana@x.example

Each morning.

- [ ] Keys

## Lights

- [ ] Front

## Till

- Approve: {float}

### Count it

- [ ] ! Counted

## Lights

- [ ] Back
"""


def found(text: str) -> tuple[str | None, tuple[str, ...]]:
    checked = check(text)
    level = reach(text, checked.page, checked.faults)
    return level, missing(level or "kept", text, checked.page, checked.faults)


def test_a_followed_page_is_worked_through_heading_by_heading() -> None:
    page = ticked(SHOP)
    assert [(step.name, bool(step.card), [item.text for item in step.checklist]) for step in page.walk()] == [
        ("Work through the list", True, ["Keys"]),
        ("Lights", True, ["Front"]),
        ("Till", False, []),
        ("Count it", True, ["Counted"]),
        ("Lights (2)", True, ["Back"]),
    ]
    assert (page.title, page.body) == ("Open the shop", "Each morning.")


@given(made.texts)
def test_whatever_the_text_a_followed_page_can_be_run_by_whoever_works_through_it(text: str) -> None:
    page = ticked(text)
    assert [fault for fault in compile_page(page).faults if fault.severity == "error"] == []
    for step in page.walk():
        assert (step.card is None) == bool(step.steps)


@pytest.mark.parametrize(
    ("text", "level", "lacks"),
    [
        ("Only words.", None, ("It is a file: paste its text, or upload it as a page.",)),
        ("# T\n\nWords.", "readable", ("It has no steps: put what is to be done in a list with “[ ]”, or give a heading a card.",)),
        ("# T\n\n## A\n\n- [ ] x\n", "followed", ("Its checklists stand under headings without a card: put “- Who: …” under each heading.",)),
        ("# T\n\n## A\n\n- See: Handbook\n", "followed", ("Nobody is asked in “A”: add Who.",)),
        ("# T\n\n## A\n\n- Who: X\n", "run", ()),
        ("# T\n\n## A\n\n- Who: X\n- Due: soonish\n", "followed", ("Line 6: Expected",)),
    ],
)  # fmt: skip
def test_what_is_missing_for_the_next_level_is_said(text: str, level: str | None, lacks: tuple[str, ...]) -> None:
    reached, said = found(text)
    assert reached == level
    assert [one[: len(lack)] for one, lack in zip(said, lacks, strict=True)] == list(lacks)


def test_a_page_published_below_what_it_reaches_lacks_nothing() -> None:
    text = "# T\n\n## A\n\n- Who: X\n"
    page = read(text).page
    assert missing("readable", text, page, ())[0].startswith("Nothing: it has steps")
    assert missing("followed", text, page, ())[0].startswith("Nothing: every step")
