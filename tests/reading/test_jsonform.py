from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from tests.reading import made

from doorstep.reading.jsonform import FORMAT, NotAPage, from_json, to_json
from doorstep.reading.page import Card, Page, Step
from doorstep.reading.reference import page_schema
from doorstep.reading.text import read

EXAMPLES = sorted((Path(__file__).parents[2] / "pages").glob("*.md"))
VALIDATOR = Draft202012Validator(page_schema())


@given(made.pages)
def test_a_page_goes_to_json_and_back(page: Page) -> None:
    given_json = json.loads(json.dumps(to_json(page)))
    VALIDATOR.validate(given_json)
    assert from_json(given_json) == page


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_goes_to_json_and_back(path: Path) -> None:
    page = read(path.read_text(encoding="utf-8")).page
    given_json = json.loads(json.dumps(to_json(page)))
    VALIDATOR.validate(given_json)
    assert from_json(given_json) == page


def test_the_form_leaves_out_what_is_as_usual() -> None:
    text = '# T\n\n## A\n\n- Who: Tax lead (country: {c})\n- Only if: x > 1\n- Set: deal.Stage = "Won"\n'
    assert to_json(read(text).page) == {
        "format": FORMAT,
        "title": "T",
        "steps": [
            {
                "name": "A",
                "level": 2,
                "card": {
                    "who": {"addressee": {"is": "role", "name": "Tax lead", "scope": [["country", "{c}"]]}},
                    "action": {"is": "set", "assignments": [["deal", "Stage", '"Won"']]},
                    "only_if": "x > 1",
                },
            }
        ],
    }


def test_nothing_may_be_said_as_null() -> None:
    step = {"name": "A", "level": 2, "card": {"who": None}}
    assert from_json({"format": FORMAT, "title": "T", "steps": [step]}) == Page("T", steps=(Step("A", 2, Card()),))


@pytest.mark.parametrize(
    ("given_json", "says"),
    [
        ([], 'Expected an object whose "format" is "doorstep-page/1", but got [].'),
        ({"format": "x"}, "Expected an object whose \"format\" is \"doorstep-page/1\", but got {'format': 'x'}."),
        ({}, 'Expected "title" in page, but it is missing.'),
        ({"title": 3}, "Expected a text as page.title, but got 3."),
        ({"title": "T", "facs": []}, ('Expected one of title, card, body, facts, steps, file, preamble, tail, unread, newline '
         'in page, but got "facs". Did you mean "facts"?')),
        ({"title": "T", "zzz": []}, ('Expected one of title, card, body, facts, steps, file, preamble, tail, unread, newline '
         'in page, but got "zzz".')),
        ({"title": "T", "steps": {}}, "Expected a list as page.steps, but got {}."),
        ({"title": "T", "steps": [3]}, "Expected an object as page.steps.0, but got 3."),
        ({"title": "T", "steps": [{"name": "A", "level": True}]}, "Expected a whole number as page.steps.0.level, but got True."),
        (
            {"title": "T", "card": {"owner": {"is": "boss"}}},
            ('Expected an object whose "is" is one of role, address, fact, starter, doer, manager of as page.card.owner, '
            "but got {'is': 'boss'}."),
        ),
        (
            {"title": "T", "card": {"owner": {"is": "role", "name": "A", "scope": [["a"]]}}},
            "Expected a list of 2 as page.card.owner.scope.0, but got ['a'].",
        ),
        ({"title": ["x" * 200]}, f"Expected a text as page.title, but got ['{'x' * 77}…."),
    ],
)  # fmt: skip
def test_what_is_no_page_says_what_was_expected(given_json: Any, says: str) -> None:
    if isinstance(given_json, dict) and "format" not in given_json:
        given_json = {"format": FORMAT, **given_json}
    with pytest.raises(NotAPage) as reason:
        from_json(given_json)
    assert str(reason.value) == says
    assert list(VALIDATOR.iter_errors(given_json))


def test_what_is_too_deep_is_refused() -> None:
    owner: dict[str, Any] = {"is": "starter"}
    for _ in range(100):
        owner = {"is": "manager of", "of": owner}
    with pytest.raises(NotAPage, match="fewer things inside each other"):
        from_json({"format": FORMAT, "title": "T", "card": {"owner": owner}})
