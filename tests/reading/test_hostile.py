"""Pages nobody should write: a fault, never an error, and never for long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.reading.text import read
from doorstep.reading.writing import write

MEBIBYTE = 1024 * 1024
CARD = "# T\n\n## S\n\n- Who: A\n"
SLOW = {
    "quotes in quotes": ">" * MEBIBYTE,
    "lists in lists": "- " * (MEBIBYTE // 2),
    "deep lists": "\n".join("  " * depth + "- x" for depth in range(1000)),
    "brackets": CARD + "\n" + "[" * 500_000,
    "brackets closed": CARD + "\n" + "[" * 250_000 + "]" * 250_000,
    "stars": CARD + "\n" + "*a_" * 300_000,
    "backticks": CARD + "\n" + "`" * 500_000 + "a",
    "headings": "# a\n" * 10_000,
    "paragraphs of brackets": CARD + ("\n" + "[" * 3_990 + "\n") * 240,
    "paragraphs of pictures": CARD + ("\n" + "![" * 99 + "*a_" * 1_200 + "\n") * 240,
    "headings of brackets": "".join(f"## {'[](' * 99}{n}\n- Who: A\n" for n in range(150)),
    "steps": "# T\n" + "".join(f"## {n}\n- Who: A\n" for n in range(4_000)),
    "keys": CARD + "- Who: A\n" * 20_000,
    "unknown keys": CARD + "- Who: A\n" + "- Whoop: A\n" * 20_000,
    "pipes": "| Fact | Kind |\n|---|---|\n" + "|" * 900_000,
    "rows": "# T\n\n| Fact | Kind |\n|---|---|\n" + "| a | txt |\n" * 5_000,
    "an open quotation": CARD + '- See: "' + '\\"' * 400_000,
    "commas": CARD + "- See: " + "," * 100_000,
    "open brackets": CARD + "- Fill in: " + "(" * 900_000,
    "spaces in a role": CARD + "- Who: a" + " " * 900_000 + "(",
    "managers": CARD + "- Who: " + "manager of " * 90_000,
    "lists of lists": "# T\n\n| Fact | Kind |\n|---|---|\n| a | " + "list of " * 100_000 + "|",
    "joints": CARD + "- After: " + "a and " * 150_000,
    "braces": CARD + "- Approve: " + "{" * 900_000,
    "a long number": CARD + "- Due: " + "9" * 900_000 + " days",
    "many tokens": CARD + "\n" + "eyJaaaaaaaaaa." * 60_000,
    "words of secrets": CARD + "\n" + "password: 1" * 80_000,
    "entities": CARD + "\n" + "&" * 900_000,
    "front matter": "---\n" + "a: b\n" * 50_000,
    "html": CARD + "\n" + "<a " * 300_000,
    "definitions": CARD + "\n" + "[a]: b\n" * 20_000,
    "a long heading": "# " + "*a* [b](c) " * 80_000,
    "blank lines": "# T\n" + "\n" * 300_000 + "## S\n- Who: A",
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW.keys())
def test_a_hostile_page_is_read_in_time(text: str) -> None:
    began = time.perf_counter()
    reading = read(text)
    assert time.perf_counter() - began < 60
    assert len(reading.faults) <= 501


def test_a_page_over_a_mebibyte_is_refused() -> None:
    reading = read("# T\n" + "ä" * (MEBIBYTE // 2), file="big.md")
    assert [str(fault) for fault in reading.faults] == [
        "big.md:1:1 E122 Expected a page of at most 1 MiB, but got 524,292 characters. Nothing of it was read."
    ]
    assert write(reading.page) == "\n"


def test_more_than_two_thousand_steps_are_refused() -> None:
    reading = read("# T\n" + "".join(f"## {n}\n- Who: A\n" for n in range(2_001)))
    assert [(fault.code, fault.place.line) for fault in reading.faults] == [("E123", 4002)]
    assert reading.page.steps == ()


def test_bytes_that_are_no_text_are_named_once() -> None:
    text = "# T\x00\n\n## S\n- Who: A\udce4\x00\n"
    reading = read(text)
    assert [(fault.code, fault.place.line, fault.place.column) for fault in reading.faults] == [("E124", 1, 4)]
    assert reading.page.title == "T\ufffd"


def test_the_faults_of_a_hopeless_page_end_somewhere() -> None:
    faults = read("# T\n\n## S\n\n- Who: A\n" + "- Nonsense\n" * 2_000).faults
    assert (len(faults), faults[-1].code) == (501, "E126")


@given(st.binary())
def test_bytes_decoded_with_replacement_are_read(data: bytes) -> None:
    read(data.decode(errors="replace"))
    read(data.decode(errors="surrogateescape"))


@given(st.text(alphabet='#-*>|`:[]()<>!"\\ \n\tWho{}=,', max_size=200))
def test_text_of_nothing_but_signs_is_read(text: str) -> None:
    page = read(text).page
    assert read(write(page)).page == page
