from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.reading import made

from doorstep.reading import editing
from doorstep.reading.body import Item, Parts
from doorstep.reading.card_form import FactRow, Filled, filled, filled_title, rows_of, verb_of
from doorstep.reading.editing import NotEditable, Written
from doorstep.reading.page import Card, Page, Step
from doorstep.reading.text import MOST_STEPS, read
from doorstep.reading.writing import write

CLOSE = """\
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

Look at production, *not* at staging.

- [ ] The tag matches

### Sign off the contract

- Who: Legal counsel, by e-mail
- Approve: {contract}
- If rejected: "Amend the contract", then ask again (at most 3 times)

### Amend the contract

- Who: whoever did "Confirm the deployment"
- Fill in: contract (file)

## Tell the client

- Tell: Delivery engineer
- Only if: Confirm the deployment.done
- After: Three confirmations

> It is live.
"""
PAGE = read(CLOSE).page


def outline(page: Page) -> list[str]:
    return [f"{'  ' * (step.level - 2)}{step.name}" for step in page.walk()]


# -- A step ------------------------------------------------------------------------------------------


def test_a_step_is_changed_and_all_else_stays_byte_for_byte() -> None:
    card = Filled({**filled(editing.step_at(PAGE, 1).card).values, "Due": "2 hours", "If late": "skip"})
    body = Parts("Look twice.", (Item("The tag matches"), Item("The rollback works", killer=True)))
    page = editing.set_step(PAGE, 1, Written("Confirm the deployment", card, body))
    assert write(page) == CLOSE.replace("- Due: 1 hour\n", "- Due: 2 hours\n- If late: skip\n").replace(
        "Look at production, *not* at staging.\n\n- [ ] The tag matches\n",
        "Look twice.\n\n- [ ] The tag matches\n- [ ] ! The rollback works\n",
    )


def test_a_new_name_is_taken_over_wherever_the_page_names_the_step() -> None:
    card = filled(editing.step_at(PAGE, 1).card)
    page = editing.set_step(PAGE, 1, Written("Check the deployment", card, editing.step_at(PAGE, 1).body))
    assert write(page) == CLOSE.replace("Confirm the deployment", "Check the deployment")


def test_a_repair_step_renamed_is_still_the_one_its_asking_step_names() -> None:
    step = editing.step_at(PAGE, 3)
    page = editing.set_step(PAGE, 3, Written('Mend "it"', filled(step.card), step.body))
    handler = page.steps[0].steps[1].card.if_rejected[0]  # type: ignore[union-attr]
    assert (handler.target, handler.rounds) == ('Mend "it"', 3)
    group = editing.set_step(PAGE, 0, Written("All of it", filled(PAGE.steps[0].card)))
    assert group.steps[1].card.after.steps == ("All of it",)  # type: ignore[union-attr]


def test_what_cannot_be_read_stays_in_its_field_as_it_was_typed() -> None:
    typed = Filled({"Who": "Legal counsel", "Due": "soonish", "Only if": ""}, ("Deu: 1 day",))
    page = editing.set_step(PAGE, 1, Written("Confirm the deployment", typed))
    assert "- Who: Legal counsel\n- Due: soonish\n- Deu: 1 day\n" in write(page)
    assert filled(editing.step_at(page, 1).card) == Filled({"Who": "Legal counsel", "Due": "soonish"}, ("Deu: 1 day",))


def test_what_is_typed_cannot_become_another_line() -> None:
    typed = Filled({"Who": "Legal\n\n## Injected\n\n- Who: me", "Due": "1 hour\r\n- Approve: {x}"})
    page = editing.set_step(PAGE, 1, Written("Confirm\n# the deployment", typed))
    assert outline(page)[1] == "  Confirm # the deployment"
    assert len(outline(page)) == len(outline(PAGE))


def test_a_card_emptied_is_a_step_still() -> None:
    page = editing.set_step(PAGE, 4, Written("Tell the client", Filled({})))
    assert "## Tell the client\n\n- Confirm\n" in write(page)


