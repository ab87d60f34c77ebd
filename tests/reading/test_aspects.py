from __future__ import annotations

import pytest

from doorstep.reading import editing
from doorstep.reading.aspects import Aspects, Kind, aspects_of_step
from doorstep.reading.beside import spots
from doorstep.reading.card_form import Filled, card_of, filled
from doorstep.reading.differences import differences
from doorstep.reading.page import Fault, Place
from doorstep.reading.text import read
from doorstep.reading.text_differences import Part, word_differences


def said(card: str) -> dict[str, str]:
    """Return what a card says beside whom it asks, as "kind label"."""
    step = read(f"# T\n\n## A\n\n{card}\n").page.steps[0]
    return {f"{aspect.kind} {aspect.label}": text for aspect, text in _of(step).items() if aspect.label != "Who"}


def _of(step: object) -> Aspects:
    page = read("# T\n").page
    return aspects_of_step(step, page)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ("- Wait: 2 days", {"deadline Wait": "2 days"}),
        ('- Wait: for "payment received" about {invoice}', {"question Wait": 'for "payment received" about {invoice}'}),
        (
            "- Do: jira.comment (issue = release)\n- Gives: number = key",
            {"connected field Do": "jira.comment (issue = release)", "connected field Gives": "number = key"},
        ),
        ("- Set: deal.Stage = 1", {"connected field Set": "deal.Stage = 1"}),
        (
            "- Run: Close it (a = 1)\n- Gives: number = key",
            {"question Run": "Close it (a = 1)", "question Gives": "number = key"},
        ),
        ("- Decide: discount, first", {"question Decide": "discount, first"}),
        (
            "- Tell: Finance, by e-mail, from whoever started this\n\n> Hello.",
            {
                "addressee Tell": "Finance",
                "channel Tell": "e-mail",
                "addressee From whom": "whoever started this",
                "quotation What is said": "Hello.",
            },
        ),
        (
            "- Who: B\n- Where: Jira, in {release}\n- Proof: mail",
            {"channel Where": "Jira", "connected field Where": "release", "proof Proof": "mail"},
        ),
        ("- Who: B\n- Where: Jira, new in DEP", {"channel Where": "Jira", "connected field Where": "DEP"}),
        ("- Who: 2 of B, by e-mail", {"threshold How many are asked": "2", "channel By which channel": "e-mail"}),
        ("- Who: each of {people}, one after another", {"order One after another": "yes"}),
        ("- Who: B\n- Remind: every 1 hour, 3 times", {"deadline Remind": "every 1 hour, 3 times"}),
        ("- Who: B\n- Remind: every 1 hour", {"deadline Remind": "every 1 hour"}),
        ("- Who: B\n- After: start", {"order After": "start"}),
        ("- Who: B\n- After: any of C, D", {"order After": "any of C, D"}),
        ("- Who: B\n- After: C and D", {"order After": "C, D"}),
        ("- Who: B\n- For each: one in all, one at a time", {"order For each": "one in all, one at a time"}),
        ("- Who: B\n- For each: one in all", {"order For each": "one in all"}),
        ("- Who: B\n- Until: 2 done", {"threshold Until": "2 done"}),
        ("- Order: 2 of them", {"threshold How many are needed": "2", "order Order": "some of them"}),
        ("- Order: all at once", {"order Order": "all at once"}),
        (
            "- Who: B\n- Fill in: date (date, deal.Date), name",
            {"question Fill in": "date (date), name", "connected field Fill in": "date: deal.Date"},
        ),
    ],
)
def test_what_a_card_says_has_its_kind(card: str, found: dict[str, str]) -> None:
    assert said(card) == found


def test_the_table_a_decision_reads_is_a_threshold() -> None:
    card = "- Decide: discount, first\n\n| value | discount |\n|---|---|\n| 10 | 1 |"
    assert said(card)["threshold Table"] == "| value | discount |\n|---|---|\n| 10 | 1 |"


# -- What the same parts are put to --------------------------------------------------------------------


