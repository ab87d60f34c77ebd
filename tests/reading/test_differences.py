from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reading import made

from doorstep.reading.differences import Differences, Kind, Moved, differences
from doorstep.reading.page import Page, Step
from doorstep.reading.text import read
from doorstep.reading.text_differences import Line, Part, text_differences, word_differences

CLOSE = """\
# Close a client project

- Owner: VP Customer Success
- Needed by: the same day, 18:00

Take it to the client.

| Fact | Kind | From |
|---|---|---|
| deal | Salesforce Opportunity | whoever starts |
| value | money | deal.Amount |
| contract | file | whoever starts |

## Confirm the deployment

- Who: Delivery engineer
- Due: 1 hour
- Done when: deal.Stage = "Done"

Look at production, within 30 minutes.

- [ ] The tag matches
- [ ] ! The rollback was tried

## Sign off the contract

- Who: Legal counsel, by e-mail
- Approve: {contract}
- Only if: value > 25000
- If rejected: "Amend the contract", then ask again (at most 3 times)
- Proof: mail

## Amend the contract

- Who: whoever started this
- Fill in: contract (file)

## Update the CRM

- Set: deal.Stage = "Delivered"
"""


def changed(before: str, after: str, **more: dict[str, str]) -> Differences:
    assert before in CLOSE
    return differences(read(CLOSE).page, read(CLOSE.replace(before, after)).page, **more)


# -- Each thing that may move is of its kind ---------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "step", "moved"),
    [
        ("value > 25000", "value > 50000", "Sign off the contract", (Kind.THRESHOLD, "Only if", "value > 25000", "value > 50000")),
        ("at most 3 times", "at most 5 times", "Sign off the contract", (Kind.THRESHOLD, "If rejected", "at most 3 times", "at most 5 times")),
        ("30 minutes", "60 minutes", "Confirm the deployment", (Kind.THRESHOLD, "Numbers in the text", "30", "60")),
        ("Delivery engineer", "Delivery lead", "Confirm the deployment", (Kind.ADDRESSEE, "Who", "Delivery engineer", "Delivery lead")),
        ("- Due: 1 hour\n", "", "Confirm the deployment", (Kind.DEADLINE, "Due", "1 hour", "")),
        ("! The rollback", "The rollback", "Confirm the deployment", (Kind.KILLER_ITEM, "Killer items", "The rollback was tried", "")),
        ("- Proof: mail", "- Proof: login", "Sign off the contract", (Kind.PROOF, "Proof", "mail", "login")),
        ('deal.Stage = "Delivered"', 'deal.Step = "Delivered"', "Update the CRM", (Kind.CONNECTED_FIELD, "Set", 'deal.Stage = "Delivered"', 'deal.Step = "Delivered"')),
        ('deal.Stage = "Done"', 'deal.Step = "Done"', "Confirm the deployment", (Kind.CONNECTED_FIELD, "Done when", "deal.Stage", "deal.Step")),
        (", by e-mail", "", "Sign off the contract", (Kind.CHANNEL, "By which channel", "e-mail", "")),
        ("The tag matches", "The label matches", "Confirm the deployment", (Kind.CHECKLIST, "Checklist", "The tag matches", "The label matches")),
        ("the same day, 18:00", "the same day, 17:00", "", (Kind.DEADLINE, "Needed by", "the same day, 18:00", "the same day, 17:00")),
        ("deal.Amount", "deal.Value", "", (Kind.CONNECTED_FIELD, "Where value comes from", "deal.Amount", "deal.Value")),
        ("- Owner: VP Customer Success", "- Owner: COO", "", (Kind.STEWARDSHIP, "Owner", "VP Customer Success", "COO")),
    ],
)  # fmt: skip
def test_what_moved_is_of_its_kind(before: str, now: str, step: str, moved: tuple[Kind, str, str, str]) -> None:
    found = changed(before, now)
    parts = {(part.kind, part.label, part.before, part.now) for part in found.page} if not step else set()
    change = found.of_step(step)
    if change:
        parts = {(part.kind, part.label, part.before, part.now) for part in change.parts}
    assert moved in parts
    assert moved[0] in found.kinds


@pytest.mark.parametrize(
    ("before", "now"),
    [("Look at production", "Look closely at production"), ("Take it", "Bring it"), ("The tag", "The label")],
)
def test_words_alone_are_editorial(before: str, now: str) -> None:
    assert changed(before, now).contested == ()


def test_what_is_contested_names_its_step() -> None:
    found = changed("value > 25000", "value > 50000").contested
    moved = Moved(Kind.THRESHOLD, "Only if", "value > 25000", "value > 50000")
    assert found == (("Sign off the contract", moved),)


# -- By identity -----------------------------------------------------------------------------------


def test_a_renamed_step_is_renamed_by_its_identity() -> None:
    (change,) = changed("## Confirm the deployment", "## Check it", now={"Check it": "Confirm the deployment"}).steps
    assert (change.identity, change.how, change.renamed, change.parts) == (
        "Confirm the deployment",
        "changed",
        True,
        (),
    )
    assert change.words == ("Renamed from “Confirm the deployment”.",)


