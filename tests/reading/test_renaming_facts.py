"""A fact's new name is taken over wherever the page uses it, and nothing else is touched."""

from __future__ import annotations

import pytest

from doorstep.reading import editing
from doorstep.reading.editing import NotEditable
from doorstep.reading.renaming_facts import fact_renamed
from doorstep.reading.text import read
from doorstep.reading.writing import write

PAGE = """\
# Close a project

- Called: {client}: {deal.Name}
- Needed by: {go-live}

For {client}, not for “client”.

| Fact | Kind | From |
|---|---|---|
| client | text | deal.Account.Name |
| client value | money | whoever starts |
| deal | Salesforce Opportunity | whoever starts |
| big | yes/no | client value > 25000 and client != "client" |
| said | text | Ask the client |
| contacts | list of e-mail address | whoever starts |

After the table, {client}.

## Ask the client

- Who: {client}
- Only if: client = "client \\"x\\"" and client value > 1 and deal.client = 2
- Fill in: said (text), go-live (date, deal.Go-live)
- Where: Salesforce, on {deal}
- Due: {go-live}
- Show: client, {client}
- Attach: client

Call {client} and { client } about {deal.Amount}.

- [ ] {client} answered

## Agree

- Who: Tax lead (country: {client})
- Approve: {client}, {client value}
- If rejected: fail

## Each of them

- Who: each of {contacts}
- Choose: client (a, b)

## Answer

- Who: manager of {client}
- Answer: client

## Loop

- Who: Clerk
- For each: client in contacts

## Set it

- Set: deal.Stage = client

## Do it

- Do: crm.make (client = client)
- Gives: client = id, said

## Decide it

- Decide: client, first

| client value | client |
|---|---|
| > 1 | "client" |

## Tell

- Tell: {client}

> Dear {client.name}.
"""


def renamed(old: str, new: str, text: str = PAGE) -> list[tuple[str, str]]:
    """Return the lines that change."""
    page = read(text).page
    after = write(fact_renamed(page, old, new))
    assert write(read(after).page) == after
    return [pair for pair in zip(write(page).split("\n"), after.split("\n"), strict=True) if pair[0] != pair[1]]


def test_every_use_follows_and_what_only_looks_like_one_stays() -> None:
    changed = dict(renamed("client", "customer"))
    assert changed == {
        "- Called: {client}: {deal.Name}": "- Called: {customer}: {deal.Name}",
        "For {client}, not for “client”.": "For {customer}, not for “client”.",
        '| big | yes/no | client value > 25000 and client != "client" |': (
            '| big | yes/no | client value > 25000 and customer != "client" |'
        ),
        "After the table, {client}.": "After the table, {customer}.",
        "- Who: {client}": "- Who: {customer}",
        '- Only if: client = "client \\"x\\"" and client value > 1 and deal.client = 2': (
            '- Only if: customer = "client \\"x\\"" and client value > 1 and deal.client = 2'
        ),
        "- Show: {client}, {client}": "- Show: {customer}, {customer}",
        "- Attach: {client}": "- Attach: {customer}",
        "Call {client} and { client } about {deal.Amount}.": "Call {customer} and {customer} about {deal.Amount}.",
        "- [ ] {client} answered": "- [ ] {customer} answered",
        "- Who: Tax lead (country: {client})": "- Who: Tax lead (country: {customer})",
        "- Approve: {client}, {client value}": "- Approve: {customer}, {client value}",
        "- Choose: client (a, b)": "- Choose: customer (a, b)",
        "- Who: manager of {client}": "- Who: manager of {customer}",
        "- Answer: client": "- Answer: customer",
        "- For each: client in contacts": "- For each: customer in contacts",
        "- Set: deal.Stage = client": "- Set: deal.Stage = customer",
        "- Do: crm.make (client = client)": "- Do: crm.make (client = customer)",
        "- Gives: client = id, said = said": "- Gives: customer = id, said = said",
        "- Decide: client, first": "- Decide: customer, first",
        "| client value | client |": "| client value | customer |",
        "- Tell: {client}": "- Tell: {customer}",
        "> Dear {client.name}.": "> Dear {customer.name}.",
    }


def test_a_record_is_followed_into_its_fields() -> None:
    changed = dict(renamed("deal", "opportunity"))
    assert changed["| client | text | deal.Account.Name |"] == "| client | text | opportunity.Account.Name |"
    assert changed["- Fill in: said (text), go-live (date, deal.Go-live)"] == (
        "- Fill in: said (text), go-live (date, opportunity.Go-live)"
    )
    assert changed["- Where: Salesforce, on {deal}"] == "- Where: Salesforce, on {opportunity}"
    assert changed["- Set: deal.Stage = client"] == "- Set: opportunity.Stage = client"
    assert changed["Call {client} and { client } about {deal.Amount}."].endswith("{opportunity.Amount}.")


def test_lists_times_and_gifts_are_followed() -> None:
    assert dict(renamed("contacts", "people"))["- Who: each of {contacts}"] == "- Who: each of {people}"
    assert dict(renamed("go-live", "start"))["- Due: {go-live}"] == "- Due: {start}"
    given = dict(renamed("said", "told"))
    assert given["- Gives: client = id, said = said"] == "- Gives: client = id, told = said"


def test_a_decision_without_a_table_and_a_step_of_text_alone_stay_as_they_are() -> None:
    text = "# T\n\n| Fact | Kind | From |\n|---|---|---|\n| a | text | whoever starts |\n\n## D\n\n- Decide: a\n\nNo table.\n\n## G\n\n### H\n\n- Who: Clerk\n"
    assert renamed("a", "b", text) == [("- Decide: a, unique", "- Decide: b, unique")]


ROW = "| client | text | deal.Account.Name |"


def test_the_page_follows_a_row_that_has_another_name_and_says_before_which_lines() -> None:
    page = read(PAGE.replace(ROW, ROW.replace("client", "customer"))).page
    shown = editing.uses(page, "client", "customer")
    assert shown[0] == ("- Called: {client}: {deal.Name}", "- Called: {customer}: {deal.Name}")
    assert len(shown) == 23
    after = editing.rename_fact(page, "client", "customer")
    assert editing.uses(after, "client", "customer") == ()


@pytest.mark.parametrize(("old", "new"), [("client", "nothing"), ("client", "deal")])
def test_a_name_that_is_no_row_or_still_one_is_refused(old: str, new: str) -> None:
    with pytest.raises(NotEditable, match="in the table of facts in the place of"):
        editing.rename_fact(read(PAGE).page, old, new)
