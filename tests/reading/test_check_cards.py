"""Cards that cannot work, each for itself."""

from __future__ import annotations

import pytest
from tests.reading.checking import faults


def sign(*lines: str) -> str:
    """Return a step with a card of these lines."""
    return "## Sign\n\n" + "".join(f"- {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (
            sign("Due: 1 day"),
            "1:1 E406 Expected somebody to ask (Who) or something to do (Set, Do, Tell, Wait), but this card says neither.",
        ),
        (
            sign("Approve: {contract}", "If rejected: go on"),
            "1:1 E406 Expected somebody to ask (Who) or something to do (Set, Do, Tell, Wait), but this card says neither.",
        ),
        (
            sign("Who: A", "Approve: {contract}"),
            "4:12 E408 Expected If rejected on a step that asks for an approval, but the page does not say what happens then.",
        ),
        (
            sign("Who: A", "Approve: {contract}", "If rejected: tell B"),
            "5:16 E408 Expected If rejected on a step that asks for an approval, but the page does not say what happens then.",
        ),
        (
            sign("Who: A", "Approve: {contract}", "If rejected:"),
            "5:3 E103 Expected what to do after If rejected, but nothing came.",
        ),
        (
            sign("Who: A", "Order: all at once"),
            "4:10 E421 Expected steps below this heading, for its card says their Order, but there are none.",
        ),
        (
            sign("Who: 2 of A", "Until: 2 approved"),
            '4:10 E420 "Sign" can never be approved: its verb is Confirm.',
        ),
        (
            sign("Who: A", "Fill in: go-live (date)") + "\n## File\n\n- Who: A\n- Only if: Sign.rejected\n",
            '9:12 E420 "Sign" can never be rejected: its verb is Fill in.',
        ),
        (
            "## Group\n\n### Sign\n\n- Who: A\n\n## File\n\n- Who: A\n- Not before: Group.approved\n",
            '10:15 E420 "Group" can never be approved: a group without such a step.',
        ),
        (
            sign("Wait: 2 days") + "\n## File\n\n- Who: A\n- Only if: Sign.approved\n",
            '8:12 E420 "Sign" can never be approved: its verb is Wait.',
        ),
        (
            "## Group\n\n- Who: A\n\n### B\n\n- Who: B\n",
            "3:8 E407 Expected Who on a step of its own, but this heading has steps below it and is a group.",
        ),
        (
            '## Group\n\n- Set: deal.Stage = "x"\n\n### B\n\n- Who: B\n',
            "3:8 E407 Expected Set on a step of its own, but this heading has steps below it and is a group.",
        ),
        (
            sign("For each: land in countries", "Who: 2 of Approver"),
            "4:8 E418 Expected one way to ask several, but this card has both For each and 2 of.",
        ),
        (
            sign("For each: land in countries", "Who: each of {countries}"),
            "4:8 E418 Expected one way to ask several, but this card has both For each and each of.",
        ),
        (
            sign("Who: A", "Fill in: size (text)", "If rejected: fail"),
            "5:16 W404 If rejected never happens here: only Confirm and Approve can be rejected.",
        ),
        (
            sign('Set: deal.Stage = "x"', "If rejected: fail"),
            "4:16 W404 If rejected never happens here: only Confirm and Approve can be rejected.",
        ),
        (
            sign("Who: A", "If it fails: fail"),
            "4:16 W404 If it fails never happens here: only Do, Set and Run can fail.",
        ),
        (sign("Wait: 2 days", "Not by: whoever started this"), "4:11 W404 Not by never happens here: nobody is asked."),
        (
            sign("Who: A", "Until: 2 done"),
            "4:10 W404 Until never happens here: there is one of this step; Until ends a For each early.",
        ),
        (sign("Who: A", "Due: {client}"), '4:8 E306 Expected a date to count from, but "client" is text.'),
        (sign("Wait: until {value}"), '3:9 E306 Expected a date to count from, but "value" is money.'),
        (
            sign("Who: A", "Not before: 2 days before {contract}"),
            '4:15 E306 Expected a date to count from, but "contract" is a file.',
        ),
        (sign("Who: {value}"), '3:8 E309 Expected a person, a role or an address in "{value}", but it is money.'),
        (sign("Who: {cleint}"), '3:8 E302 "cleint" is not a fact of this page. Did you mean "client"?'),
        (
            sign("Who: manager of {day}"),
            '3:8 E309 Expected a person, a role or an address in "{day}", but it is a date.',
        ),
        (sign('Who: whoever did "Sing"'), '3:8 E401 "Sing" is not a step of this page. Did you mean "Sign"?'),
        (sign("Who: Tax lead (country: {land})"), '3:8 E302 "land" is not a fact of this page.'),
        (
            sign("Confirm:", 'Same person as: whoever did "Sing"'),
            '4:19 E401 "Sing" is not a step of this page. Did you mean "Sign"?',
        ),
        (
            sign("Who: A", "If late: also ask {cleint}"),
            '4:12 E302 "cleint" is not a fact of this page. Did you mean "client"?',
        ),
        (sign("Who: A", "Where: Jira, in {client}"), '4:10 E308 Expected a linked record, but "client" is text.'),
        (sign("Who: A", "Where: Jira, in {daal}"), '4:10 E302 "daal" is not a fact of this page. Did you mean "deal"?'),
        (sign('Set: client.Name = "x"'), '3:8 E308 Expected a linked record, but "client" is text.'),
        (
            sign("Who: A", "Fill in: size (text, client.Size)"),
            '4:12 E308 Expected a linked record, but "client" is text.',
        ),
        (
            sign("Who: A", "Fill in: size (text, deal)"),
            '4:12 E310 Expected a field of a linked record, such as opportunity.Name, but got "deal".',
        ),
        (
            sign("Who: A", "Fill in: day (text)"),
            '4:12 E311 Expected one kind of "day", but here it is text and elsewhere date.',
        ),
        (
            sign("Who: A", "Choose: level (low, medium)"),
            '4:11 E311 Expected one kind of "level", but here it is choice (low, medium) and elsewhere choice (low, high).',
        ),
        (sign("For each: land in client", "Who: A"), '3:13 E307 Expected a list, but "client" is text.'),
        (
            sign("Who: A", "Only if: today() > day"),
            "4:12 W301 today() is the time of the last thing that happened and is not read again by itself. "  # noqa: ISC004
            "To wait for a moment, write a step with Wait, or Not before with a date.",
        ),
        (sign("Who: A", "Only if: valeu > 5"), '4:12 E302 "valeu" is not a fact or a step. Did you mean "value"?'),
        (
            sign("Who: A", "Only if: value > EUR 25,000"),
            '4:20 E303 "EUR 25,000" is not a number a condition can read. Write 25000: money compares with a number in the currency of the process.',
        ),
        (sign("Who: A", 'Only if: value > "5"'), "4:20 E304 Money cannot be compared with text. Write 5."),
        (
            sign("Who: A", "Only if: value +"),
            "4:19 E301 Expected a fact, a step or a value, but the condition ends here.",
        ),
        (sign("Who: A", "Only if: value"), "4:12 E304 Expected a condition, true or false, but this gives money."),
        (sign("Who: A", "Show: {clint}"), '4:9 E302 "clint" is not a fact of this page. Did you mean "client"?'),
        (
            sign("Who: A", "Attach: {contrat}"),
            '4:11 E302 "contrat" is not a fact of this page. Did you mean "contract"?',
        ),
    ],
)
def test_a_card_that_cannot_work_is_told(steps: str, found: str) -> None:
    assert faults(steps) == [found]