def test_the_verb_of_a_card() -> None:
    assert [verb_of(filled(step.card)) for step in PAGE.walk()] == ["", "", "Approve", "Fill in", "Tell"]


def test_a_heading_typed_into_guidance_that_would_become_a_step_is_refused() -> None:
    written = Written("Three confirmations", filled(PAGE.steps[0].card), "## Another\n\n- Who: me")
    with pytest.raises(NotEditable, match="a heading in it would become a step"):
        editing.set_step(PAGE, 0, written)


def test_a_step_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotEditable, match="not there any more"):
        editing.remove(PAGE, 99)
    with pytest.raises(NotEditable, match="not there any more"):
        editing.add(PAGE, after=-1)


# -- Steps among steps -------------------------------------------------------------------------------


def test_a_step_is_added_after_another_under_a_name_of_its_own() -> None:
    twice = editing.add(editing.add(PAGE, after=1), after=1)
    assert outline(twice)[1:5] == [
        "  Confirm the deployment",
        "  New step 2",
        "  New step",
        "  Sign off the contract",
    ]
    assert outline(editing.add(PAGE))[-1] == "New step"
    assert write(editing.add(read("# Empty").page)) == "# Empty\n\n## New step\n\n- Who: whoever started this\n"


def test_a_branch_is_a_group_with_a_condition_and_otherwise() -> None:
    page = editing.add_branch(PAGE, after=0)
    branch = page.steps[1]
    assert outline(page)[4:7] == ["Which way", "  If so", "  Otherwise"]
    assert [inner.card.only_if.text for inner in branch.steps if inner.card and inner.card.only_if] == [
        "value > 1000",
        "otherwise",
    ]


def test_several_at_once() -> None:
    assert outline(editing.add_group(PAGE, after=4))[-3:] == ["At once", "  One part", "  Other part"]


def test_what_is_removed_takes_what_is_below_with_it() -> None:
    assert outline(editing.remove(PAGE, 0)) == ["Tell the client"]


def test_a_group_without_a_card_that_loses_its_last_step_becomes_a_step() -> None:
    page = read("# P\n\n## Group\n\nProse.\n\n### Only\n\n- Who: me\n").page
    assert write(editing.remove(page, 1)) == "# P\n\n## Group\n\n- Confirm\n\nProse.\n"


def test_a_step_moves_past_its_neighbour_out_of_a_group_and_into_one() -> None:
    down = editing.move(PAGE, 2, up=False)
    assert outline(down)[2:4] == ["  Amend the contract", "  Sign off the contract"]
    out = editing.move(PAGE, 1, up=True)
    assert outline(out)[:2] == ["Confirm the deployment", "Three confirmations"]
    below = editing.move(PAGE, 3, up=False)
    assert outline(below)[2:] == ["  Sign off the contract", "Amend the contract", "Tell the client"]
    into = editing.move(PAGE, 4, up=True)
    assert outline(into)[-1] == "  Tell the client"
    assert outline(editing.move(out, 0, up=False)) == outline(PAGE)
    assert outline(editing.move(PAGE, 4, up=False)) == outline(PAGE)


def test_a_step_is_dragged_to_its_place() -> None:
    assert outline(editing.move_to(PAGE, 4, parent=None, index=0))[0] == "Tell the client"
    assert outline(editing.move_to(PAGE, 4, parent=0, index=1))[2] == "  Tell the client"
    assert outline(editing.move_to(PAGE, 2, parent=0, index=0))[1] == "  Sign off the contract"
    first = editing.move_to(PAGE, 4, parent=None, index=0)
    assert outline(editing.move_to(first, 0, parent=1, index=99))[-1] == "  Tell the client"
    with pytest.raises(NotEditable, match="inside itself"):
        editing.move_to(PAGE, 0, parent=0, index=0)


def test_headings_have_six_levels() -> None:
    page = read("# P\n" + "".join(f"\n{'#' * n} L{n}\n\n- Order: in turn\n" for n in range(2, 7))).page
    with pytest.raises(NotEditable, match="6 headings"):
        editing.move_to(editing.add_group(page, after=0), 5, parent=4, index=0)


