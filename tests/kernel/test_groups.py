"""Rule 5: groups and their orders."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kernel.programs import (
    Case,
    action,
    any_order,
    approve,
    ask,
    at_once,
    fill_in,
    first_of,
    group,
    one_of,
    start,
    when,
)

from doorstep.kernel.program import End, EndCase, GoOn, Order, Repair, Skip, Spec

GO_ON: dict[str, Any] = {"if_rejected": (GoOn(),)}


# -- All at once, in turn: what they settle as -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ("answer skip override defer", "done"),
        ("override skip skip skip", "done"),
        ("skip defer skip skip", "deferred"),
        ("skip skip skip skip", "skipped"),
    ],
)
def test_a_group_settles_as_the_first_of_what_its_members_did(done: str, expected: str) -> None:
    case = start(at_once("G", *(ask(name) for name in "ABCD")), ask("Z"))
    for name, verb in zip("ABCD", done.split(), strict=True):
        assert case.status("G") == "open"
        getattr(case, verb)(name)
    assert (case.status("G"), case.status("Z")) == (expected, "open")


def test_a_group_of_what_is_not_needed_is_not_needed() -> None:
    no: dict[str, Any] = {"only_if": when("no", bool)}
    case = start(group("G", ask("A", **no), ask("B", **no)), ask("Z"), facts={"no": False})
    assert case.statuses == {"G": "not needed", "A": "not needed", "B": "not needed", "Z": "open"}


def test_members_of_a_group_not_needed_are_not_taken() -> None:
    case = start(group("G", ask("A"), group("H", ask("B")), only_if=when("no", bool)), ask("Z"), facts={"no": False})
    assert case.statuses == {"G": "not needed", "A": "not taken", "H": "not taken", "B": "not taken", "Z": "open"}


def test_an_empty_page_is_done_at_once() -> None:
    assert start().case == "done"


# -- Any order, one at a time ------------------------------------------------------------------------------------


def test_any_order_opens_one_at_a_time() -> None:
    case = start(any_order("G", ask("A"), ask("B"), ask("C")), ask("Z"))
    assert case.statuses == {"G": "open", "A": "open", "B": "idle", "C": "idle", "Z": "idle"}
    case.answer("A")
    assert case.given == ["SendAsk B"]
    case.answer("B").answer("C")
    assert case.status("Z") == "open"


def test_what_must_wait_lets_the_others_go_first() -> None:
    case = start(any_order("G", ask("A", not_before=when("ready", bool)), ask("B"), ask("C")))
    assert case.statuses == {"G": "open", "A": "waiting", "B": "open", "C": "idle"}
    case.facts(ready=True)
    assert (case.status("A"), case["A"].how) == ("waiting", "turn")
    case.answer("B")
    assert case.statuses == {"G": "open", "A": "open", "B": "done", "C": "idle"}


def test_a_stuck_member_holds_its_place() -> None:
    case = start(any_order("G", approve("A"), ask("B"))).answer("A", "rejected")
    assert case.statuses == {"G": "open", "A": "stuck", "B": "idle"}
    assert case.override("A").status("B") == "open"


def test_done_ahead_passes_through_its_turn() -> None:
    case = start(any_order("G", ask("A"), ask("B"), ask("C"))).ahead("B").answer("A")
    assert case.statuses == {"G": "open", "A": "done", "B": "done", "C": "open"}


def test_end_in_any_order_takes_none_of_the_rest() -> None:
    case = start(
        any_order("G", ask("A", not_before=when("x", bool)), approve("B", if_rejected=(End(),)), ask("C")), ask("Z")
    )
    case.answer("B", "rejected")
    assert case.statuses == {"G": "done", "A": "not taken", "B": "done", "C": "not taken", "Z": "open"}


def test_a_member_that_looks_holds_its_place() -> None:
    looks: dict[str, Any] = {"done_when": when("issue", lambda issue: issue.get("ok")), "looks": frozenset({"issue"})}
    case = start(any_order("G", ask("A", **looks), ask("B")), facts={"issue": {}})
    assert case.statuses == {"G": "open", "A": "waiting", "B": "idle"}
    assert case.observe("A").statuses == {"G": "open", "A": "open", "B": "idle"}


# -- N of them, first wins ---------------------------------------------------------------------------------------


def committee(wanted: int = 2, **fields: Any) -> Case:
    return start(
        first_of("G", wanted, approve("A", **fields), approve("B", **fields), approve("C", **fields)), ask("Z")
    )


def test_enough_are_done_and_the_rest_is_withdrawn() -> None:
    case = committee().answer("A", "approved")
    assert case.status("G") == "open"
    case.answer("C", "approved")
    assert case.statuses == {"G": "done", "A": "done", "B": "cancelled", "C": "done", "Z": "open"}
    assert case.given == ["WithdrawAsk B", "SendAsk Z"]


def test_first_wins() -> None:
    assert committee(1).answer("B", "approved").statuses == {
        "G": "done", "A": "cancelled", "B": "done", "C": "cancelled", "Z": "open",
    }  # fmt: skip


def test_a_rejection_does_not_count_an_override_does() -> None:
    case = committee(**GO_ON).answer("A", "rejected").answer("B", "approved")
    assert case.status("G") == "open"
    assert case.override("C").status("G") == "done"


def test_when_the_members_left_cannot_reach_n_it_is_stuck() -> None:
    case = committee(**GO_ON).answer("A", "rejected").answer("B", "changes wanted")
    assert (case.status("G"), case["G"].why) == ("stuck", "2 were wanted, 1 can still come.")
    assert case.status("C") == "open"
    case.answer("C", "approved")
    assert (case.status("G"), case["G"].why) == ("stuck", "2 were wanted, 1 came, 0 can still come.")


def test_a_stuck_count_goes_on_when_a_member_is_asked_again() -> None:
    case = committee(**GO_ON).answer("A", "rejected").answer("B", "rejected").reopen("A")
    assert case["G"].round == 2  # groups that count restart whole
    assert case.statuses == {"G": "open", "A": "open", "B": "open", "C": "open", "Z": "idle"}


def test_a_stuck_count_is_read_again() -> None:
    case = committee(1, **GO_ON).skip("A").skip("B").answer("C", "rejected")
    assert (case.status("G"), case["G"].why) == ("stuck", "1 was wanted, 0 can still come.")
    assert case.retry("G").status("G") == "stuck"
    assert case.override("G").statuses["Z"] == "open"


def test_a_stuck_count_opens_again_with_more_members() -> None:
    case = committee(**GO_ON).answer("A", "rejected").answer("B", "rejected").add(approve("D"), after="B")
    assert case.statuses == {"G": "open", "A": "done", "B": "done", "D": "open", "C": "open", "Z": "idle"}


def test_not_needed_when_all_members_were() -> None:
    no: dict[str, Any] = {"only_if": when("no", bool)}
    case = start(first_of("G", 1, ask("A", **no), ask("B", **no)), ask("Z"), facts={"no": False})
    assert case.statuses == {"G": "not needed", "A": "not needed", "B": "not needed", "Z": "open"}


def test_a_repair_step_is_outside_the_counting() -> None:
    case = start(
        first_of(
            "G",
            1,
            approve("A", if_rejected=(Repair("R"),)),
            fill_in("R", "text", repair_of=frozenset({"A"})),
            approve("B"),
        )
    )
    case.answer("A", "rejected").answer("R", text="better")
    assert case.statuses == {"G": "open", "A": "open", "R": "done", "B": "open"}
    assert case.answer("A", "approved").statuses == {"G": "done", "A": "done", "R": "done", "B": "cancelled"}


# -- One of them -----------------------------------------------------------------------------------------------


def sizes(otherwise: bool = True, **facts: object) -> Case:
    return start(
        one_of(
            "G",
            ask("Big", only_if=when("value", lambda value: value > 100)),
            ask("Small", only_if=when("value", lambda value: value > 10)),
            *([ask("Else", otherwise=True)] if otherwise else []),
        ),
        ask("Z"),
        facts=facts,
    )


def test_the_first_that_holds_is_taken() -> None:
    assert sizes(value=500).statuses == {
        "G": "open", "Big": "open", "Small": "not taken", "Else": "not taken", "Z": "idle",
    }  # fmt: skip
    assert sizes(value=50).status("Small") == "open"
    assert sizes(value=5).status("Else") == "open"


def test_the_group_settles_as_the_one_taken() -> None:
    assert sizes(value=50).answer("Small").statuses == {
        "G": "done", "Big": "not taken", "Small": "done", "Else": "not taken", "Z": "open",
    }  # fmt: skip
    assert sizes(value=50).skip("Small").status("G") == "skipped"


def test_none_and_no_otherwise_is_stuck() -> None:
    case = sizes(otherwise=False, value=5)
    assert (case.status("G"), case["G"].why) == ("stuck", "None of them is to be taken, and there is no otherwise.")
    assert case.facts(value=50).status("Small") == "open"


def test_unknown_is_stuck_with_its_reason() -> None:
    case = sizes()
    assert (case.status("G"), case["G"].why) == ("stuck", "value is not known yet.")
    assert case.retry("G").status("G") == "stuck"
    assert case.facts(value=500).status("Big") == "open"


def test_what_was_skipped_before_its_turn_is_not_asked() -> None:
    case = start(ask("A"), one_of("G", ask("B", otherwise=True)), ask("Z"))
    case.skip("B").answer("A")
    assert case.statuses == {"A": "done", "G": "skipped", "B": "skipped", "Z": "open"}


def test_what_was_skipped_and_is_not_chosen_stays_skipped() -> None:
    case = start(
        ask("A"), one_of("G", ask("B", only_if=when("no", bool)), ask("C", otherwise=True)), facts={"no": False}
    )
    case.skip("B").answer("A")
    assert case.statuses == {"A": "done", "G": "open", "B": "skipped", "C": "open"}


# -- Skipped, late ---------------------------------------------------------------------------------------------


def test_a_skipped_group_cancels_its_members() -> None:
    case = start(at_once("G", ask("A"), group("H", ask("B"), ask("C"))), ask("Z")).skip("G")
    assert case.statuses == {
        "G": "skipped",
        "A": "cancelled",
        "H": "cancelled",
        "B": "cancelled",
        "C": "cancelled",
        "Z": "open",
    }
    assert case.given == ["WithdrawAsk A", "WithdrawAsk B", "SendAsk Z"]


def test_a_group_late_by_a_handler_cancels_its_members() -> None:
    case = start(group("G", ask("A"), ask("B"), due=Spec("2 days"), if_late=(Skip(),)), ask("Z"))
    case.fires("G")
    assert case.statuses == {"G": "skipped", "A": "cancelled", "B": "cancelled", "Z": "open"}
    assert case["G"].late


def test_a_repair_step_never_opened_settles_with_its_group() -> None:
    case = start(group("G", approve("A", if_rejected=(Repair("R"),)), ask("R", repair_of=frozenset({"A"}))), ask("Z"))
    assert case.answer("A", "approved").statuses == {"G": "done", "A": "done", "R": "not needed", "Z": "open"}


def test_groups_in_groups() -> None:
    case = start(group("G", at_once("H", ask("A"), ask("B")), ask("C")), order=Order.ALL_AT_ONCE)
    case.answer("A").answer("B")
    assert case.statuses == {"G": "open", "H": "done", "A": "done", "B": "done", "C": "open"}


def test_a_group_can_end_the_case() -> None:
    case = start(group("G", ask("A"), then=EndCase()), ask("Z")).answer("A")
    assert (case.case, case.statuses) == ("done", {"G": "done", "A": "done", "Z": "cancelled"})


def test_an_action_that_failed_does_not_count() -> None:
    case = start(first_of("G", 1, action("A", if_fails=(GoOn(),)), ask("B")), ask("Z"))
    assert case.ended("A", "failed").statuses == {"G": "open", "A": "done", "B": "open", "Z": "idle"}