@pytest.mark.parametrize(
    "steps",
    [
        sign("Who: A"),
        sign("Who: {client}", "Due: {day}"),
        sign("Who: manager of {client}"),
        sign("Who: each of {countries}", "Until: 2 done"),
        sign("Who: A") + "\n## File\n\n- Who: A\n- Only if: Sign.rejected or Sign.late\n",
        sign("Who: A", "Approve: {contract}", "If rejected: go on")
        + "\n## File\n\n- Who: A\n- Only if: Sign.approved\n",
        "## Group\n\n### Sign\n\n- Who: A\n- Confirm\n\n## File\n\n- Who: A\n- Only if: Group.rejected\n",
        sign("Who: 2 of A", "Approve: {contract}", "If rejected: fail"),
        sign("Who: A", "Where: Jira, in {deal}", "If rejected: fail"),
        sign("Who: A", "Where: Jira, new in DEP"),
        sign("Who: mira@x.example", "Not by: whoever started this"),
        sign("Tell: {client}, from manager of whoever started this") + "\n> Hello.\n",
        sign("Do: jira.create (a = value)", "Gives: issue = key", "If it fails: tell {client}, fail"),
        sign("For each: land in countries", "Who: Tax lead (country: {land})"),
        sign("Confirm:", "Same person as: whoever started this"),
        sign("Who: A", "Fill in: when (date)", "Done when: when > day"),
        sign("Who: A", "Fill in: size (number, deal.Size)", "Done when: size > 5"),
        "## Group\n\n### B\n\n- Who: B\n",
        sign("Who: A", "Choose: level (low, high)"),
        sign("Who: A", "Fill in: day, contract (file)"),
    ],
)
def test_a_card_that_works_is_left_alone(steps: str) -> None:
    assert faults(steps) == []


TITLE = """# Close

- Called: {client}: {projct}
- Needed by: {client}

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |
| project | text | whoever starts |

"""


def test_the_title_names_facts_too() -> None:
    assert faults(sign("Who: A"), top=TITLE) == [
        '-7:11 E302 "projct" is not a fact of this page. Did you mean "project"?',
        '-6:14 E306 Expected a date to count from, but "client" is text.',
    ]


def test_whoever_a_repair_ends_with_is_checked_too() -> None:
    steps = (
        sign("Who: A", 'If rejected: "Amend", then ask again (at most 2 times, then ask {cleint})')
        + "\n## Amend\n\n- Who: B\n"
    )
    assert [" ".join(fault.split()[1:3]) for fault in faults(steps)] == ['E302 "cleint"']
