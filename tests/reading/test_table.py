from __future__ import annotations

from doorstep.reading.page import Fact, FactKind, Place
from doorstep.reading.text import Reading, read
from doorstep.reading.writing import write


def table(*rows: str) -> Reading:
    return read("# T\n\n" + "\n".join(rows) + "\n", file="p.md")


def faults(*rows: str) -> list[str]:
    return [str(fault) for fault in table(*rows).faults]


def test_the_rows_of_the_table_are_facts() -> None:
    found = table(
        "| Fact | Kind | From |",
        "|:---|:---:|---|",
        "| opportunity | Salesforce Opportunity | whoever starts, required |",
        "| client | text | opportunity.Account.Name |",
        r"| odd one | choice (a \| b, c) | |",
        "| go-live | date |",
        "| late | yes/no | whoever starts (required)|",
    )
    assert found.faults == ()
    assert found.page.facts == (
        Fact("opportunity", FactKind("record", system="Salesforce", type="Opportunity"), required=True),
        Fact("client", FactKind("text"), "opportunity.Account.Name"),
        Fact("odd one", FactKind("choice", options=("a | b", "c"))),
        Fact("go-live", FactKind("date")),
        Fact("late", FactKind("yes/no"), required=True),
    )
    assert [fact.place for fact in found.page.facts][2] == Place(7, 3)


def test_a_table_needs_no_pipes_around_and_its_columns_any_order() -> None:
    found = table("fact | From | kind", "---|---|---", "a | b.C | text")
    assert found.page.facts == (Fact("a", FactKind("text"), "b.C"),)


def test_what_stands_around_the_table_stays_where_it_was() -> None:
    text = (
        "# T\n\nAbove.\n\n## Facts\n\n| Fact | Kind | From |\n|---|---|---|\n| a | text | whoever starts |\n\nBelow.\n"
    )
    page = read(text).page
    assert (page.body, page.tail) == ("Above.\n\n## Facts", "Below.")
    assert write(page) == text


def test_other_tables_are_text() -> None:
    page = table("| Where | A night |", "|---|---|", "| London | 220 |").page
    assert (page.facts, page.body) == ((), "| Where | A night |\n|---|---|\n| London | 220 |")


def test_rows_with_a_fault_say_so_and_are_kept() -> None:
    rows = (
        "| Fact | Kind | From |",
        "|---|---|---|",
        "| a | text | whoever starts |",
        "| a | file | whoever starts |",
        "| b | txt | c.D |",
        "| 2 | text | |",
        "| d | choice | |",
    )
    found = table(*rows)
    assert [str(fault) for fault in found.faults] == [
        'p.md:6:3 E201 Expected each fact once, but "a" stands in line 5 already.',
        'p.md:7:7 E202 Expected a kind of fact, but got "txt". Did you mean "text"?',
        'p.md:8:3 E203 Expected the name of a fact, but got "2".',
        'p.md:9:7 E206 Expected what to choose from, such as choice (small, large), but got "choice".',
    ]
    assert found.page.unread == (
        "| a | file | whoever starts |",
        "| b | txt | c.D |",
        "| 2 | text |  |",
        "| d | choice |  |",
    )
    assert read(write(found.page), file="p.md").page == found.page


def test_columns_have_names() -> None:
    assert faults("| Fact | Kidn | Note | Fact |", "|---|---|---|---|", "| a | text | b | c |") == [
        (
            'p.md:3:10 E204 Expected the columns Fact, Kind and From in the table of facts, but got "Kidn". '
            'Did you mean "Kind"?'
        ),
        'p.md:3:17 E204 Expected the columns Fact, Kind and From in the table of facts, but got "Note".',
        'p.md:3:24 E204 Expected the columns Fact, Kind and From in the table of facts, but got "Fact".',
        'p.md:5:21 E202 Expected a kind of fact, but got "".',
    ]


def test_facts_stand_in_one_table_below_the_title() -> None:
    table_of_facts = "| Fact | Kind |\n|---|---|\n| a | text |\n"
    found = read(f"# T\n\n{table_of_facts}\nMore:\n\n{table_of_facts}\n## S\n- Who: A\n\n{table_of_facts}")
    assert [(fault.code, fault.place.line) for fault in found.faults] == [("E205", 9), ("E205", 16)]
    assert len(found.page.facts) == 1
