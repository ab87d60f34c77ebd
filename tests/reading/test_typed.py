from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.reading.check import check
from doorstep.reading.page import Address, Approve, Card, Choose, FactKind, Field, FillIn, Read, Starter, Where
from doorstep.reading.text import read
from doorstep.reading.typed import EXAMPLE, LineFault, Typed, Wanted, understand_lines
from doorstep.reading.typed_names import Known
from doorstep.reading.writing import write

NOW = datetime(2026, 3, 6, 16, tzinfo=UTC)  # a Friday
PEOPLE = (
    Known("Sam Ortiz", "sam@northwind.example"),
    Known("Mira Holt", "mira@northwind.example"),
    Known("Priya Nair", "priya@northwind.example"),
    Known("Jon Park", "jon@northwind.example"),
    Known("Jon Stone", "stone@northwind.example"),
    Known("Legal counsel"),
)


def typed(text: str, **more: object) -> Typed:
    return understand_lines(text, people=PEOPLE, by="ana@northwind.example", now=NOW, **more)  # type: ignore[arg-type]


def said(text: str) -> list[str]:
    result = typed(text)
    assert result.faults == ()
    return [one.sentence for one in result.said]


def faults(text: str) -> list[str]:
    return [fault.text for fault in typed(text).faults]


def card(text: str, name: str, **more: object) -> Card:
    found = next(step for step in typed(text, **more).page.walk() if step.name == name)
    assert found.card is not None
    return found.card


def test_the_example_is_a_page() -> None:
    assert (
        write(typed(EXAMPLE, systems=["Jira"]).page)
        == """\
# The deployment of DEP-412, contract.pdf and the go-live date

- Owner: ana@northwind.example
- Needed by: 18:00

| Fact | Kind | From |
|---|---|---|
| issue | Jira issue | whoever starts |
| contract | file | whoever starts, required |

## All at once

- Order: all at once

### Confirm the deployment of DEP-412

- Who: sam@northwind.example
- Where: Jira, in {issue}

### Approve contract.pdf

- Who: mira@northwind.example
- Approve: {contract}
- If rejected: "Amend contract.pdf", then ask again (at most 3 times)

### Give the go-live date

- Who: priya@northwind.example
- Fill in: go-live date (date)

### Amend contract.pdf

- Who: whoever started this
- Fill in: contract (file)
"""
    )