def test_without_an_identity_it_vanished_and_another_came() -> None:
    found = changed("## Confirm the deployment", "## Check it")
    assert [(change.name, change.how) for change in found.steps] == [
        ("Confirm the deployment", "removed"),
        ("Check it", "added"),
    ]
    assert (Kind.ADDRESSEE in found.kinds, Kind.KILLER_ITEM in found.kinds) == (True, True)


def test_only_the_step_that_was_put_elsewhere_has_moved() -> None:
    text = "# P\n\n" + "".join(f"## {name}\n\n- Who: Legal counsel\n\n" for name in "abcde")
    other = "# P\n\n" + "".join(f"## {name}\n\n- Who: Legal counsel\n\n" for name in "bcdae")
    (change,) = differences(read(text).page, read(other).page).steps
    assert (change.name, change.moved, change.words) == ("a", True, ("Moved after “d”.",))


def test_a_step_moves_into_a_group() -> None:
    old = "# P\n\n## G\n\n- Order: all at once\n\n### a\n\n- Who: X\n\n## b\n\n- Who: Y\n"
    new = old.replace("## b", "### b")
    (change,) = differences(read(old).page, read(new).page).steps
    assert change.words == ("Moved into “G”.",)


def test_a_removed_step_stands_where_it_stood() -> None:
    gone = CLOSE[CLOSE.index("## Amend") : CLOSE.index("## Update")]
    found = changed(gone, "")
    assert [(change.name, change.how) for change in found.steps] == [
        ("Sign off the contract", "changed"),
        ("Amend the contract", "removed"),
    ]


def test_a_change_says_its_sentences_and_words() -> None:
    (change,) = changed("Due: 1 hour", "Due: 2 hours").steps
    assert (change.says_before, change.says_now) == (
        "**Delivery engineer** confirms the deployment, within one hour. Nobody is asked once the Stage of the deal is “Done”.",
        "**Delivery engineer** confirms the deployment, within two hours. Nobody is asked once the Stage of the deal is “Done”.",
    )
    assert change.words == ("Due: 2 hours, before 1 hour.",)


# -- Laws --------------------------------------------------------------------------------------------


@given(made.pages)
def test_a_page_does_not_differ_from_itself(page: Page) -> None:
    assert differences(page, page) == Differences()
    assert not differences(page, page)


@given(made.pages, made.pages)
def test_there_and_back_is_the_same_the_other_way_round(old: Page, new: Page) -> None:
    there, back = differences(old, new), differences(new, old)
    assert bool(there) == bool(back)
    assert there.kinds == back.kinds
    assert _turned(there) == {(one.identity, _BACK[one.how], frozenset(one.parts)) for one in back.steps}


_BACK = {"added": "removed", "removed": "added", "changed": "changed"}


def _turned(found: Differences) -> set[tuple[str, str, frozenset[Moved]]]:
    return {
        (one.identity, one.how, frozenset(Moved(part.kind, part.label, part.now, part.before) for part in one.parts))
        for one in found.steps
    }


@given(made.pages)
def test_what_is_said_of_any_page_has_words(page: Page) -> None:
    found = differences(Page(""), page)
    assert all(change.how == "added" and change.words for change in found.steps)
    assert all(part.words.endswith(".") for part in found.page)


@given(made.pages.filter(lambda page: bool(page.steps)), st.data())
def test_a_step_that_was_taken_out_is_removed_with_all_below(page: Page, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(page.steps))
    left = replace(page, steps=tuple(step for step in page.steps if step is not gone))
    removed = {change.name for change in differences(page, left).steps if change.how == "removed"}
    assert removed == {step.name for step in gone.walk()}


def test_two_steps_of_one_name_are_told_apart() -> None:
    page = Page("P", steps=(Step("a", 2), Step("a", 2, guidance="Other.")))
    (change,) = differences(page, replace(page, steps=page.steps[:1])).steps
    assert (change.identity, change.how) == ("a #2", "removed")


# -- By text -----------------------------------------------------------------------------------------


def test_texts_are_shown_side_by_side() -> None:
    assert text_differences("one\ntwo\nthree\n", "one\ntwo more\nthree\nfour\n") == (
        Line("same", (Part("one"),), (Part("one"),)),
        Line("changed", (Part("two"),), (Part("two"), Part(" more", marked=True))),
        Line("same", (Part("three"),), (Part("three"),)),
        Line("new", None, (Part("four", marked=True),)),
    )


def test_sentences_are_marked_by_word() -> None:
    assert word_differences("within one hour.", "within two hours.") == (
        (Part("within "), Part("one", marked=True), Part(" "), Part("hour", marked=True), Part(".")),
        (Part("within "), Part("two", marked=True), Part(" "), Part("hours", marked=True), Part(".")),
    )


@given(st.text(alphabet="ab\n", max_size=60), st.text(alphabet="ab\n", max_size=60))
def test_no_line_is_lost(old: str, new: str) -> None:
    lines = text_differences(old, new)
    before = ["".join(part.text for part in line.before) for line in lines if line.before is not None]
    now = ["".join(part.text for part in line.now) for line in lines if line.now is not None]
    assert (before, now) == (old.splitlines(), new.splitlines())


def test_texts_that_share_nothing_are_not_compared_for_ever() -> None:
    old, new = "\n".join(f"a{n}" for n in range(20_000)), "\n".join(f"b{n}" for n in range(20_000))
    assert {line.how for line in text_differences(old, new)} == {"gone", "new"}
