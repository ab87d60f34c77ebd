from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from doorstep.reading.check import check
from doorstep.reading.page import FactKind
from doorstep.rehearsal.offers import Offer, offers
from doorstep.rehearsal.play import BEGIN, Play
from doorstep.rehearsal.practise import MOST_LINES, asked_of, is_for, sample_of, to_mine, to_start, usual

PAGES = Path(__file__).parent.parent.parent / "pages"
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def played(name: str, **facts: object) -> Play:
    return played_text((PAGES / name).read_text(), **facts)


def played_text(text: str, **facts: object) -> Play:
    found = check(text)
    assert found.program is not None
    play = Play(found.page, found.program)
    given = {fact.name: sample_of(fact.kind, BEGIN) for fact in to_start(found.page)} | facts
    assert play.do({"do": "start", "by": "ana@northwind.example", "facts": given}).accepted
    return play


def test_the_others_answer_until_it_is_my_turn() -> None:
    play = played("approve-an-expense.md", amount=90)
    mine = is_for("manager of whoever started this")
    assert [line["do"] for line, _ in to_mine(play, mine)] == []
    assert [offer.step for offer in offers(play) if mine(offer)] == ["Approve a small expense"]
    other = played("approve-an-expense.md", amount=90)
    first, _ = next(to_mine(other, is_for("Nobody")))
    assert (first["do"], first["outcome"], first["by"]) == ("answer", "approved", "manager of whoever started this")


@pytest.mark.parametrize(
    "name",
    ["approve-an-expense.md", "change-supplier-bank-details.md", "close-client-project.md", "onboard-a-client.md"],
)
def test_a_page_of_ours_comes_to_its_end_by_itself(name: str) -> None:
    play = played(name)
    lines = [line for line, _ in to_mine(play, lambda _: False)]
    assert play.state.case == "done", [(offer.do, offer.step, offer.why) for offer in offers(play)]
    assert len(lines) < MOST_LINES


EACH = """# Look at all

| Fact | Kind | From |
|---|---|---|
| systems | list of text | whoever starts |

## Look at each

- For each: system in systems

### Look

- Who: Operations
"""

THREE = """# Three keys

## One

- Who: Keeper

## Two

- Who: Keeper
- Not by: whoever did "One"

## Three

- Who: Keeper
- Not by: whoever did "One", whoever did "Two"
"""


def test_a_practice_stops_after_so_many_lines() -> None:
    play = played_text(EACH, systems=[f"system {number}" for number in range(MOST_LINES + 5)])
    lines = list(to_mine(play, lambda _: False))
    assert (len(lines), play.state.case) == (MOST_LINES, "open")


def test_a_practice_stops_where_nobody_is_left_who_may_answer() -> None:
    play = played_text(THREE)
    done = [line for line, _ in to_mine(play, lambda _: False)]
    lines = [(line["step"], line["by"]) for line in done if line["do"] == "answer"]
    assert (lines, play.state.case) == ([("One", "Keeper"), ("Two", "another Keeper")], "open")


def test_where_a_role_comes_in() -> None:
    found = check((PAGES / "close-client-project.md").read_text())
    assert found.program is not None
    assert asked_of(found.program, is_for("legal counsel")) == ("Sign off the contract",)
    assert asked_of(found.program, is_for("Nobody")) == ()


def test_a_role_is_met_in_any_scope() -> None:
    mine = is_for("Tax lead")
    assert mine(Offer("answer", to="tax lead (country: DE)"))
    assert not mine(Offer("answer", to="Tax leader"))
    assert not mine(Offer("wait", to="Tax lead"))


def test_what_is_stuck_waits_for_a_person() -> None:
    assert usual(played("approve-an-expense.md", amount=90), Offer("retry", "Approve")) is None


def test_a_loop_is_stopped() -> None:
    text = '# P\n\n## A\n\n- Wait: 1 hour\n\n## B\n\n- Who: x\n- If late: go back to "A"\n- Due: 1 minute\n'
    found = check(text)
    play = Play(found.page, found.compiled.program)
    assert play.do({"do": "start"}).accepted
    waits = (line for line, _ in to_mine(play, lambda _: False))
    assert len(list(waits)) <= MOST_LINES


def test_examples_are_of_their_kind() -> None:
    kinds = (
        FactKind("choice", options=("a", "b")),
        FactKind("list", of=FactKind("number")),
        FactKind("date"),
        FactKind("date and time"),
        FactKind("text"),
        None,
    )
    assert [sample_of(kind, NOW) for kind in kinds] == [
        "a", [1], "2026-01-12", "2026-01-12T09:00:00+00:00", "an example", "an example",
    ]  # fmt: skip


def test_a_message_that_is_waited_for_comes() -> None:
    play = played("approve-an-expense.md", amount=90)
    assert usual(play, Offer("message", message="paid")) == {"do": "message", "name": "paid"}