def test_an_issue_is_a_record_only_where_its_system_is_connected() -> None:
    name = "Confirm the deployment of DEP-412"
    assert card(EXAMPLE, name, systems=["jira"]).where == Where("Jira", record="issue")
    assert card(EXAMPLE, name).where is None
    assert [one.name for one in typed(EXAMPLE).wanted] == ["contract"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Sam confirms the deployment", "Sam Ortiz confirms the deployment"),
        ("sam ortiz checks the site", "Sam Ortiz checks the site"),
        ("- Sam does the backup", "Sam Ortiz does the backup"),
        ("2. Sam updates the wiki.", "Sam Ortiz updates the wiki"),
        ("Sam fixes the lift", "Sam Ortiz fixes the lift"),
        ("Sam tries the rollback", "Sam Ortiz tries the rollback"),
        ("Sam to update the wiki", "Sam Ortiz updates the wiki"),
        ("Sam: update the wiki", "Sam Ortiz updates the wiki"),
        ("@Sam please confirm the backup", "Sam Ortiz confirms the backup"),
        ("Please ask Sam to confirm the backup", "Sam Ortiz confirms the backup"),
        ("Can Sam check the backup?", "Sam Ortiz checks the backup"),
        ("mira@northwind.example approves the plan", "Mira Holt approves the plan"),
        ("law@elsewhere.example approves the plan", "Law@elsewhere.example approves the plan"),
        ("Mira signs off contract.pdf", "Mira Holt signs off contract.pdf"),
        ("Mira agrees to the terms", "Mira Holt agrees to the terms"),
        ("The legal counsel approves the plan", "Legal counsel approves the plan"),
        ("Jon Park reads handbook.pdf", "Jon Park reads handbook.pdf"),
        ("I give the price", "You give the price"),
        ("Priya chooses between red, blue and green", "Priya Nair chooses between red, blue and green"),
        ("Mira approves the plan by e-mail", "Mira Holt approves the plan, by e-mail"),
        ("Mira approves the plan by 17:00", "Mira Holt approves the plan, by 17:00 today"),
        ("Mira approves the plan by 17:00 today", "Mira Holt approves the plan, by 17:00 today"),
        ("Mira approves the plan by 3 pm", "Mira Holt approves the plan, by 15:00 tomorrow"),
        ("Mira approves the plan by Tuesday", "Mira Holt approves the plan, by Tuesday 10 March"),
        ("Mira approves the plan by Tuesday 12:00", "Mira Holt approves the plan, by Tuesday 10 March, 12:00"),
        ("Mira approves the plan within 2 days", "Mira Holt approves the plan, within 2 days"),
        ("Mira approves the plan tomorrow", "Mira Holt approves the plan, by tomorrow"),
        ("Mira approves the plan today", "Mira Holt approves the plan, by the end of today"),
        ("Mira approves the plan by 12 March", "Mira Holt approves the plan, by Thursday 12 March"),
        ("Mira approves the plan by 1 March", "Mira Holt approves the plan, by Monday 1 March 2027"),
        ("Mira approves the budget of EUR 4,000", "Mira Holt approves the budget of EUR 4,000"),
    ],
)
def test_one_line_is_said_back(line: str, sentence: str) -> None:
    assert said(line) == [sentence]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Sam and Priya update the wiki", ["Sam Ortiz updates the wiki", "Priya Nair updates the wiki"]),
        ("Sam checks it all, Mira approves the plan", ["Sam Ortiz checks it all", "Mira Holt approves the plan"]),
        ("Sam checks A and Mira approves the plan", ["Sam Ortiz checks A", "Mira Holt approves the plan"]),
        (
            "Sam checks A\nMira approves the plan, all by 18:00",
            ["Sam Ortiz checks A, by 18:00 today", "Mira Holt approves the plan, by 18:00 today"],
        ),
        ("Sam checks A\nall by tomorrow noon", ["Sam Ortiz checks A, by 12:00 tomorrow"]),
        ("\n\n# Move\nSam checks A\n", ["Sam Ortiz checks A"]),
        (
            "Sam, Mira and Priya confirm the date",
            ["Sam Ortiz confirms the date", "Mira Holt confirms the date", "Priya Nair confirms the date"],
        ),
        ("Sam confirms the backup after lunch", ["Sam Ortiz confirms the backup after lunch"]),
    ],
)
def test_lines_are_said_back(text: str, sentences: list[str]) -> None:
    assert said(text) == sentences


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Miro Holt approves the plan", 'Nobody here is called "Miro Holt". Did you mean Mira Holt?'),
        (
            "Zebedee approves the plan",
            'Nobody here is called "Zebedee". Write a name or an e-mail address that is on record here.',
        ),
        (
            "Jon approves the plan",
            (
                '"Jon" may be Jon Park (jon@northwind.example) or Jon Stone (stone@northwind.example). '
                "Write the full name or the address."
            ),
        ),
        (
            "mirra@northwind.example approves the plan",
            'Nobody here has the address "mirra@northwind.example". Did you mean mira@northwind.example?',
        ),
        ("Mira approves", "Expected what Mira Holt approves, but the line ends. Write it after the verb."),
        ("Mira approves it", 'Expected what Mira Holt approves by its name, but got "it".'),
        ("Mira does not approve the plan", "Expected what Mira Holt is to do, but got what not. Leave the line out."),
        ("Mira must not approve the plan", "Expected what Mira Holt is to do, but got what not. Leave the line out."),
        ("Mira doesn't approve the plan", "Expected what Mira Holt is to do, but got what not. Leave the line out."),
        (
            "Mira approves the plan if Sam likes it",
            '"if" makes a condition, and three lines know none. Write a page for it, or leave it out.',
        ),
        (
            "Mira is on holiday",
            (
                "It is not clear what Mira Holt is to do. Write a verb after the name, as in confirms, approves, gives, "
                "reads or chooses."
            ),
        ),
        (
            "Mira approves contract.pdf before Sam checks it",
            ('"before Sam" makes an order. Write what comes after on a line of its own that begins with "then".'),
        ),
        ("Sam checks A and Mira approves it", 'Expected what Mira Holt approves by its name, but got "it".'),
        (
            "Sam checks A, Zed approves B",
            'Nobody here is called "Zed". Write a name or an e-mail address that is on record here.',
        ),
        (
            "Sam checks A and Jon approves B",
            (
                '"Jon" may be Jon Park (jon@northwind.example) or Jon Stone (stone@northwind.example). '
                "Write the full name or the address."
            ),
        ),
        ("hello there", 'Expected who does what, as in "Mira approves contract.pdf", but the line says neither.'),
        ("Mira approves the plan by Friday", 'Friday may be today or in a week: write "today" or "2026-03-13".'),
        (
            "Mira approves the plan by next week",
            'Expected a time such as "18:00", "Tuesday", "12 March" or "within 2 days", but got "next week".',
        ),
        (
            "Mira approves the plan today 15:00",
            'Expected a time to come, but 15:00 today is over. Write "tomorrow 15:00".',
        ),
        (
            "Mira approves the plan by 15:00 today",
            'Expected a time to come, but 15:00 today is over. Write "tomorrow 15:00".',
        ),
        (
            "Mira approves the plan by today 25:00",
            'Expected a time of day such as "18:00" or "6 pm", but got "25:00".',
        ),
        ("Mira approves the plan by 31 February", 'Expected a day of the calendar, but there is no "31 February".'),
        ("Mira approves the plan by 2026-03-01", "Expected a day to come, but Sunday 1 March 2026 is over."),
        ("Mira approves 12", "Expected a thing with a name, such as the go-live date, but got only signs or digits."),
        ("Mira chooses red", 'Expected at least two to choose from, as in "chooses between red and blue".'),
        ("", 'Expected a line such as "Mira approves contract.pdf", but there is none.'),
    ],
)
def test_what_is_not_clear_is_said_not_guessed(line: str, why: str) -> None:
    assert faults(line) == [why]


