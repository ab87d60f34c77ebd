from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from doorstep.integrations.jira import adf
from doorstep.integrations.jira.places import Place, issue_key
from doorstep.integrations.jira.values import by_label, same, shaped, told
from doorstep.kernel.values import Money

FRIDAY = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)
USER = {"accountId": "5b10", "displayName": "Sam Ortiz", "self": "https://x"}


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, "string", None),
        ("text", "string", "text"),
        (3, "number", Decimal(3)),
        (Decimal("3.5"), "number", Decimal("3.5")),
        ("2026-03-12", "date", date(2026, 3, 12)),
        ("2026-03-06T16:00:00.000-0500", "datetime", FRIDAY),
        (USER, "user", {"Name": "Sam Ortiz", "Account": "5b10"}),
        ({"id": "1", "name": "Done"}, "status", "Done"),
        ({"id": "1", "value": "Production"}, "option", "Production"),
        ({"key": "A-1", "fields": {"summary": "Parent"}}, "issuelink", {"Key": "A-1", "Summary": "Parent"}),
        ({"type": "doc", "version": 1, "content": [adf.paragraph("One"), adf.paragraph("Two")]}, "string", "One\nTwo"),
        ({"progress": 0, "total": 0}, "progress", None),
        ([{"name": "4.2"}, {"name": "4.3"}], "array of version", ["4.2", "4.3"]),
        ([], "array of string", None),
    ],
)
def test_what_jira_says_as_a_fact(value: object, kind: str, expected: object) -> None:
    name, _, items = kind.partition(" of ")
    assert told(value, {"type": name, "items": items}) == expected


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        (None, {"type": "string"}, None),
        ("", {"type": "date"}, None),
        (Money(Decimal("84000.50"), "EUR"), {"type": "number"}, 84000.5),
        (Decimal("2.00"), {"type": "number"}, 2),
        (date(2026, 3, 12), {"type": "date"}, "2026-03-12"),
        ("2026-03-12", {"type": "date"}, "2026-03-12"),
        (FRIDAY, {"type": "datetime"}, "2026-03-06T21:00:00.000+0000"),
        ({"Account": "5b10", "Name": "Sam"}, {"type": "user"}, {"accountId": "5b10"}),
        ("Production", {"type": "option"}, {"value": "Production"}),
        ("4.2", {"type": "version"}, {"name": "4.2"}),
        (("4.2", "4.3"), {"type": "array", "items": "version"}, [{"name": "4.2"}, {"name": "4.3"}]),
        ("one", {"type": "array", "items": "string"}, ["one"]),
        ("A", {"type": "string", "custom": "x:textarea"}, adf.document([adf.paragraph("A")])),
        ("A", {"type": "string", "custom": "x:textfield"}, "A"),
    ],
)
def test_a_fact_as_jira_takes_it(value: object, schema: dict[str, Any], expected: object) -> None:
    assert shaped(value, {"name": "F", "schema": schema}) == expected


@pytest.mark.parametrize(
    ("there", "wanted", "expected"),
    [
        (None, "", True),
        (None, "x", False),
        ("x ", "x", True),
        (Decimal("84000.0"), Money(Decimal(84000), "EUR"), True),
        (Decimal(1), "much", False),
        (date(2026, 3, 12), "2026-03-12", True),
        (FRIDAY, datetime.fromisoformat("2026-03-06T16:00:00-05:00"), True),
        (["a", "b"], ("b", "a"), True),
        (["a"], "a", True),
        (["a"], ["a", "b"], False),
        ({"Name": "Sam", "Account": "5b10"}, "5b10", True),
        ({"Name": "Sam", "Account": "5b10"}, "5b11", False),
    ],
)
def test_when_a_field_says_already_what_is_wanted(there: object, wanted: object, expected: object) -> None:
    assert same(there, wanted) is expected


def test_of_two_fields_with_one_label_the_one_jira_ships_wins() -> None:
    issue = {
        "fields": {"customfield_1": "theirs", "priority": {"name": "High"}, "customfield_2": None},
        "names": {"customfield_1": "Priority", "priority": "Priority", "customfield_2": "Empty"},
        "schema": {"customfield_1": {"type": "string"}, "priority": {"type": "priority"}},
    }
    assert by_label(issue) == {"Priority": "High"}


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("DEP-412", "DEP-412"),
        (" dep-412 ", "DEP-412"),
        ("https://x.atlassian.net/browse/DEP-412?focusedCommentId=1", "DEP-412"),
        ("https://x.atlassian.net/jira/software/c/projects/DEP/issues/DEP-412", "DEP-412"),
        ("DEP-412#10001", "DEP-412"),
        ("10412", "10412"),
        ("the release", ""),
        ("", ""),
    ],
)
def test_what_names_an_issue(written: str, key: str) -> None:
    assert issue_key(written) == key


def test_an_external_id_is_an_issue_and_perhaps_a_comment() -> None:
    assert [Place.of("DEP-412#10001"), Place.of("DEP-413")] == [Place("DEP-412", "10001"), Place("DEP-413")]


def test_what_a_document_says_is_read_whatever_it_is_made_of() -> None:
    inside = [
        {"type": "text", "text": "See "},
        {"type": "mention", "attrs": {"id": "1", "text": "@Sam"}},
        {"type": "hardBreak"},
        {"type": "inlineCard", "attrs": {"url": "https://x.example"}},
    ]
    body = {"type": "doc", "content": [{"type": "paragraph", "content": inside}, {"type": "rule"}]}
    assert (adf.plain(body), adf.plain(None)) == ("See @Sam\nhttps://x.example", "")