def test_a_page_has_at_most_so_many_steps() -> None:
    page = read("# P\n" + "".join(f"\n## S{n}\n\n- Who: me\n" for n in range(MOST_STEPS))).page
    with pytest.raises(NotEditable, match="Part it in two"):
        editing.add(page)


# -- The top -----------------------------------------------------------------------------------------


def test_title_intro_and_facts() -> None:
    card = filled_title(PAGE.card)
    page = editing.set_title(PAGE, title="Close *it*", card=Filled({**card.values, "Needed by": "tomorrowish"}))
    page = editing.set_intro(page, body="All of it.", tail="Below.")
    rows = (*rows_of(page.facts, page.unread), FactRow("na|me", "number", required=True), FactRow("", "", ""))
    page = editing.set_facts(page, rows)
    assert write(page).partition("\n## ")[0] == (
        "# Close \\*it\\*\n\n- Owner: VP Customer Success\n- Needed by: tomorrowish\n\nAll of it.\n\n"
        "| Fact | Kind | From |\n|---|---|---|\n| contract | file | whoever starts |\n"
        "| value | money | whoever starts |\n| na\\|me | number | whoever starts, required |\n\nBelow.\n"
    )
    assert rows_of(page.facts, page.unread)[-1] == FactRow("na|me", "number", "whoever starts, required")


# -- Laws --------------------------------------------------------------------------------------------


def bodies(page: Page) -> list[str]:
    return sorted(step.body for step in page.walk())


def same(page: Page, at: int) -> Page:
    step = editing.step_at(page, at)
    return editing.set_step(page, at, Written(step.name, filled(step.card), step.body))


EDITS: tuple[Callable[[Page, int, int], Page], ...] = (
    lambda page, at, _: editing.move(page, at, up=True),
    lambda page, at, _: editing.move(page, at, up=False),
    lambda page, at, to: editing.move_to(page, at, parent=to, index=at % 3),
    lambda page, at, to: editing.move_to(page, at, parent=None, index=to),
    lambda page, at, _: same(page, at),
)


@given(made.pages, st.data())
def test_moving_keeps_every_step_and_all_prose(page: Page, data: st.DataObject) -> None:
    page = read(write(page)).page
    steps = list(page.walk())
    assume(steps)
    at, to = (data.draw(st.integers(0, len(steps) - 1)) for _ in range(2))
    try:
        moved = data.draw(st.sampled_from(EDITS))(page, at, to)
    except NotEditable:
        return
    assert sorted(step.name for step in moved.walk()) == sorted(step.name for step in steps)
    assert bodies(moved) == bodies(page)
    assert (moved.body, moved.tail, moved.preamble) == (page.body, page.tail, page.preamble)
    assert read(write(moved)).page == moved


@given(made.pages, st.integers(0, 20))
def test_adding_and_removing_again_gives_the_same_steps(page: Page, at: int) -> None:
    page = read(write(page)).page
    steps = list(page.walk())
    after = at % len(steps) if steps else None
    longer = editing.add(page, after=after, name="Entirely new")
    new = next(number for number, step in enumerate(longer.walk()) if step.name == "Entirely new")
    back = editing.remove(longer, new)
    assert [bare(step) for step in back.walk()] == [bare(step) for step in page.walk()]


def bare(step: Step) -> Step:
    return replace(step, level=0, steps=())


@given(made.pages, st.data())
def test_saving_a_form_as_it_was_changes_nothing(page: Page, data: st.DataObject) -> None:
    page = read(write(page)).page
    numbers = range(sum(1 for _ in page.walk()))
    assume(numbers)
    at = data.draw(st.sampled_from(list(numbers)))
    step = editing.step_at(page, at)
    saved = same(page, at)
    if step.card is not None and (step.card != Card() or step.steps):
        assert saved == page


def test_iterating_rows_lazily_is_fine() -> None:
    def rows() -> Iterator[FactRow]:
        yield FactRow("x", "text")

    assert [fact.name for fact in editing.set_facts(PAGE, rows()).facts] == ["x"]
