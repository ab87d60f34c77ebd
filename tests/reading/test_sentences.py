"""What cards say: each key once, and the example page whole."""

from __future__ import annotations

import pytest

from doorstep.reading import words
from doorstep.reading.page import Doer, FactHolder, ManagerOf, Page, Role, Starter, Step
from doorstep.reading.sentences import plain, sentence, sentences
from doorstep.reading.text import read

HEAD = """# Try it

- Owner: Operations

| Fact | Kind | From |
|---|---|---|
| order | Salesforce Opportunity | whoever starts |
| contract | file | whoever starts |
| value | money | whoever starts |
| countries | list of country | whoever starts |
| go-live | date | whoever starts |
| contact | e-mail address | whoever starts |

"""


def says(card: str, *, heading: str = "Look at it", then: str = "") -> str:
    """Return the sentence of the first step of a page with this card."""
    page = read(f"{HEAD}## {heading}\n\n{card}\n\n{then}").page
    return sentence(page.steps[0], page)


FRIDAY = """## Sign off the contract

- Who: Legal counsel, by e-mail
- Approve: {contract}, {value}
- Not by: whoever started this
- Due: 1 working day
- If rejected: "Amend the contract", then ask again (at most 3 times)

## Amend the contract

- Who: whoever started this
- Fill in: contract (file)
"""


def test_the_design_s_own_sentence() -> None:
    page = read(HEAD + FRIDAY).page
    assert sentence(page.steps[0], page) == (
        "**Legal counsel** approves the contract and its value, by e-mail, within one working day; not whoever "
        "started it. If rejected, whoever started it amends the contract and we ask again, three times at most."
    )


def test_a_page_says_every_step_in_order() -> None:
    page = read(HEAD + FRIDAY).page
    assert [(said.name, said.level) for said in sentences(page)] == [
        ("Sign off the contract", 2),
        ("Amend the contract", 2),
    ]
    assert sentences(page)[1].text == "**Whoever started it** fills in the contract."


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("- Who: Operations", "**Operations** looks at it."),
        ("- Who: mira@northwind.example", "**mira@northwind.example** looks at it."),
        ("- Who: Operations\n- Confirm: it", "**Operations** looks at it."),
        ("- Who: Operations\n- Fill in: go-live (date), contact", "**Operations** fills in the go-live and the contact."),
        ("- Who: Operations\n- Choose: way (rail, road, air)", "**Operations** chooses the way: rail, road or air."),
        ("- Who: Operations\n- Read: {contract}", "**Operations** reads the contract."),
        ("- Who: Operations\n- Answer: go-live", "**Operations** answers: go-live."),
        ("- Who: Operations\n- Approve: {value}", "**Operations** approves the value."),
        ("- Who: 2 of Operations\n- Approve: {value}", "**Two of Operations** approve the value."),
        ("- Who: 2 of Operations\n- Fill in: go-live (date)", "**Two of Operations** fill in the go-live."),
        ("- Who: each of {countries}", "**Each of the countries** looks at it."),
        ("- Who: each of {countries}, one after another", "**Each of the countries**, one after another, looks at it."),
        ("- Who: manager of whoever started this", "**The manager of whoever started it** looks at it."),
        ("- Who: Operations\n- Where: Salesforce, on {order}", "**Operations** looks at it, in Salesforce on the order."),
        ("- Who: Operations\n- Where: Jira, new in DEP", "**Operations** looks at it, in Jira as a new one in DEP."),
        ("- Who: Operations\n- Due: {go-live}", "**Operations** looks at it, by the go-live."),
        ("- Who: Operations\n- Due: 2 working days by 17:00", "**Operations** looks at it, within two working days, by 17:00."),
        ("- Who: Operations\n- Proof: login", "**Operations** looks at it. The answer needs at least: login."),
        ("- Who: Operations\n- Only if: value > 25000", "Only if the value is over 25,000, **Operations** looks at it."),
        ("- Who: Operations\n- Only if: value > 100 and value <= 900", "Only if the value is over 100 and the value is at most 900, **Operations** looks at it."),
        ("- Who: Operations\n- Not before: {go-live}", "Not before the go-live, **Operations** looks at it."),
        ('- Who: Operations\n- Not before: order.Stage = "Won"', "Not before the Stage of the order is “Won”, **Operations** looks at it."),
        ('- Who: Operations\n- Done when: order.Stage = "Won"', "**Operations** looks at it. Nobody is asked once the Stage of the order is “Won”."),
        ("- Who: Operations\n- If late: also ask Legal, tell Finance", "**Operations** looks at it. If late, we also ask Legal and we tell Finance."),
        ("- Who: Operations\n- If late: ask Legal instead", "**Operations** looks at it. If late, we ask Legal instead."),
        ("- Who: Operations\n- If late: skip", "**Operations** looks at it. If late, it is skipped."),
        ("- Who: Operations\n- If rejected: end the case", "**Operations** looks at it. If rejected, all of it ends."),
        ("- Who: Operations\n- If rejected: go on\n- Then: end", "**Operations** looks at it. If rejected, we go on. Then what follows in its part is left out."),
        ('- Set: order.Delivery status = "Delivered"\n- If it fails: fail', "Doorstep sets the delivery status in Salesforce. If it fails, all of it has failed."),
        ("- Tell: {contact}, by e-mail, from whoever started this\n- Attach: {contract}", "Doorstep tells the contact, by e-mail, from whoever started it, with the contract."),
        ("- Wait: 2 days", "It waits two days."),
        ("- Wait: until {go-live}", "It waits until the go-live."),
        ('- Wait: for "payment received" about {contract}', "It waits for “payment received” about the contract."),
        ("- For each: country in countries, one at a time\n- Who: Operations", "For each country of the countries, one at a time, **Operations** looks at it."),
        ("- Who: each of {countries}\n- Approve: {value}\n- Until: 2 approved", "**Each of the countries** approves the value, until two have approved."),
        ('- Do: jira.comment (text = "now")', "Doorstep does comment in jira."),
        ("- Who: each of {countries}\n- Until: value > 5", "**Each of the countries** looks at it, until the value is over 5."),
        ("- Run: Onboard a client", "Doorstep runs “Onboard a client”."),
        ("- Decide: go-live, unique", "Doorstep decides the go-live by the table."),
        ('- Who: Operations\n- Same person as: whoever did "Sign"', "**Operations** looks at it; the same person as whoever did “Sign”."),
        ("- Who: Operations\n- After: start", "At the start, **Operations** looks at it."),
    ],
)  # fmt: skip
def test_what_a_card_says(card: str, expected: str) -> None:
    assert says(card) == expected


