from __future__ import annotations

from doorstep.reading.importing import import_text
from doorstep.reading.page import TitleCard
from doorstep.reading.text import read
from doorstep.reading.writing import write


def imported(text: str) -> tuple[str, list[str]]:
    found = import_text(text, file="p.md")
    assert found.page.file == "p.md"
    return write(found.page), [str(fault) for fault in found.faults]


def test_front_matter_becomes_the_card() -> None:
    text = """---
title: "Close a project"   # the old name
owner: VP Customer Success
Needed by: '2 days'
audience:
  - Sales
  - Finance
---
What it is for.

## A

- Who: B
"""
    expected = """# Close a project

- Owner: VP Customer Success
- Audience: Sales, Finance
- Needed by: 2 days

What it is for.

## A

- Who: B
"""
    assert imported(text) == (expected, [])
    assert imported("\ufeff" + text.replace("\n", "\r\n")) == (expected, [])


def test_what_the_page_says_wins() -> None:
    text = "---\ntitle: Other\nowner: X\ngroup: G\n---\n# T\n\n- Owner: Y\n\nText.\n"
    assert imported(text) == ("# T\n\n- Owner: Y\n- Group: G\n\nText.\n", [])


def test_lists_in_brackets_and_lines_that_go_on() -> None:
    text = "---\naudience: [Sales, 'Finance']\ngroup: Customer\n  delivery\n---\n# T\n"
    card = import_text(text).page.card
    assert card == TitleCard(group="Customer, delivery", audience=("Sales", "Finance"))


def test_what_is_no_key_is_left_out_with_a_warning() -> None:
    assert imported("---\n# a comment\nlayout: post\nowner:\nexpert: a@x.example\n---\n# T\n") == (
        "# T\n\n- Expert: a@x.example\n",
        [
            'p.md:3:1 W105 The front matter says "layout", which is not a key of a card; it was left out.',
            'p.md:4:1 W105 The front matter says "owner", which is not a key of a card; it was left out.',
        ],
    )


def test_what_cannot_be_read_is_kept_with_its_fault() -> None:
    assert imported("---\ncurrency: Euros\n---\n# T\n") == (
        "# T\n\n- Currency: Euros\n",
        ['p.md:3:13 E113 Expected a currency of three letters, such as EUR for Currency, but got "Euros".'],
    )


def test_text_without_front_matter_is_read_as_it_is() -> None:
    text = "# T\n\n## A\n- Who: B\n"
    assert import_text(text) == read(text)


def test_a_page_without_a_title_takes_it_from_its_file() -> None:
    text = "---\ngroup: G\n---\nText.\n\n## A\n\n- Who: B\n"
    below = "\n\n- Group: G\n\nText.\n\n## A\n\n- Who: B\n"
    assert write(import_text(text, file="docs/close_a-project.md").page) == f"# Close a project{below}"
    assert write(import_text(text).page) == f"# Untitled page{below}"
