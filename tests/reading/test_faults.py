from __future__ import annotations

import pytest

from doorstep.reading.fault_kind import FaultKind
from doorstep.reading.faults import KINDS, MOST_FAULTS, Report, fault, shown
from doorstep.reading.page import Fault, Place
from doorstep.reading.text import read

HERE = Place(31, 8)
OURS = [kind for kind in KINDS.values() if kind.code[1] in "12"]


def test_a_fault_says_where_what_and_what_was_meant() -> None:
    made = fault("E104", HERE, came="Legal council", near=("Finance", "Legal counsel"))
    assert made == Fault(
        "E104", '"Legal council" is not a role. Did you mean "Legal counsel"?', HERE, "error", "Legal counsel"
    )


def test_the_letter_of_the_code_is_the_severity() -> None:
    assert {kind.code[0]: fault_of(kind).severity for kind in KINDS.values()} == {"E": "error", "W": "warning"}


def fault_of(kind: FaultKind) -> Fault:
    names = ("key", "expected", "first", "line", "where", "here", "what", "fact", "kind")
    return fault(kind.code, HERE, came="x", why="x.", **dict.fromkeys(names, "x"))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_each_fault_says_a_sentence_and_why(kind: FaultKind) -> None:
    assert fault_of(kind).text[-1] in ".?"
    assert kind.why.endswith(".")


# A role needs a directory to be none, and W105 is given on import.
@pytest.mark.parametrize(
    "kind", [kind for kind in OURS if kind.example and kind.code not in {"E104", "W105"}], ids=lambda kind: kind.code
)
def test_each_example_has_its_fault(kind: FaultKind) -> None:
    below = {"E2": "# T\n\n| Fact | Kind | From |\n|---|---|---|\n"}.get(kind.code[:2], "")
    text = kind.example
    if kind.code == "E204":
        text = f"# T\n\n{text}\n|---|---|---|"
    elif below:
        text = below + text
    elif not text.startswith(("#", "---")):
        starts = "# T\n\n" if text.startswith("- Starts") else "# T\n\n## A\n\n"
        text = starts + text
    assert kind.code in {found.code for found in read(text).faults}


def test_what_came_fits_a_line() -> None:
    assert shown("a\n  b") == "a b"
    assert shown("x" * 81) == "x" * 79 + "…"


def test_a_report_ends() -> None:
    report = Report()
    for line in range(MOST_FAULTS + 9):
        assert report.full is (line > MOST_FAULTS)
        report.add("E101", Place(line, 1), came="x")
    assert [made.code for made in report.faults[-2:]] == ["E101", "E126"]
