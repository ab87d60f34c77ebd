"""Who has which part in each step, as the cards say it."""

from __future__ import annotations

from doorstep.reading.raci import Raci, Row, raci
from doorstep.reading.text import read
from doorstep.reading.uses import Use, uses_of

PAGE = """\
# Close a project

- Owner: Head of delivery
- Control: SOX-1

| Fact | Kind | From |
|---|---|---|
| deal | Salesforce Opportunity | whoever starts |
| issues | list of Jira issue | whoever starts |
| people | list of e-mail address | whoever starts |

## Two

### Confirm it

- Who: Delivery engineer, by Jira
- If late: also ask Engineering manager
- Control: SOX-14, SOX-15

See [the other page](/library/open-a-project/) and [this](https://doorstep.x.example/library/open-a-project/#a) and [a site](https://x.example/).

### Sign it

- Who: Legal counsel, by e-mail
- Approve: {deal}
- If rejected: "Mend it", then ask again (at most 3 times, then ask Head of delivery)
- If late: tell Chief counsel

### Mend it

- Who: each of {people}

## Set it

- Set: deal.Stage = "Won", people.x = 1

## Make it

- Do: jira.create (summary = "x")

## Run it

- Run: Archive it

## Tell them

- Tell: vera@x.example, by Salesforce
"""
PAGE_READ = read(PAGE).page


def test_each_step_says_who_does_answers_is_asked_and_told() -> None:
    owner = "Head of delivery"
    assert raci(PAGE_READ) == Raci(
        (
            "Delivery engineer",
            owner,
            "Engineering manager",
            "Legal counsel",
            "Chief counsel",
            "Each of the people",
            "Doorstep",
            "vera@x.example",
        ),
        (
            Row("Confirm it", {"Delivery engineer": "R", owner: "A", "Engineering manager": "C"}),
            Row("Sign it", {"Legal counsel": "RA", "Chief counsel": "I", owner: "C"}),
            Row("Mend it", {"Each of the people": "R", owner: "A"}),
            Row("Set it", {"Doorstep": "R", owner: "A"}),
            Row("Make it", {"Doorstep": "R", owner: "A"}),
            Row("Run it", {"Doorstep": "R", owner: "A"}),
            Row("Tell them", {"Doorstep": "R", owner: "A", "vera@x.example": "I"}),
        ),
    )


def test_a_page_of_text_has_no_rows_and_a_page_without_owner_nobody_who_answers() -> None:
    assert raci(read("# Policy\n\nText.\n").page) == Raci((), ())
    assert raci(read("# T\n\n## A\n\n- Who: Clerk\n").page).rows == (Row("A", {"Clerk": "R"}),)


def test_a_page_uses_systems_controls_and_other_pages() -> None:
    assert uses_of(PAGE_READ) == (
        Use("system", "Salesforce"),
        Use("system", "Jira"),
        Use("control", "SOX-1"),
        Use("system", "Jira", "Confirm it"),
        Use("control", "SOX-14", "Confirm it"),
        Use("control", "SOX-15", "Confirm it"),
        Use("page", "open-a-project", "Confirm it"),
        Use("system", "Salesforce", "Set it"),
        Use("system", "Jira", "Make it"),
        Use("page", "Archive it", "Run it"),
        Use("system", "Salesforce", "Tell them"),
    )
