from __future__ import annotations

import pytest

from doorstep.reading.page import Address, Card, ChecklistItem, OrderOf, Page, Place, Role, Step, TitleCard, Who
from doorstep.reading.text import read
from doorstep.reading.writing import write

LEGAL = Card(who=Who(Role("Legal")))


def page(text: str) -> Page:
    found = read(text)
    assert found.faults == ()
    return found.page


def names(text: str) -> list[tuple[str, int, list[str]]]:
    """Return the outer steps with their levels and the names of those inside."""
    return [(step.name, step.level, [inner.name for inner in step.walk()][1:]) for step in read(text).page.steps]


def codes(text: str) -> list[tuple[str, int, int]]:
    return [(fault.code, fault.place.line, fault.place.column) for fault in read(text).faults]


def test_headings_with_a_card_or_with_steps_below_are_steps() -> None:
    text = """# Title

- Owner: ana@x.example

What it is for.

## Scope

For all.

## Group

- Order: all at once

### One

- Who: Legal

Look well.

#### A note

Not a step.

### Two

- Who: Legal

## Another group

### Three

- Who: Legal
"""
    assert page(text) == Page(
        "Title",
        TitleCard(owner=Address("ana@x.example")),
        body="What it is for.\n\n## Scope\n\nFor all.",
        steps=(
            Step(
                "Group",
                2,
                Card(order=OrderOf("all at once")),
                steps=(
                    Step(
                        "One",
                        3,
                        LEGAL,
                        body="Look well.\n\n#### A note\n\nNot a step.",
                        guidance="Look well.\n\n#### A note\n\nNot a step.",
                    ),
                    Step("Two", 3, LEGAL),
                ),
            ),
            Step("Another group", 2, steps=(Step("Three", 3, LEGAL),)),
        ),
    )
    assert write(page(text)) == text


def test_places_are_those_of_the_headings() -> None:
    places = [step.place for step in page("# T\n\n## A\n- Who: B\n\n\n### C\n- Who: B\n").walk()]
    assert places == [Place(3, 1), Place(7, 1)]


def test_levels_may_be_left_out() -> None:
    text = "# T\n\n#### A\n- Who: B\n\n### C\n- Who: B\n\n###### D\n- Who: B\n\n## E\n- Who: B\n"
    assert names(text) == [("A", 4, []), ("C", 3, ["D"]), ("E", 2, [])]


def test_a_heading_that_is_text_belongs_to_what_stands_above() -> None:
    steps = page("# T\n\n## A\n### B\n- Who: C\n\n## Appendix\n\nMore.\n").steps
    assert [(step.name, step.body) for step in steps[0].walk()] == [("A", ""), ("B", "## Appendix\n\nMore.")]


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n```\n## A\n- Who: B\n```\n",
        "# T\n\n> ## A\n> - Who: B\n",
        "# T\n\n- a\n\n  ## A\n  - Who: B\n",
        "# T\n\n    ## A\n    - Who: B\n",
        "# T\n\n<div>\n## A\n- Who: B\n</div>\n",
        "# T\n\n<!--\n\n## A\n- Who: B\n\n-->\n",
        "# T\n\n#A\n- Who: B\n",
        "# T\n\n## A\n\nFirst a sentence.\n\n- Who: B\n",
        "# T\n\n## A\n\n- [ ] tick\n- Who: B\n",
        "# T\n\n## A\n\n- a list\n- of things: one\n",
    ],
)
def test_what_only_looks_like_a_step_is_text(text: str) -> None:
    assert page(text).steps == ()


def test_headings_may_be_underlined_and_marked_up() -> None:
    text = "Close *a* project\n===\n\nSign `it` &amp; [file](x)\n---\n\n- Who: B\n"
    made = page(text)
    assert (made.title, made.steps[0].name) == ("Close a project", "Sign it & file")
    assert (made.heading, made.steps[0].heading) == ("Close *a* project", "Sign `it` &amp; [file](x)")
    assert write(made) == "# Close *a* project\n\n## Sign `it` &amp; [file](x)\n\n- Who: B\n"


def test_a_task_ends_the_card() -> None:
    step = page("# T\n\n## A\n- Who: B\n- [ ] one\n- [X] ! two\n- three\n").steps[0]
    assert step.card == Card(who=Who(Role("B")))
    assert step.checklist == (ChecklistItem("one"), ChecklistItem("two", killer=True))
    assert [item.place for item in step.checklist] == [Place(5, 7), Place(6, 7)]
    assert (step.body, step.guidance) == ("- [ ] one\n- [X] ! two\n- three", "- three")


def test_what_is_left_of_an_indented_list_moves_to_the_left() -> None:
    step = page("# T\n\n## A\n\n  - Who: B\n  - [ ] one\n    - [ ] inner\n\n  text\n").steps[0]
    assert step.body == "- [ ] one\n  - [ ] inner\n\n  text"
    assert [item.text for item in step.checklist] == ["one", "inner"]


def test_any_list_may_be_a_card() -> None:
    for marks in ("-  -", "* *", "1. 2.", "+\t+"):
        first, second = marks.split(maxsplit=1)
        step = page(f"# T\n\n## A\n{first} Who: B\n{second} Proof: mail\n").steps[0]
        assert step.card == Card(who=Who(Role("B")), proof="mail")


