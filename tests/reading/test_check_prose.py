"""What the text says and the cards do not do."""

from __future__ import annotations

import pytest
from tests.reading.checking import faults

from doorstep.reading.directory import Listed

ROLES = Listed(roles=("Legal counsel", "Board of directors", "Clerk"))


def text(*lines: str) -> str:
    """Return a step with these lines below its card."""
    card = (
        "## Sign\n\n- Who: Legal counsel\n- Due: 1 working day\n- Only if: value > 25000 and value < 0.2 * 300000\n\n"
    )
    return card + "\n".join(lines) + "\n\n## Next\n\n- Who: Legal counsel\n- Wait: 3 days\n"


def said(*lines: str) -> list[str]:
    return [fault for fault in faults(text(*lines), directory=ROLES) if "E106" not in fault]


@pytest.mark.parametrize(
    ("line", "column", "what", "came"),
    [
        ("Anything above 50,000 goes to somebody.", 16, "the threshold", "50,000"),
        ("Anything above EUR 50,000.", 16, "the threshold", "EUR 50,000"),
        ("It takes at least €7.50 to send.", 19, "the threshold", "€7.50"),
        ("Send it within five days.", 16, "the deadline", "five days"),
        ("Send it within 4 business days.", 16, "the deadline", "4 business days"),
        ("Ask the Board of directors.", 9, "the role", "Board of directors"),
    ],
)
def test_what_no_card_uses_is_asked_about(line: str, column: int, what: str, came: str) -> None:
    assert said(line) == [
        f'7:{column} W403 The text names {what} "{came}", but no card of the page uses it: does the page do this?'
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Anything above 25,000 or EUR 25000 or over 25.000 is looked at.",
        "More than 20 % is too much.",
        "Send it within one working day, at most within 3 days.",
        "Send it within two working days.",  # what holds where a card says nothing
        "Ask Legal counsel, not a clerk.",
        "> Anything above 99,000 goes to the Board of directors within a week.",
        "- [ ] Above 99,000 two people signed",
        "`above 99,000 {x}`",
        "More than 3 times is too often, and so is more than 9 days.",
        "At least look at {value}.",
    ],
)
def test_what_a_card_uses_is_left_alone(line: str) -> None:
    assert said(line) == []


def test_without_a_directory_no_role_is_known() -> None:
    assert [fault for fault in faults(text("Ask the Board of directors.")) if "E106" not in fault] == []


def test_braces_name_facts() -> None:
    assert said("See {cleint} and {value}.", "> Dear {client}, {contrat} is here.") == [
        '7:6 W302 "cleint" is not a fact of this page, so these braces stay as they are written. Did you mean "client"?',
        '8:19 E302 "contrat" is not a fact of this page. Did you mean "contract"?',
    ]


def test_code_is_no_text() -> None:
    assert said("```", "{nothing} above 99,000", "```", "{nothing}", "~~~", "{nothing}", "~~~")[0].startswith(
        "10:2 W302"
    )
    assert len(said("```", "{nothing} above 99,000", "```", "{nothing}", "~~~", "{nothing}", "~~~")) == 1


def test_the_item_of_a_for_each_is_a_fact_of_its_text() -> None:
    steps = "## Ask\n\n- For each: land in countries\n- Who: A\n\nThe rates of {land}.\n\n## Next\n\n- Who: A\n\nThe rates of {land}.\n"
    assert faults(steps) == ['12:15 W302 "land" is not a fact of this page, so these braces stay as they are written.']


def test_a_page_without_steps_says_nothing() -> None:
    assert faults("Above 99,000 {x} is too much.\n") == []