def test_what_is_new_and_what_is_gone_is_said_so() -> None:
    def words(old: str, new: str) -> tuple[str, ...]:
        pages = (read(f"# T\n\n## A\n\n- Who: B\n{card}").page for card in (old, new))
        return differences(*pages).steps[0].words

    assert words("", "- Due: 1 hour\n") == ("Due: 1 hour, new.",)
    assert words("- Due: 1 hour\n", "") == ("Due: no longer 1 hour.",)
    assert words("", "\nLook twice.\n") == ("Guidance: new.",)


def test_a_step_taken_out_of_a_group_is_said_so() -> None:
    group = "# T\n\n## G\n\n- Order: all at once\n\n### A\n\n- Who: B\n\n### C\n\n- Who: B\n"
    out = "# T\n\n## G\n\n- Order: all at once\n\n### A\n\n- Who: B\n\n## C\n\n- Who: B\n"
    moves = [words for step in differences(read(group).page, read(out).page).steps for words in step.words]
    assert "Moved out of “G”." in moves


def test_differences_know_their_kinds() -> None:
    old, new = (read(f"# T\n\n## A\n\n- Who: B\n- Due: {due}\n").page for due in ("1 hour", "2 hours"))
    found = differences(old, new)
    assert (found.kinds, found.steps[0].kinds, found.steps[0].name) == (
        frozenset({Kind.DEADLINE}),
        frozenset({Kind.DEADLINE}),
        "A",
    )
    renamed = differences(old, read("# T\n\n## C\n\n- Who: B\n- Due: 1 hour\n").page, was={"A": "a"}, now={"C": "a"})
    assert renamed.steps[0].kinds == frozenset({Kind.NAME})


def test_a_step_that_came_and_one_that_went_are_said_in_a_word() -> None:
    old, new = (read(f"# T\n\n## {name}\n\n- Who: B\n\n## Z\n\n- Who: B\n").page for name in ("A", "C"))
    found = differences(old, new)
    assert {step.name: step.words for step in found.steps} == {"A": ("Removed.",), "C": ("Added.",)}
    assert (bool(found), bool(differences(old, old))) == (True, False)


def test_two_sentences_that_are_too_long_are_marked_whole() -> None:
    long = "word " * 300
    assert word_differences(long, "short") == ((Part(long, marked=True),), (Part("short", marked=True),))
    assert word_differences(long, long) == ((Part(long, marked=False),), (Part(long, marked=False),))


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("yes/no", "urgent = true"),
        ("number", "urgent > 1000"),
        ("choice (soon, later)", 'urgent = "soon"'),
        ("text", "otherwise"),
    ],
)
def test_a_branch_asks_for_a_fact_the_page_has(kind: str, condition: str) -> None:
    page = read(
        f"# T\n\n| Fact | Kind | From |\n|---|---|---|\n| urgent | {kind} | whoever starts |\n\n## A\n\n- Who: B\n"
    )
    steps = editing.add_branch(page.page, after=0).steps[1].steps
    assert condition in [step.card.only_if.text for step in steps if step.card and step.card.only_if]


@pytest.mark.parametrize("text", ["# T\n\n## A\n\nText.\n", "# T\n\n## A\n# B\n"])
def test_a_fault_of_no_item_is_beside_the_text(text: str) -> None:
    page = read(text).page
    (spot,) = spots(page, text, (Fault("E406", "", Place(4, 1)),))
    assert spot.field == "text"


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("# T\n\n## A\n\n- Who: Legal council,\n  by e-mail\n", 6, "Who"),
        ("# T\n\n## A\n\n" + "text\n" * 12, 15, "text"),
    ],
)
def test_a_fault_in_a_further_line_is_beside_its_item(text: str, line: int, field: str) -> None:
    (spot,) = spots(read(text).page, text, (Fault("E104", "", Place(line, 3)),))
    assert spot.field == field


def test_an_item_without_words_is_left_out_of_a_card() -> None:
    assert filled(card_of(Filled({"Who": "B"}, ("", "  ")))) == Filled({"Who": "B"})
