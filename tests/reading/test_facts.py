"""Facts of a page: their kinds, and plain JSON read by them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from doorstep.kernel.values import FileRef, Money, Months
from doorstep.reading.facts import FactKinds, NotOfKind, field_path, from_plain, kinds_of, path_of
from doorstep.reading.page import FactKind
from doorstep.reading.text import read

PAGE = """# Close

- Currency: EUR

| Fact | Kind | From |
|---|---|---|
| deal | Salesforce Opportunity | whoever starts |
| value | money | deal.Amount |
| go-live | date | whoever starts |
| countries | list of country | whoever starts |

## Ask

- For each: land in countries
- Who: A
- Fill in: contact (e-mail address, deal.Contact.E-mail), go-live (text), note

## Choose

- Who: A
- Choose: size (small, large)

## Answer

- Who: A
- Answer: reason

## Make

- Do: jira.create (a = value)
- Gives: issue = key
"""


def test_a_page_knows_the_kinds_of_all_its_facts() -> None:
    assert kinds_of(read(PAGE).page) == FactKinds(
        {
            "deal": FactKind("record", system="Salesforce", type="Opportunity"),
            "value": FactKind("money"),
            "go-live": FactKind("date"),
            "countries": FactKind("list", of=FactKind("country")),
            "contact": FactKind("e-mail address"),
            "note": None,
            "size": FactKind("choice", options=("small", "large")),
            "reason": None,
            "issue": None,
            "land": FactKind("country"),
        },
        {("deal", "Amount"): FactKind("money"), ("deal", "Contact", "E-mail"): FactKind("e-mail address")},
        "EUR",
    )


def test_the_item_of_an_unknown_list_has_no_kind() -> None:
    page = read("# A\n\n## B\n\n- For each: x in lists\n- Who: A\n").page
    assert kinds_of(page) == FactKinds({"x": None})


def test_facts_are_read_by_their_kinds_and_records_by_what_the_page_says_of_their_fields() -> None:
    given = {
        "deal": {
            "Amount": 30000,
            "Name": "Apollo",
            "Contact": {"E-mail": "b@x.example", "Age": 36},
            "Tags": ["a", 1.5],
        },
        "go-live": "2026-03-12",
        "note": {"a": [1, None, True]},
        "reason": None,
    }
    assert kinds_of(read(PAGE).page).read(given) == {
        "deal": {
            "Amount": Money(Decimal(30000), "EUR"),
            "Name": "Apollo",
            "Contact": {"E-mail": "b@x.example", "Age": Decimal(36)},
            "Tags": ("a", Decimal("1.5")),
        },
        "go-live": date(2026, 3, 12),
        "note": {"a": (Decimal(1), None, True)},
        "reason": None,
    }


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"vlaue": 1}, '"vlaue" is not a fact of this page. Did you mean "value"?'),
        ({"something else": 1}, '"something else" is not a fact of this page.'),
        ({"value": "much"}, "value: Expected a number, but got 'much'."),
        ({"deal": {"Amount": "much"}}, "deal: Expected a number, but got 'much'."),
        ({"size": "medium"}, "size: Expected one of small, large, but got 'medium'."),
    ],
)
def test_a_fact_that_does_not_fit_is_named(given: dict[str, object], reason: str) -> None:
    with pytest.raises(NotOfKind) as refused:
        kinds_of(read(PAGE).page).read(given)
    assert str(refused.value) == reason


KINDS = {
    name: FactKind(name)
    for name in (
        "text",
        "number",
        "money",
        "yes/no",
        "date",
        "time",
        "date and time",
        "duration",
        "person",
        "e-mail address",
        "file",
        "record",
    )
}
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "a", "a"),
        ("text", None, None),
        ("number", 5, Decimal(5)),
        ("number", 0.1, Decimal("0.1")),
        ("number", "1.50", Decimal("1.50")),
        ("number", Decimal(2), Decimal(2)),
        ("money", 5, Money(Decimal(5), "EUR")),
        ("money", {"amount": 5, "currency": "USD"}, Money(Decimal(5), "USD")),
        ("money", Money(Decimal(5), "USD"), Money(Decimal(5), "USD")),
        ("yes/no", True, True),
        ("yes/no", "No", False),
        ("date", "2026-03-12", date(2026, 3, 12)),
        ("date", "2026-03-12T10:00:00Z", date(2026, 3, 12)),
        ("date", NOON, date(2026, 3, 6)),
        ("date", date(2026, 3, 12), date(2026, 3, 12)),
        ("time", "16:00", time(16)),
        ("date and time", "2026-03-06T12:00:00+00:00", NOON),
        ("date and time", NOON, NOON),
        ("duration", "PT4H", timedelta(hours=4)),
        ("duration", Months(2), Months(2)),
        ("person", "a@x.example", "a@x.example"),
        ("e-mail address", "a@x.example", "a@x.example"),
        ("file", "c.pdf", FileRef("c.pdf")),
        ("file", {"name": "c.pdf"}, FileRef("c.pdf")),
        ("file", {"name": "c.pdf", "sha256": "ab", "media_type": "x/y", "size": 3}, FileRef("c.pdf", "ab", "x/y", 3)),
        ("file", {"name": "c.pdf", "size": "3"}, FileRef("c.pdf")),
        ("file", FileRef("c.pdf", "ab"), FileRef("c.pdf", "ab")),
        ("record", "DEP-412", {"key": "DEP-412"}),
        ("record", {"Status": "Done"}, {"Status": "Done"}),
    ],
)
def test_plain_json_is_read_by_its_kind(kind: str, given: object, value: object) -> None:
    assert from_plain(given, KINDS[kind], currency="EUR") == value


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("text", 5, "Expected text, but got 5."),
        ("person", 5, "Expected a person, but got 5."),
        ("e-mail address", 5, "Expected an e-mail address, but got 5."),
        ("text", "a\0b", r"Expected text without a NUL in it, but got 'a\x00b'."),
        ("e-mail address", "ada", "Expected an e-mail address, but got 'ada'."),
        ("number", True, "Expected a number, but got True."),
        ("number", "1e999", "Expected a number, but got '1e999'."),
        ("number", "NaN", "Expected a number, but got 'NaN'."),
        pytest.param("number", 10**5000, "Expected a number, but got a whole number of too many digits.", id="huge"),
        ("number", [], "Expected a number, but got []."),
        (
            "money",
            {"amount": 5},
            """Expected an amount of money, such as 25000 or {"amount": 25000, "currency": "EUR"}, but got {'amount': 5}.""",
        ),
        ("money", {"amount": None, "currency": "EUR"}, "Expected a number, but got None."),
        ("yes/no", 1, "Expected true or false, but got 1."),
        ("yes/no", "perhaps", "Expected true or false, but got 'perhaps'."),
        ("date", "12 March", "Expected a date such as 2026-03-12, but got '12 March'."),
        ("date", "2026-03-12 or so", "Expected a date such as 2026-03-12, but got '2026-03-12 or so'."),
        ("date", 5, "Expected a date such as 2026-03-12, but got 5."),
        ("time", "noon", "Expected a time such as 16:00, but got 'noon'."),
        (
            "date and time",
            "2026-03-06T12:00:00",
            "Expected a date and time with its offset, such as 2026-03-12T16:00:00-05:00, but got '2026-03-06T12:00:00'.",
        ),
        (
            "date and time",
            date(2026, 3, 6),
            "Expected a date and time with its offset, such as 2026-03-12T16:00:00-05:00, but got 2026-03-06.",
        ),
        ("duration", "4 hours", "Expected a duration such as P2D, PT4H or P1Y2M, but got '4 hours'."),
        ("file", "", "Expected a file, by its name or as an object with a name, but got ''."),
        ("file", {"size": 3}, "Expected a file, by its name or as an object with a name, but got {'size': 3}."),
        ("record", 5, "Expected a linked record as an object of its fields, or its key, but got 5."),
    ],
)
def test_what_does_not_fit_says_what_was_expected(kind: str, given: object, reason: str) -> None:
    with pytest.raises(NotOfKind) as refused:
        from_plain(given, KINDS[kind], currency="EUR")
    assert str(refused.value) == reason


def test_lists_and_choices_are_read_item_by_item() -> None:
    assert from_plain(["DE", "AT"], FactKind("list", of=FactKind("country"))) == ("DE", "AT")
    assert from_plain([5], FactKind("list")) == (Decimal(5),)
    assert from_plain("a", FactKind("choice", options=("a", "b"))) == "a"
    with pytest.raises(NotOfKind, match="Expected a list, but got 'DE'"):
        from_plain("DE", FactKind("list", of=FactKind("country")))


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("deal.Account.Name", ("deal", "Account", "Name")),
        ("deal.Go-live date", ("deal", "Go-live date")),
        ("deal", ()),
        ("deal.", ()),
        ("2.5", ()),
        ('"a.b"', ()),
        ("deal.Amount > 5", ()),
    ],
)
def test_a_from_that_is_a_path_is_told_from_an_expression(source: str, path: tuple[str, ...]) -> None:
    assert path_of(source) == path


def test_a_field_to_fill_in_from_may_have_any_label() -> None:
    assert field_path("deal.Phone / fax (main)") == ("deal", "Phone / fax (main)")