def test_a_heading_that_is_no_order_is_quoted() -> None:
    assert says("- Who: Legal", heading="Legal review") == "**Legal** confirms “Legal review”."


def test_a_repair_whose_heading_is_no_order() -> None:
    said = says(
        '- Who: Legal\n- Approve: {value}\n- If rejected: "Amendment", then ask again (at most 2 times, then end)',
        then="## Amendment\n\n- Who: Sales",
    )
    assert said.endswith(
        "If rejected, Sales does “Amendment” and we ask again, twice at most, then what follows in its part is left out."
    )


GROUP = "## All of it\n\n{card}\n\n### One\n\n- Who: Sales\n\n### Two\n\n- Who: Legal\n"


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("", "In turn."),
        ("- Order: all at once", "All at once."),
        ("- Order: first wins", "The first one counts; the rest is withdrawn."),
        ("- Order: 2 of them", "Two of them; the rest is withdrawn."),
        ("- Order: any order, one at a time", "In any order, one at a time."),
        ("- Order: one of them", "One of them, the first that fits."),
        ("- Only if: value > 5\n- Order: all at once", "Only if the value is over 5. All at once."),
    ],
)
def test_what_a_group_says(card: str, expected: str) -> None:
    page = read(HEAD + GROUP.format(card=card)).page
    assert sentence(page.steps[0], page) == expected


def test_after_names_the_steps() -> None:
    text = HEAD + "## One\n\n- Who: A\n\n## Two\n\n- Who: B\n\n## Three\n\n- Who: C\n- After: any of One, Two\n"
    page = read(text).page
    assert sentence(page.steps[2], page) == "After “One” or “Two”, **C** confirms “Three”."


def test_a_heading_without_a_card_says_nothing() -> None:
    assert sentence(Step("Purpose", 2), Page("Try it")) == ""


def test_plain_text_has_no_marks() -> None:
    assert plain("**Legal** looks, only if `f(x)`.") == "Legal looks, only if f(x)."


def test_a_condition_without_simple_words_stays_code() -> None:
    assert words.condition("count(countries) in [1..3]") == "`count(countries) in [1..3]`"
    assert words.condition("value between 1 and 5") == "`value between 1 and 5`"
    assert words.condition("if urgent then big and new else old") == "`if urgent then big and new else old`"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("urgent", "urgent"),
        ("not(big)", "not big"),
        ("big and not(urgent)", "big and not urgent"),
        (
            'kind = "delivery" or kind = "sales and service"',
            "the kind is “delivery” or the kind is “sales and service”",
        ),
        ('kind in ("delivery", "quality", "other")', "the kind is “delivery”, “quality” or “other”"),
        ('step("Roll it out").done', "“Roll it out” is done"),
        ('step("Roll it out").done and risk != "low"', "“Roll it out” is done and the risk is not “low”"),
        ("count(a or b) > 1", "`count(a or b) > 1`"),
    ],
)
def test_what_people_often_write_has_words(written: str, said: str) -> None:
    assert words.condition(written) == said


def test_a_group_says_when_it_is_due() -> None:
    page = read("# P\n\n## G\n\n- Order: all at once\n- Due: 3 working days\n\n### A\n\n- Who: T\n").page
    assert [said.text for said in sentences(page)] == ["Within three working days. All at once.", "**T** confirms “A”."]


def test_an_outcome_of_a_step_in_words() -> None:
    assert words.condition("Sign off the contract.approved") == "“Sign off the contract” is approved"


def test_yes_and_no_in_words() -> None:
    assert words.condition("urgent = true") == "the urgent is yes"
    assert words.condition("value >= 12.50") == "the value is at least 12.50"


def test_addressees_in_words() -> None:
    scoped = Role("Tax lead", (("country", "{country}"),))
    assert [words.addressee(who) for who in (scoped, FactHolder("contact"), Doer("Sign"), ManagerOf(Starter()))] == [
        "Tax lead for the country",
        "the contact",
        "whoever did “Sign”",
        "the manager of whoever started it",
    ]


def test_orders_are_conjugated() -> None:
    headings = ("Try the rollback", "Fix the build", "Pay the bill", "Go to the site", "Amend the contract")
    assert [words.third_person(heading) for heading in headings] == [
        "tries the rollback",
        "fixes the build",
        "pays the bill",
        "goes to the site",
        "amends the contract",
    ]


def test_numbers_in_words() -> None:
    assert [words.times(count) for count in (1, 2, 3, 13)] == ["once", "twice", "three times", "13 times"]
