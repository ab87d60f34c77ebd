from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.reading import made

from doorstep.reading import editing
from doorstep.reading.card_form import FactRow, Filled, filled, filled_title, rows_of
from doorstep.reading.editing import NotEditable, Written
from doorstep.reading.page import Page
from doorstep.reading.text import MOST_BYTES, read
from doorstep.reading.writing import write
from doorstep.stewardship.merge import Conflict, merge

BASE = """\
# Close a client project

- Owner: VP Customer Success

Take it from done to delivered.

| Fact | Kind | From |
|---|---|---|
| contract | file | whoever starts |
| value | money | whoever starts |

## Three confirmations

- Order: all at once

### Confirm the deployment

- Who: Delivery engineer
- Due: 1 hour

Look at production.

### Sign off the contract

- Who: Legal counsel
- Approve: {contract}
- If rejected: go on

## Update the CRM

- Who: Sales assistant

## Tell the client

- Who: Account manager
"""


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


# -- What merges by itself ---------------------------------------------------------------------------


def test_what_two_people_change_in_different_places_merges_by_itself() -> None:
    mine = changed(BASE, ("1 hour", "2 hours"), ("| value | money |", "| value | number |"))
    theirs = changed(
        BASE,
        ("Look at production.", "Look at staging first."),
        ("- Owner: VP Customer Success", "- Owner: VP Customer Success\n- Needed by: 18:00"),
        ("## Tell the client\n", "## Wait for the client\n\n- Wait: 2 days\n\n## Tell the client\n"),
    )
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert merged.text == changed(theirs, ("1 hour", "2 hours"), ("| value | money |", "| value | number |"))


def test_a_step_renamed_by_one_and_changed_by_the_other_is_one_step() -> None:
    mine = changed(BASE, ("Sign off the contract", "Sign the contract"))
    theirs = changed(BASE, ("- Approve: {contract}\n", "- Approve: {contract}, {value}\n"))
    assert merge(BASE, mine, theirs) == merge(BASE, theirs, mine)
    assert merge(BASE, mine, theirs).text == changed(
        mine, ("- Approve: {contract}\n", "- Approve: {contract}, {value}\n")
    )


def test_a_step_moved_by_one_and_changed_by_the_other_is_both() -> None:
    page = read(BASE).page
    mine = write(editing.move_to(page, 4, parent=None, index=0))
    theirs = changed(BASE, ("- Who: Account manager", "- Who: Sales assistant"))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert next(step.name for step in read(merged.text).page.walk()) == "Tell the client"
    assert "Account manager" not in merged.text


def test_what_both_add_at_one_place_stands_there_twice_in_one_order() -> None:
    mine = changed(BASE, ("## Update the CRM\n", "## Sleep on it\n\n- Wait: 1 day\n\n## Update the CRM\n"))
    theirs = changed(BASE, ("## Update the CRM\n", "## Ask around\n\n- Who: Sales assistant\n\n## Update the CRM\n"))
    merged = merge(BASE, mine, theirs)
    assert merged == merge(BASE, theirs, mine)
    names = [step.name for step in read(merged.text).page.steps]
    assert names == ["Three confirmations", "Ask around", "Sleep on it", "Update the CRM", "Tell the client"]


def test_what_both_take_away_is_gone_and_what_one_takes_away_too() -> None:
    page = read(BASE).page
    mine = write(editing.remove(page, 3))
    theirs = write(editing.remove(page, 0))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert [step.name for step in read(merged.text).page.walk()] == ["Tell the client"]


# -- What both changed -------------------------------------------------------------------------------


def test_what_both_changed_is_shown_and_theirs_holds_until_chosen() -> None:
    mine, theirs = changed(BASE, ("1 hour", "2 hours")), changed(BASE, ("1 hour", "3 hours"))
    merged = merge(BASE, mine, theirs)
    at = "Confirm the deployment:key Due"
    assert merged.conflicts == (Conflict(at, "Confirm the deployment", "Due", "1 hour", "2 hours", "3 hours"),)
    assert merged.text == theirs
    assert merge(BASE, mine, theirs, choices={at: "mine"}).text == mine


def test_a_step_renamed_by_one_and_removed_by_the_other_is_a_choice() -> None:
    mine = changed(BASE, ("## Tell the client", "## Tell the customer"))
    theirs = write(editing.remove(read(BASE).page, 4))
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == (
        Conflict(
            "gone Tell the client",
            "Tell the customer",
            "whether it stays",
            "“Tell the customer”",
            "“Tell the customer” changed",
            "taken away",
        ),
    )
    assert merged.text == theirs
    assert merge(BASE, mine, theirs, choices={"gone Tell the client": "mine"}).text == mine
    assert merge(BASE, theirs, mine).text == mine
    assert merge(BASE, theirs, mine, choices={"gone Tell the client": "mine"}).text == theirs


def test_a_group_removed_by_one_in_which_the_other_added_a_step_is_one_choice() -> None:
    page = read(BASE).page
    mine = write(editing.remove(page, 0))
    theirs = write(editing.add(page, after=1))
    merged = merge(BASE, mine, theirs)
    assert [conflict.id for conflict in merged.conflicts] == ["gone Three confirmations"]
    assert merged.text == theirs
    assert merge(BASE, mine, theirs, choices={"gone Three confirmations": "mine"}).text == mine


def test_a_fact_changed_by_one_and_removed_by_the_other_is_a_choice() -> None:
    mine = changed(BASE, ("| value | money |", "| value | number |"))
    theirs = changed(BASE, ("| value | money | whoever starts |\n", ""))
    merged = merge(BASE, mine, theirs)
    assert [conflict.id for conflict in merged.conflicts] == ["gone fact value"]
    assert (merged.text, merge(BASE, mine, theirs, choices={"gone fact value": "mine"}).text) == (theirs, mine)