def test_faults_name_their_lines_and_the_rest_is_understood() -> None:
    result = typed("Sam checks the site\nMiro approves the plan\nPriya gives the date")
    assert result.faults == (LineFault(2, 'Nobody here is called "Miro". Did you mean Mira Holt?'),)
    assert [one.line for one in result.said] == [1, 3]


def test_two_deadlines_for_all_are_one_too_many() -> None:
    assert faults("Sam checks A, all by 18:00\nMira approves the plan, all by 19:00") == [
        "All of it is wanted by 18:00 today already. Say it once."
    ]


def test_a_whole_name_is_one_person_though_others_begin_with_it() -> None:
    people = (*PEOPLE, Known("Jon", "jonny@northwind.example"))
    result = understand_lines("Jon approves the plan", people=people, by="ana@northwind.example", now=NOW)
    assert [(one.sentence, one.who.addressee) for one in result.said] == [
        ("Jon approves the plan", Address("jonny@northwind.example"))
    ]


def test_a_group_is_not_called_as_a_step_is() -> None:
    page = typed("Sam: all at once\nMira approves the plan").page
    assert [step.name for step in page.walk()] == [
        "All at once again",
        "All at once",
        "Approve the plan",
        "Amend the plan",
    ]


def test_too_many_lines_are_a_page() -> None:
    assert faults("Sam checks A\n" * 21) == ["Expected at most 20 lines, but there are more. Write a page for so much."]


@pytest.mark.parametrize(
    ("thing", "field"),
    [
        ("the go-live date", Field("go-live date", FactKind("date"))),
        ("his e-mail address", Field("e-mail address", FactKind("e-mail address"))),
        ("the price", Field("price", FactKind("money"))),
        ("the amount of the invoice", Field("amount of the invoice", FactKind("money"))),
        ("the headcount", Field("headcount", FactKind("number"))),
        ("the phone number", Field("phone number", FactKind("text"))),
        ("plan.pdf", Field("plan", FactKind("file"))),
        ("the time", Field("time", FactKind("time"))),
        ("whether the lift works", Field("whether the lift works", FactKind("yes/no"))),
        ("feedback", Field("feedback", FactKind("text"))),
        ("date of birth", Field("date of birth", FactKind("date"))),
    ],
)
def test_kinds_are_guessed_from_words(thing: str, field: Field) -> None:
    text = f"Priya gives {thing}"
    assert card(text, f"Give {thing}").action == FillIn((field,))


def test_several_things_are_several_facts() -> None:
    fields = (Field("price", FactKind("money")), Field("date", FactKind("date")))
    assert card("Priya gives the price and the date", "Give the price and the date").action == FillIn(fields)


