from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.reading import made

from doorstep.reading.page import Page, Step
from doorstep.reading.text import read
from doorstep.reading.writing import write


def bare(step: Step) -> Step:
    """Leave out what is read from the body."""
    return replace(
        step, guidance="", quotation=None, checklist=(), links=(), steps=tuple(bare(inner) for inner in step.steps)
    )


def bare_page(page: Page) -> Page:
    return replace(page, steps=tuple(bare(step) for step in page.steps))


@given(made.pages)
def test_reading_what_was_written_gives_the_same_page_without_a_fault_of_form(page: Page) -> None:
    found = read(write(page))
    assert bare_page(found.page) == page
    assert {fault.code for fault in found.faults} <= {"E190", "W190", "E116", "E117", "E205", "W104"}


@given(made.texts)
def test_writing_keeps_what_was_read_of_any_text(text: str) -> None:
    page = read(text).page
    assert read(write(page)).page == page


@given(made.texts)
def test_writing_again_changes_nothing(text: str) -> None:
    written = write(read(text).page)
    assert write(read(written).page) == written


@given(st.text())
def test_any_text_is_read_and_written(text: str) -> None:
    written = write(read(text).page)
    assert write(read(written).page) == written
