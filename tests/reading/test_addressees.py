from __future__ import annotations

import pytest

from doorstep.reading.addressees import EXPECTED, addressee_from, read_channel, read_who, write_addressee, write_who
from doorstep.reading.page import Address, Addressee, Doer, FactHolder, ManagerOf, Place, Role, Starter, Who
from doorstep.reading.phrase import Phrase, Unreadable


@pytest.mark.parametrize(
    ("written", "expected", "canonical"),
    [
        ("Legal counsel", Role("Legal counsel"), "Legal counsel"),
        ("2nd line R&D / IT", Role("2nd line R&D / IT"), "2nd line R&D / IT"),
        (
            "Tax lead (country: {country}, team: EU)",
            Role("Tax lead", (("country", "{country}"), ("team", "EU"))),
            "Tax lead (country: {country}, team: EU)",
        ),
        ("mira@northwind.example", Address("mira@northwind.example"), "mira@northwind.example"),
        ("<mailto:m.holt+a@x.example>", Address("m.holt+a@x.example"), "m.holt+a@x.example"),
        ("{ delivery contact }", FactHolder("delivery contact"), "{delivery contact}"),
        ("Whoever started it", Starter(), "whoever started this"),
        ("whoever started", Starter(), "whoever started this"),
        ('whoever did "Sign \\"it\\""', Doer('Sign "it"'), 'whoever did "Sign \\"it\\""'),
        ("whoever did “Sign”", Doer("Sign"), 'whoever did "Sign"'),
        ("whoever did Sign off", Doer("Sign off"), 'whoever did "Sign off"'),
        ("the manager of Legal counsel", ManagerOf(Role("Legal counsel")), "manager of Legal counsel"),
        (
            "manager of manager of whoever started this",
            ManagerOf(ManagerOf(Starter())),
            "manager of manager of whoever started this",
        ),
    ],
)
def test_an_addressee_is_read_and_written(written: str, expected: Addressee, canonical: str) -> None:
    assert addressee_from(written) == expected
    assert write_addressee(expected) == canonical
    assert addressee_from(canonical) == expected


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (
            "whoever startd this",
            f'Expected {EXPECTED}, but got "whoever startd this". Did you mean "whoever started this"?',
        ),
        (
            'whoever did "A" or "B"',
            'Expected the name of one step in quotation marks after "whoever did", but got ""A" or "B"".',
        ),
        ("Tax lead (Germany)", 'Expected a scope such as "country: {country}", but got "Germany".'),
    ],
)
def test_what_is_no_addressee_is_refused_in_a_sentence(written: str, says: str) -> None:
    with pytest.raises(ValueError) as reason:
        addressee_from(written)
    assert str(reason.value) == says


@pytest.mark.parametrize(
    "written", ["", "Legal; Finance", "{}", "a@b", "Lead (", "manager of ", "manager of " * 9, "each of x"]
)
def test_other_text_is_no_addressee(written: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        addressee_from(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Legal counsel", Who(Role("Legal counsel"))),
        ("Legal counsel, by E-Mail", Who(Role("Legal counsel"), "e-mail")),
        ("2 of Approver, by Jira", Who(Role("Approver"), "Jira", count=2)),
        ("three of Approver", Who(Role("Approver"), count=3)),
        ("each of {reviewers}", Who(FactHolder("reviewers"), each="reviewers")),
        (
            "each of reviewers, one after another, by e-mail",
            Who(FactHolder("reviewers"), "e-mail", each="reviewers", one_at_a_time=True),
        ),
    ],
)
def test_who_is_read_and_written(written: str, expected: Who) -> None:
    assert read_who(Phrase(written, 1, 1)) == expected
    assert read_who(Phrase(write_who(expected), 1, 1)) == expected


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Legal counsel, Finance", Place(3, 25)),
        ("Legal counsel, by mail, by Jira", Place(3, 34)),
        ("Legal counsel, one after another", Place(3, 10)),
        ("0 of Approver", Place(3, 10)),
        ("2 of {approvers}", Place(3, 10)),
        ("2 of @", Place(3, 15)),
    ],
)
def test_a_who_that_cannot_be_read_says_where(written: str, place: Place) -> None:
    with pytest.raises(Unreadable) as fault:
        read_who(Phrase(written, 3, 10))
    assert (fault.value.code, fault.value.place) == ("E108", place)


def test_mail_has_one_name() -> None:
    assert [read_channel(Phrase(text, 1, 1)) for text in ("E-mail", "mail", "email", "Jira")] == [
        "e-mail",
        "e-mail",
        "e-mail",
        "Jira",
    ]
