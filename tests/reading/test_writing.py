from __future__ import annotations

from dataclasses import replace

import pytest

from doorstep.reading.page import Card, Due, Page, Role, Step, TitleCard, Who
from doorstep.reading.text import read
from doorstep.reading.writing import write, write_card

LEGAL = Who(Role("Legal"))


def rewritten(text: str) -> str:
    return write(read(text).page)


def test_cards_are_normalised_and_prose_is_kept() -> None:
    text = """Close it
===
*  **owner**:   Ana   Lead
1) a list


Some   prose  with two  spaces.
And a break.\\
* * *

##   Sign  ##

* due : within one working day

+ a note
     indented
"""
    assert (
        rewritten(text.replace("due :", "due:"))
        == """# Close it

- owner: Ana   Lead

1) a list


Some   prose  with two  spaces.
And a break.\\
* * *

## Sign

- Due: 1 working day

+ a note
     indented
""".replace("owner: Ana   Lead", "Owner: Ana   Lead")
    )


def test_keys_keep_the_order_of_the_author() -> None:
    text = "# T\n\n## A\n\n- Due: 1 hour\n- Who: Legal\n"
    assert rewritten(text) == text
    card = read(text).page.steps[0].card
    assert card
    assert write_card(replace(card, proof="mail")) == "- Due: 1 hour\n- Who: Legal\n- Proof: mail"
    assert write_card(Card(who=LEGAL, due=Due("1 hour"))) == "- Who: Legal\n- Due: 1 hour"
    assert write_card(None) == ""


def test_a_card_above_a_list_takes_another_bullet() -> None:
    text = "# T\n\n## A\n\n* Who: Legal\n\n- a list\n- of things\n"
    assert rewritten(text) == text
    assert rewritten("# T\n\n## A\n* Who: Legal\n* [ ] tick\n") == "# T\n\n## A\n\n- Who: Legal\n\n* [ ] tick\n"
    assert rewritten("# T\n\n## A\n- Who: Legal\n- [ ] tick\n") == "# T\n\n## A\n\n- Who: Legal\n\n- [ ] tick\n"


@pytest.mark.parametrize(
    "line",
    [
        "Where: Jira, new in DEP",
        "Where: Jira, in {release}",
        "Where: Salesforce, on {opportunity}",
        "Where: Salesforce",
        "Remind: every 1 hour",
        "Remind: every 1 hour, once",
        "Remind: every 1 hour, 3 times",
        "Order: any order, one at a time",
        "Order: 2 of them",
        "Order: all at once",
        "After: start",
        "After: A and B",
        "After: any of A, B",
        "For each: country in countries, one at a time",
        "Until: 2 approved",
    ],
)
def test_a_line_of_a_card_is_written_as_it_was_read(line: str) -> None:
    card = read(f"# T\n\n## C\n\n- Who: Legal\n- {line}\n").page.steps[0].card
    assert write_card(card) == f"- Who: Legal\n- {line}"


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("Plain", "Plain"),
        ("C#", "C#"),
        ("Say #", "Say # #"),
        ("###", "### #"),
        ("*not bold*", r"\*not bold\*"),
        ("a [b](c) & d", r"a \[b](c) \& d"),
        ("&amp;", r"\&amp;"),
        (" two  spaces\nand a line ", "two spaces and a line"),
    ],
)
def test_a_name_becomes_a_heading_that_reads_as_it(name: str, heading: str) -> None:
    page = Page("T", steps=(Step(name, 2, Card(who=LEGAL)),))
    assert write(page) == f"# T\n\n## {heading}\n\n- Who: Legal\n"
    assert read(write(page)).page.steps[0].name == " ".join(name.split())


def test_the_markup_of_a_heading_stays_until_the_name_changes() -> None:
    step = read("# T\n\n## Sign *it*\n- Who: Legal\n").page.steps[0]
    assert write(Page("T", steps=(step,))) == "# T\n\n## Sign *it*\n\n- Who: Legal\n"
    assert write(Page("T", steps=(replace(step, name="File it"),))) == "# T\n\n## File it\n\n- Who: Legal\n"


def test_an_empty_page_is_an_empty_line() -> None:
    assert write(Page("")) == "\n"
    assert write(Page("", TitleCard(group="G"))) == "#\n\n- Group: G\n"