def test_two_orders_and_two_places_are_choices() -> None:
    page = read(BASE).page
    first = write(editing.move_to(page, 4, parent=None, index=0))
    last = write(editing.move_to(page, 3, parent=None, index=0))
    assert [conflict.what for conflict in merge(BASE, first, last).conflicts] == ["the order"]
    group = BASE + "\n## Later\n\n### One day\n\n- Who: Account manager\n"
    here = write(editing.move_to(read(group).page, 3, parent=0, index=0))
    there = write(editing.move_to(read(group).page, 3, parent=5, index=0))
    found = merge(group, here, there)
    assert [(one.what, one.mine, one.theirs) for one in found.conflicts] == [
        ("where it stands", "in “Three confirmations”", "in “Later”")
    ]
    assert merge(group, here, there, choices={found.conflicts[0].id: "mine"}).text == here


def test_two_groups_put_inside_each_other_are_one_choice_of_the_whole() -> None:
    text = "# P\n\n## A\n\n### B\n\n- Who: x\n\n## C\n\n### D\n\n- Who: x\n"
    page = read(text).page
    mine = write(editing.move_to(page, 0, parent=2, index=0))
    theirs = write(editing.move_to(page, 2, parent=0, index=0))
    merged = merge(text, mine, theirs)
    assert merged.conflicts == (Conflict("page", "", "the whole page", text, mine, theirs),)
    assert (merged.text, merge(text, mine, theirs, choices={"page": "mine"}).text) == (theirs, mine)


def test_a_text_too_large_to_read_is_chosen_as_a_whole() -> None:
    huge = BASE + "x" * MOST_BYTES
    merged = merge(BASE, changed(BASE, ("1 hour", "2 hours")), huge)
    assert [conflict.id for conflict in merged.conflicts] == ["page"]
    assert merged.text == huge


@pytest.mark.parametrize("mine", ["", "no page at all", "---\na: b\n---\n", "# Other\n\n- Deu: x\n\n## Y\n\n- Who:\n"])
def test_a_text_that_does_not_read_is_kept_whatever_is_chosen(mine: str) -> None:
    theirs = changed(BASE, ("1 hour", "2 hours"))
    merged = merge(BASE, mine, theirs)
    everything = merge(BASE, mine, theirs, choices={conflict.id: "mine" for conflict in merged.conflicts})
    assert merged.conflicts
    assert "2 hours" in merged.text
    assert "2 hours" not in everything.text


# -- Laws --------------------------------------------------------------------------------------------

Edit = Callable[[Page, int, int], Page]


def _set(page: Page, at: int, key: str, value: str) -> Page:
    step = editing.step_at(page, at)
    card = Filled({**filled(step.card).values, key: value}, filled(step.card).rest)
    return editing.set_step(page, at, Written(step.name, card, step.body))


def _renamed(page: Page, at: int, name: str) -> Page:
    step = editing.step_at(page, at)
    return editing.set_step(page, at, Written(name, filled(step.card), step.body))


EDITS: tuple[Edit, ...] = (
    lambda page, at, to: editing.move(page, at, up=bool(to % 2)),
    lambda page, at, to: editing.move_to(page, at, parent=to, index=0),
    lambda page, at, _: editing.add(page, after=at, name="Added"),
    lambda page, at, _: editing.add_branch(page, after=at),
    lambda page, at, _: editing.remove(page, at),
    lambda page, at, to: _set(page, at, "Due", f"{to + 1} hours"),
    lambda page, at, to: _set(page, at, "Who", f"Role {to}"),
    lambda page, at, to: _renamed(page, at, f"Renamed {to}"),
    lambda page, _, to: editing.set_facts(page, (*rows_of(page.facts, page.unread), FactRow(f"new {to}", "text"))),
    lambda page, _, to: editing.set_intro(page, body=f"About {to}.", tail=page.tail),
    lambda page, _, to: editing.set_title(page, title=f"Title {to}", card=filled_title(page.card)),
)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw a page, and what two people made of it."""
    page = read(write(draw(made.pages))).page
    assume(page.steps)
    return write(page), write(draw(edited(page))), write(draw(edited(page)))


@st.composite
def edited(draw: st.DrawFn, page: Page) -> Page:
    for _ in range(draw(st.integers(0, 3))):
        count = sum(1 for _ in page.walk())
        if not count:
            break
        at, to = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))
        try:
            page = draw(st.sampled_from(EDITS))(page, at, to)
        except NotEditable:
            continue
    return page


@given(texts())
def test_against_the_base_the_other_side_holds(three: tuple[str, str, str]) -> None:
    base, mine, theirs = three
    assert merge(base, mine, base).text == mine
    assert merge(base, base, theirs).text == theirs
    assert merge(base, mine, mine).text == mine


@given(texts(), st.sampled_from(["mine", "theirs"]))
def test_a_merge_reads_has_all_that_is_new_and_is_the_same_from_either_side(
    three: tuple[str, str, str], whose: str
) -> None:
    base, mine, theirs = three
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    ids = [conflict.id for conflict in one.conflicts]
    assert write(read(one.text).page) == one.text
    assert len(set(ids)) == len(ids)
    assert bool(ids) == bool(other.conflicts)  # how many depends on which side holds until it is chosen
    if not ids:
        assert one.text == other.text
        known = {step.name for step in read(base).page.walk()}
        names = {step.name for step in read(one.text).page.walk()}
        assert all({step.name for step in read(side).page.walk()} - known <= names for side in (mine, theirs))
    chosen = merge(base, mine, theirs, choices=dict.fromkeys(ids, whose))
    assert write(read(chosen.text).page) == chosen.text