def test_guidance_is_the_text_without_checklists_and_quotations() -> None:
    text = """# T

## A

- Who: B

Above.

> {client}, it is
live.
>
> Bye.

- [ ] one,
  two lines
- [ ] two

Below, see [the rule](https://x.example/a "title") and <https://x.example/b>.

> More.

[ref]: https://x.example/c
See [ref].
"""
    step = page(text).steps[0]
    assert step.guidance == (
        'Above.\n\nBelow, see [the rule](https://x.example/a "title") and <https://x.example/b>.\n\n'
        "[ref]: https://x.example/c\nSee [ref]."
    )
    assert step.quotation == "{client}, it is\nlive.\n\nBye.\n\nMore."
    assert step.checklist == (ChecklistItem("one, two lines"), ChecklistItem("two"))
    assert step.links == (
        ("the rule", "https://x.example/a"),
        ("https://x.example/b", "https://x.example/b"),
        ("ref", "https://x.example/c"),
    )
    assert write(page(text)) == text


def test_links_are_those_below_the_card() -> None:
    step = page("# T\n\n## A\n- Who: B\n- See: [x](y)\n- [ ] [a *b*  \n  c](d)\n").steps[0]
    assert step.links == (("a b c", "d"),)


def test_what_stands_above_the_title_is_kept() -> None:
    text = "<!-- licence -->\n\n# T\n\n## A\n\n- Who: B\n"
    assert page(text).preamble == "<!-- licence -->"
    assert write(page(text)) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no heading"),
        ("Just text.", "there is no heading"),
        ("## A\n- Who: B", 'the first heading is "A"'),
        ("#\n\n# T", 'the first heading is ""'),
    ],
)
def test_a_page_without_a_title_says_so(text: str, says: str) -> None:
    found = read(text)
    assert [fault.text for fault in found.faults] == [
        f"Expected the page to start with its title, a heading of level 1 (# Title), but {says}."
    ]
    assert (found.page.title, read(write(found.page)).page) == ("", found.page)


def test_a_page_without_a_title_keeps_its_text_and_steps() -> None:
    found = read("Above.\n\n## Text\n\n## A\n- Who: B\n").page
    assert (found.preamble, [step.name for step in found.steps]) == ("Above.\n\n## Text", ["A"])


def test_front_matter_is_a_fault_and_no_heading() -> None:
    text = "---\nowner: ana\n---\n# T\n\n## A\n- Who: B\n"
    assert codes(text) == [("E125", 1, 1)]
    assert (read(text).page.title, read(text).page.preamble) == ("T", "---\nowner: ana\n---")
    assert read(write(read(text).page)).page == read(text).page


def test_two_lines_are_no_front_matter() -> None:
    assert codes("---\n\njust text\n\n---\n\n# T\n") == []
    assert page("# T\n\n---\na: b\n---\n").title == "T"


def test_one_title_a_page() -> None:
    assert codes("# T\n\n# Part\n\nText.\n") == []
    assert codes("# T\n\n# U\n\n## A\n- Who: B\n") == [("E120", 3, 1)]


def test_a_list_that_is_nearly_a_card_is_a_warning() -> None:
    assert codes("# T\n\n## A\n\n- Whoo: B\n") == [("W103", 5, 3)]


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ("- Onwer: Legal\n", ['3:3 E102 Expected a key of a card, but got "Onwer". Did you mean "Owner"?']),
        ("- Groop: A\n- Careful: hot\n", ['3:3 E102 Expected a key of a card, but got "Groop". Did you mean "Group"?']),
        (
            "- Onwer: Legal\n- we like it\n",
            [
                '3:3 W103 This list is read as text, because none of its items starts with a key of a card; "Onwer:" looks like one.',
            ],
        ),
        ("- Careful: hot\n- Note: cold\n", []),
        ("- one\n- two\n", []),
        ("Words.\n\n- Onwer: Legal\n", []),
    ],
)
def test_a_misspelt_key_under_the_title_is_told_where_a_card_is_meant(items: str, found: list[str]) -> None:
    assert [str(fault).removeprefix(":") for fault in read(f"# T\n\n{items}").faults] == found
    assert read("# T\n\n## A\n- a: x\n- Apporve: y\n").faults[0].text == (
        'This list is read as text, because none of its items starts with a key of a card; "Apporve:" looks like one.'
    )
    assert codes("# T\n\n## A\n\n- Phone: 12\n- Why: because\n- When: now\n") == []


def test_more_than_nine_items_between_two_pauses_are_a_warning() -> None:
    nine = "- [ ] x\n" * 9
    assert codes(f"# T\n\n## A\n- Who: B\n\n{nine}\nPause.\n\n{nine}") == []
    assert codes(f"# T\n\n## A\n- Who: B\n\n{nine}- [ ] y\n") == [("W101", 15, 7)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(newline: str) -> None:
    text = "# T\n\n## A\n\n- Who: B\n\nOne.\n\nTwo.\n"
    found = read(text.replace("\n", newline)).page
    assert found.steps[0].body == "One.\n\nTwo."
    assert write(found) == text.replace("\n", "\r\n" if newline == "\r\n" else "\n")


def test_a_byte_order_mark_is_no_text() -> None:
    assert page("\ufeff# T\n") == Page("T")


def test_the_file_is_named_in_the_page_and_its_faults() -> None:
    found = read("## A\n- Who: B", file="close.md")
    assert found.page.file == "close.md"
    assert [str(fault)[:18] for fault in found.faults] == ["close.md:1:1 E101 "]


def test_faults_come_in_the_order_of_the_text() -> None:
    places = [fault.place for fault in read("## A\n- Due: soon\n- Who: B; C\n\ntoken: abcdefg12\n").faults]
    assert places == sorted(places)
    assert len(places) == 4
