from __future__ import annotations

import pytest

from doorstep.reading.beside import mended, spots
from doorstep.reading.check import check
from doorstep.reading.directory import Listed
from doorstep.reading.page import Fault, Place

TEXT = """\
# Sign it

- Owner: Legal council
- Nedeed by: the same day

| Fact | Kind | From |
|---|---|---|
| contract | fil | whoever starts |

## Sign

- Who: Legal council,
  by e-mail
- Approve: {contract}
- Deu: 1 hour
- Due: soonish

Guidance.

## Send

- Who: Legal counsel
- Confirm
"""
DIRECTORY = Listed(roles=("Legal counsel",))


def test_each_fault_is_beside_its_field() -> None:
    found = check(TEXT, directory=DIRECTORY)
    said = [(spot.fault.code, spot.step, spot.field) for spot in spots(found.page, TEXT, found.faults)]
    assert said[:8] == [
        ("E104", None, "Owner"),
        ("E102", None, "text"),
        ("E202", None, "facts"),
        ("E104", 0, "Who"),
        ("E302", 0, "Approve"),
        ("E408", 0, "Approve"),
        ("E102", 0, "text"),
        ("E109", 0, "Due"),
    ]


def test_a_suggestion_is_taken() -> None:
    faults = [fault for fault in check(TEXT, directory=DIRECTORY).faults if fault.suggestion]
    assert [(fault.came, fault.suggestion) for fault in faults][:3] == [
        ("Legal council", "Legal counsel"),
        ("Nedeed by", "Needed by"),
        ("fil", "file"),
    ]
    text = TEXT
    while fault := next((fault for fault in check(text, directory=DIRECTORY).faults if fault.suggestion), None):
        mend = mended(text, fault)
        assert mend is not None
        text = mend
    assert text == (
        TEXT.replace("council", "counsel").replace("Nedeed", "Needed").replace("fil ", "file ").replace("Deu", "Due")
    )


@pytest.mark.parametrize(
    "fault",
    [
        Fault("E104", "", Place(3, 1)),
        Fault("E104", "", Place(99, 1), suggestion="x", came="Legal council"),
        Fault("E104", "", Place(2, 1), suggestion="x", came="Legal council"),
        Fault("E104", "", Place(0, 0), suggestion="x", came="Legal council"),
    ],
)
def test_a_suggestion_that_has_no_place_is_not_taken(fault: Fault) -> None:
    assert mended(TEXT, fault) is None


def test_what_came_earlier_in_the_line_is_found_and_line_ends_stay() -> None:
    fault = Fault("E104", "", Place(2, 9), suggestion="Legal counsel", came="legal council")
    assert mended("one\r\n- Legal council\r\nthree", fault) == "one\r\n- Legal counsel\r\nthree"
