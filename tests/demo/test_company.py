from __future__ import annotations

import re

import pytest

from doorstep.demo import company
from doorstep.demo.contract import contract_pdf


def test_everybody_named_by_somebody_is_there() -> None:
    named = {key for person in company.PEOPLE for key in (person.manager, person.stand_in) if key}
    assert named <= set(company.BY_KEY)


def test_everybody_inside_has_accounts_of_their_own_and_the_client_has_none() -> None:
    inside = [person for person in company.PEOPLE if person.inside]
    for accounts in ({person.jira for person in inside}, {person.salesforce for person in inside}):
        assert len(accounts) == len(inside)
    lena = company.BY_KEY["lena"]
    assert (lena.inside, lena.jira, lena.salesforce) == (False, "", "")


@pytest.mark.parametrize(
    ("prefix", "number", "expected"),
    [("006", 412, "006Ns0000000412IAA"), ("005", 1, "005Ns0000000001IAA")],
)
def test_record_ids_carry_their_checksum(prefix: str, number: int, expected: str) -> None:
    assert company.salesforce_id(prefix, number) == expected


def test_a_checksum_counts_capitals_in_fives() -> None:
    assert company.long_id("001D000000IRFma") == "001D000000IRFmaIAH"  # the example Salesforce publishes


def test_the_contract_is_a_pdf_whose_index_points_at_its_objects() -> None:
    pdf = contract_pdf()
    start = int(re.findall(rb"startxref\n(\d+)", pdf)[0])
    offsets = [int(one) for one in re.findall(rb"(\d{10}) 00000 n ", pdf[start:])]
    assert pdf.startswith(b"%PDF-1.4")
    assert pdf.endswith(b"%%EOF\n")
    assert [pdf[offset:].split(b"\n")[0] for offset in offsets] == [b"%d 0 obj" % n for n in range(1, 7)]
    stream = re.search(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", pdf, re.DOTALL)
    assert stream is not None
    assert int(stream[1]) == len(stream[2])


def test_the_amended_contract_differs_in_its_cap() -> None:
    amended = contract_pdf(cap="150 %", version=4)
    assert b"Capped at 150 % of the price" in amended
    assert b"Capped at 100 % of the price" in contract_pdf()