def test_what_is_chosen_has_a_name_where_one_is_given() -> None:
    assert card("Sam chooses the colour: red or blue", "Choose the colour: red or blue").action == Choose(
        "colour", ("red", "blue")
    )


def test_what_is_read_is_shown() -> None:
    assert card("Sam reads plan.pdf", "Read plan.pdf").action == Read("{plan}")
    assert card("Sam reads the policy", "Read the policy").action == Read("the policy")


def test_a_file_that_is_looked_at_is_shown() -> None:
    assert card("Sam checks plan.pdf", "Check plan.pdf").show == ("plan",)


def test_two_who_approve_the_same_share_what_mends_it() -> None:
    result = typed("Mira and Sam approve contract.pdf")
    assert [step.name for step in result.page.walk()] == [
        "All at once",
        "Approve contract.pdf",
        "Approve contract.pdf (Sam Ortiz)",
        "Amend contract.pdf",
    ]
    assert result.wanted == (Wanted("contract", "file", "contract.pdf"),)


def test_words_that_are_approved_are_a_fact_that_starts_as_typed() -> None:
    assert typed("Mira approves the discount of 12 percent").wanted == (
        Wanted("discount", "text", "the discount of 12 percent", "the discount of 12 percent"),
    )
    assert typed("Mira approves the price").wanted == (Wanted("price", "money", "the price"),)


def test_then_and_what_is_needed_make_an_order() -> None:
    result = typed("Sam checks A\nPriya gives the price\nMira approves the price\nthen Sam checks B")
    assert result.faults == ()
    assert [step.name for step in result.page.steps] == [
        "All at once",
        "Approve the price",
        "Amend the price",
        "Check B",
    ]
    assert card("Priya gives the price\nMira approves the price", "Approve the price").action == Approve(("price",))


def test_you_are_whoever_starts() -> None:
    who = card("I check the site", "Check the site").who
    assert who is not None
    assert who.addressee == Starter()


def test_the_title_is_typed_given_or_made() -> None:
    assert typed("Close Halden:\nSam checks the site").page.title == "Close Halden"
    assert typed("Sam checks the site", title="Another").page.title == "Another"
    assert typed("Sam checks the site").page.title == "The site"


WORDS = st.sampled_from(
    [
        "Sam",
        "Mira",
        "Jon",
        "I",
        "then",
        "and",
        "to",
        "not",
        "approves",
        "confirms",
        "gives",
        "chooses",
        "reads",
        "updates",
        "signs",
        "off",
        "on",
        "contract.pdf",
        "a.b.docx",
        "DEP-1",
        "the",
        "price",
        "date",
        ",",
        ";",
        ":",
        "by",
        "18:00",
        "all",
        "within",
        "2",
        "days",
        "Tuesday",
        "today",
        "between",
        "red",
        "or",
        "blue",
        "it",
        "if",
        "{x}",
        "#",
        "-",
        '"',
        "|",
        "*",
        "(",
        ")",
        "[",
        "]",
        "\\",
        "12",
        "é",
        "🙂",
    ]
)


@given(st.lists(st.lists(WORDS, max_size=9).map(" ".join), max_size=5).map("\n".join))
def test_lines_without_faults_are_a_page_without_errors(text: str) -> None:
    result = typed(text, systems=["Jira"])
    if not result.faults:
        page = write(result.page)
        assert [fault for fault in check(page).faults if fault.severity == "error"] == []
        assert write(read(page).page) == page
        assert result.said


@given(st.text(max_size=300))
def test_reading_never_raises(text: str) -> None:
    result = typed(text)
    assert result.faults or result.said


@pytest.mark.parametrize(
    "text",
    [
        "Sam " * 900,
        "Sam confirms " + "a and " * 600,
        "Mira approves " + "x" * 3_900,
        "Sam confirms ](javascript:alert(1))",
        "Sam confirms <img src=x onerror=alert(1)>",
        "Mira approves {contract}",
        'Mira approves "a", then ask again',
        "Sam checks A | B",
        "\0\0\0",
        "Mira approves ../../etc/passwd.pdf",
        "Sam confirms\u202etxt.exe",
    ],
)
def test_hostile_lines_end_well(text: str) -> None:
    result = typed(text)
    assert result.faults or [f for f in check(write(result.page)).faults if f.severity == "error"] == []
