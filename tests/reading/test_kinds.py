from __future__ import annotations

import pytest

from doorstep.reading.kinds import PLAIN, read_fact_name, read_kind, write_kind
from doorstep.reading.page import FactKind
from doorstep.reading.phrase import Phrase, Unreadable


def kind(text: str) -> FactKind:
    return read_kind(Phrase(text, 1, 1))


@pytest.mark.parametrize("name", PLAIN)
def test_plain_kinds_are_read_and_written(name: str) -> None:
    assert kind(name.upper()) == FactKind(name)
    assert write_kind(FactKind(name)) == name


@pytest.mark.parametrize(
    ("written", "expected", "canonical"),
    [
        ("Email  address", FactKind("e-mail address"), "e-mail address"),
        ("e-mail", FactKind("e-mail address"), "e-mail address"),
        ("yes or no", FactKind("yes/no"), "yes/no"),
        ("choice (a, b (c))", FactKind("choice", options=("a", "b (c)")), "choice (a, b (c))"),
        ("Choice(a)", FactKind("choice", options=("a",)), "choice (a)"),
        ("list of Email", FactKind("list", of=FactKind("e-mail address")), "list of e-mail address"),
        (
            "list of list of choice (a, b)",
            FactKind("list", of=FactKind("list", of=FactKind("choice", options=("a", "b")))),
            "list of list of choice (a, b)",
        ),
        ("jira issue", FactKind("record", system="Jira", type="issue"), "Jira issue"),
        (
            "Salesforce  Opportunity Line-Item",
            FactKind("record", system="Salesforce", type="Opportunity Line-Item"),
            "Salesforce Opportunity Line-Item",
        ),
        ("HubSpot Deal", FactKind("record", system="HubSpot", type="Deal"), "HubSpot Deal"),
    ],
)
def test_other_kinds_are_read_and_written(written: str, expected: FactKind, canonical: str) -> None:
    assert kind(written) == expected
    assert write_kind(expected) == canonical
    assert kind(canonical) == expected


@pytest.mark.parametrize(
    ("written", "code", "suggestion"),
    [
        ("txt", "E202", "text"),
        ("Date und time", "E202", "date and time"),
        ("invoice record", "E202", None),
        ("", "E202", None),
        ("list of " * 5 + "text", "E202", None),
        ("choice", "E206", None),
        ("choice ( )", "E113", None),
        ("choice (a", "E202", None),
    ],
)
def test_what_is_no_kind_is_refused(written: str, code: str, suggestion: str | None) -> None:
    with pytest.raises(Unreadable) as fault:
        kind(written)
    assert fault.value.code == code
    assert f'Did you mean "{suggestion}"?' in str(fault.value) or suggestion is None


def test_the_name_of_a_fact_holds_spaces_and_no_signs() -> None:
    assert read_fact_name(Phrase("{ Go-live  date }", 1, 1)) == "Go-live date"
    assert read_fact_name(Phrase("Größe 2", 1, 1)) == "Größe 2"
    for text in ("", "2nd", "a.b", "a(b)", 'a"b', "a,b", "a = b", "a|b"):
        with pytest.raises(Unreadable) as fault:
            read_fact_name(Phrase(text, 1, 1))
        assert fault.value.code == "E203"
