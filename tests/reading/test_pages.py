"""The example pages of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstep.reading.check import check
from doorstep.reading.keys import STEP_KEYS, TITLE_KEYS
from doorstep.reading.text import read
from doorstep.reading.writing import write

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*.md"))
LATER = {"Decide", "Run"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_an_example_has_no_fault(path: Path) -> None:
    assert [str(fault) for fault in check(path.read_text(encoding="utf-8"), file=path.name).faults] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_an_example_is_written_as_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert write(read(text).page) == text


def test_the_examples_use_every_key_this_version_runs() -> None:
    used: set[str] = set()
    for path in PAGES:
        page = read(path.read_text(encoding="utf-8")).page
        used.update(key for key, _ in page.card.places)
        used.update(key for step in page.walk() if step.card for key, _ in step.card.places)
    assert (set(STEP_KEYS) | set(TITLE_KEYS)) - used == LATER
