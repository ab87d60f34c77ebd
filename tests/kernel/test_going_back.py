"""Rule 8: going back, kept answers, rounds."""

from __future__ import annotations

from typing import Any

from tests.kernel.programs import (
    ANA,
    JON,
    MIRA,
    SAM,
    Case,
    Offers,
    action,
    any_order,
    approve,
    ask,
    at_once,
    fill_in,
    first_of,
    group,
    one_of,
    refused,
    start,
    tells,
    wait,
    when,
)

from doorstep.kernel.program import ForEach, GoBack, GoOn, Order, Repair, Spec
from doorstep.kernel.state import NodeState, State

FACTS = {"text": "draft", "price": 5}


def going_back(*between: Any, to: str = "A", **facts: object) -> Case:
    """A, what is between, and Y that goes back."""
    return start(
        fill_in("A", "text"),
        *between,
        approve("Y", if_rejected=(GoBack(to),)),
        ask("Z"),
        facts={**FACTS, **facts},
    ).answer("A", text="first")


def test_x_and_everything_reachable_gets_a_new_round() -> None:
    case = going_back(ask("B")).answer("B").answer("Y", "rejected")
    assert case.statuses == {"A": "open", "B": "idle", "Y": "idle", "Z": "idle"}
    assert case.rounds == {"A": 2, "B": 2, "Y": 2}
    assert case.given == ["SendAsk A (round 2)"]


def test_outcomes_are_false_and_facts_are_kept() -> None:
    case = going_back(ask("B")).answer("B").answer("Y", "rejected")
    assert (case["Y"].outcome, case["A"].outcome, case.state.facts["text"]) == ("", "", "first")


def test_only_what_has_left_idle_gets_the_new_round() -> None:
    case = going_back(ask("B")).answer("B").answer("Y", "rejected")
    assert case["Z"].round == 1


def test_an_answer_is_kept_when_nothing_its_card_names_has_changed() -> None:
    case = going_back(approve("B", covers=("price",))).answer("B", "approved", by=SAM).answer("Y", "rejected")
    case.answer("A", text="second")
    assert (case["B"].status, case["B"].how, case["B"].why, case["B"].by) == ("done", "kept", "kept from round 1", SAM)
    assert (case["B"].outcome, case["B"].round, case.status("Y")) == ("approved", 2, "open")
    case.answer("Y", "rejected").answer("A", text="third")
    assert (case["B"].why, case["B"].round) == ("kept from round 1", 3)


def test_it_is_asked_again_when_something_has_changed() -> None:
    case = going_back(approve("B", covers=("text",))).answer("B", "approved").answer("Y", "rejected")
    assert case.answer("A", text="second").status("B") == "open"


def test_and_when_its_card_names_nothing() -> None:
    case = going_back(ask("B")).answer("B").answer("Y", "rejected")
    assert case.answer("A", text="second").status("B") == "open"


def test_and_when_it_is_always_asked_again() -> None:
    case = (
        going_back(approve("B", covers=("price",), again_always=True)).answer("B", "approved").answer("Y", "rejected")
    )
    assert case.answer("A", text="second").status("B") == "open"


def test_only_if_is_read_again_before_an_answer_is_kept() -> None:
    case = going_back(approve("B", covers=("price",), only_if=when("text", lambda text: text == "first")))
    case.answer("B", "approved").answer("Y", "rejected").answer("A", text="second")
    assert case.status("B") == "not needed"


def test_a_kept_rejection_is_kept_as_one() -> None:
    case = going_back(approve("B", covers=("price",), if_rejected=(GoOn(),)), ask("C", only_if=Offers("B", "rejected")))
    case.answer("B", "rejected").answer("C").answer("Y", "rejected").answer("A", text="second")
    assert (case["B"].outcome, case.status("C")) == ("rejected", "open")


def test_done_ahead_comes_before_what_is_kept() -> None:
    case = going_back(approve("B", covers=("price",)))
    case.answer("B", "approved").answer("Y", "rejected").ahead("B", "rejected").answer("A", text="second")
    assert (case["B"].how, case["B"].status, case["B"].outcome) == ("rejected", "stuck", "rejected")


def test_x_and_y_themselves_are_asked_again_whatever_they_name() -> None:
    case = start(
        approve("X", covers=("price",)), approve("Y", covers=("price",), if_rejected=(GoBack("X"),)), facts=FACTS
    )
    case.answer("X", "approved").answer("Y", "rejected")
    assert case.given == ["SendAsk X (round 2)"]
    assert case.answer("X", "approved").given == ["SendAsk Y (round 2)"]


def test_observed_steps_look_again_and_what_doorstep_did_is_done_again() -> None:
    looks: dict[str, Any] = {"done_when": when("issue", lambda issue: issue.get("ok")), "looks": frozenset({"issue"})}
    case = going_back(ask("B", **looks), action("C"), tells("D"), wait("E", spec=Spec("2 days")), issue={"ok": True})
    case.observe("B").ended("C").fires("E", "wait").answer("Y", "rejected")
    assert case.given == ["UnwatchRecord B", "SendAsk A (round 2)"]
    case.answer("A", text="second")
    assert case.given == ["WatchRecord B (round 2)"]
    assert case.observe("B").given == ["CallAction C (round 2)"]
    assert case.ended("C").given == ["Tell D tell to somebody (round 2)", "StartTimer E wait (round 2)"]


def test_what_was_done_ahead_and_has_not_had_its_turn_is_left_alone() -> None:
    case = going_back(ask("B")).answer("B").ahead("Z").answer("Y", "rejected")
    assert (case["Z"].round, case["Z"].ahead is not None) == (1, True)


def test_open_work_is_withdrawn() -> None:
    case = start(
        ask("A"),
        at_once("G", approve("Y", if_rejected=(GoBack("A"),)), ask("B", due=Spec("1 day")), action("C")),
    ).answer("A")
    case.answer("Y", "rejected")
    assert case.given == ["WithdrawAsk B", "WithdrawTimer B due", "SendAsk A (round 2)"]
    assert case.statuses == {"A": "open", "G": "idle", "Y": "idle", "B": "idle", "C": "idle"}


def test_the_end_of_an_action_of_an_earlier_round_is_refused() -> None:
    case = start(ask("A"), at_once("G", approve("Y", if_rejected=(GoBack("A"),)), action("C"))).answer("A")
    case.answer("Y", "rejected").answer("A")
    before = case.state
    with refused('Expected round 2 of "C", but got round 1: it was asked anew.'):
        case.ended("C", round=1)
    assert case.state is before


# -- Groups -------------------------------------------------------------------------------------------------------


def test_a_settled_group_around_x_reopens_and_other_members_keep_what_they_have() -> None:
    case = start(at_once("G", ask("X"), ask("B")), approve("Y", if_rejected=(GoBack("X"),))).answer("X").answer("B")
    case.answer("Y", "rejected")
    assert case.statuses == {"G": "open", "X": "open", "B": "done", "Y": "idle"}
    assert case.rounds == {"X": 2, "Y": 2}
    assert case.answer("X").statuses == {"G": "done", "X": "done", "B": "done", "Y": "open"}


def test_a_group_gone_back_to_keeps_no_answer() -> None:
    case = start(
        group("X", approve("A", covers=("price",)), approve("B", covers=("price",))),
        approve("C", covers=("price",)),
        approve("Y", if_rejected=(GoBack("X"),)),
        facts=FACTS,
    )
    case.answer("A", "approved").answer("B", "approved").answer("C", "approved").answer("Y", "rejected")
    assert case.statuses == {"X": "open", "A": "open", "B": "idle", "C": "idle", "Y": "idle"}
    case.answer("A", "approved")
    assert case.status("B") == "open"
    case.answer("B", "approved")
    assert (case["C"].how, case.status("Y")) == ("kept", "open")


def test_groups_that_count_restart_whole() -> None:
    case = start(
        first_of("G", 1, approve("A", covers=("price",)), approve("B")),
        approve("Y", if_rejected=(GoBack("A"),)),
        facts=FACTS,
    )
    case.answer("A", "approved").answer("Y", "rejected")
    assert case.statuses == {"G": "open", "A": "open", "B": "open", "Y": "idle"}
    assert case.rounds == {"G": 2, "A": 2, "B": 2, "Y": 2}


def test_in_groups_that_count_no_answer_is_kept_wherever_they_stand() -> None:
    case = start(
        ask("X"),
        first_of("G", 1, approve("A", covers=("price",)), approve("B", covers=("price",))),
        approve("C", covers=("price",)),
        approve("Y", if_rejected=(GoBack("X"),)),
        facts=FACTS,
    )
    case.answer("X").answer("B", "approved").answer("C", "approved").answer("Y", "rejected").answer("X")
    assert case.statuses == {"X": "done", "G": "open", "A": "open", "B": "open", "C": "idle", "Y": "idle"}
    assert (case.answer("A", "approved")["C"].how, case.status("Y")) == ("kept", "open")


def test_kept_answers_may_be_enough_for_until_and_nobody_is_asked() -> None:
    each = ForEach(when("people", list), "person", until_count=(1, "approved"))
    case = start(
        ask("X"),
        approve("A", covers=("price",), each=each),
        approve("Y", if_rejected=(GoBack("X"),)),
        facts={**FACTS, "people": ["Kim", "Lea"]},
    )
    case.answer("X").answer("A[1]", "approved").answer("Y", "rejected").answer("X")
    assert case.given == ["SendAsk Y (round 2)"]
    assert (case["A"].how, case.status("A[0]"), case["A[1]"].how) == ("until", "cancelled", "kept")


def test_one_of_them_chooses_anew() -> None:
    case = start(
        one_of("G", ask("A", only_if=when("price", lambda price: price > 3)), ask("B", otherwise=True)),
        approve("Y", if_rejected=(GoBack("A"),)),
        facts=FACTS,
    )
    case.answer("A").facts(price=1).answer("Y", "rejected")
    assert case.statuses == {"G": "open", "A": "not taken", "B": "open", "Y": "idle"}


def test_in_any_order_the_turn_is_waited_for() -> None:
    case = start(any_order("G", ask("A"), approve("B"), ask("C"))).answer("A").reopen("A")
    assert case.statuses == {"G": "open", "A": "idle", "B": "open", "C": "idle"}
    assert case.answer("B", "approved").statuses == {"G": "open", "A": "open", "B": "done", "C": "idle"}


def test_a_repair_step_that_is_open_is_withdrawn_with_its_step() -> None:
    case = start(
        ask("X"),
        at_once(
            "G",
            approve("A", if_rejected=(Repair("R"),)),
            fill_in("R", "text", repair_of=frozenset({"A"})),
            approve("Y", if_rejected=(GoBack("X"),)),
        ),
    )
    case.answer("X").answer("A", "rejected").answer("Y", "rejected")
    assert case.given == ["WithdrawAsk R", "SendAsk X (round 2)"]
    assert case.statuses == {"X": "open", "G": "idle", "A": "idle", "R": "idle", "Y": "idle"}
    case.answer("X")
    assert case.statuses == {"X": "done", "G": "open", "A": "open", "R": "idle", "Y": "open"}


def test_y_beside_x_is_asked_again_too() -> None:
    case = start(at_once("G", ask("X"), approve("Y", if_rejected=(GoBack("X"),))))
    case.answer("X").answer("Y", "rejected")
    assert case.given == ["SendAsk X (round 2)", "SendAsk Y (round 2)"]


# -- Reopening, limits ----------------------------------------------------------------------------------------------


def test_reopening_is_going_back_to_it() -> None:
    case = start(ask("A"), approve("B", covers=("price",)), ask("C"), facts=FACTS).answer("A").answer("B", "approved")
    case.reopen("A")
    assert (case.statuses, case.deviations) == ({"A": "open", "B": "idle", "C": "idle"}, [("repeated", "A")])
    assert case.answer("A").statuses == {"A": "done", "B": "done", "C": "open"}


def test_what_was_not_needed_can_be_reopened_when_it_is_needed_now() -> None:
    case = start(ask("A", only_if=when("price", lambda price: price > 9)), ask("B"), facts=FACTS)
    assert case.facts(price=10).reopen("A").statuses == {"A": "open", "B": "idle"}


def test_what_was_not_taken_opens_when_it_is_reopened() -> None:
    case = start(one_of("G", ask("A", otherwise=True)), group("H", ask("B"), then=None), ask("C"))
    case.skip("H").answer("A")
    assert case.statuses == {"G": "done", "A": "done", "H": "skipped", "B": "cancelled", "C": "open"}
    case.reopen("H")
    assert case.statuses == {"G": "done", "A": "done", "H": "open", "B": "open", "C": "idle"}


def test_a_stuck_step_can_be_reopened() -> None:
    case = start(approve("A")).answer("A", "rejected").reopen("A")
    assert (case.status("A"), case["A"].round) == ("open", 2)


def test_at_most_a_hundred_rounds_then_stuck() -> None:
    case = start(ask("X"), approve("Y", if_rejected=(GoBack("X"),)))
    for _ in range(99):
        case.answer("X").answer("Y", "rejected")
    assert case["X"].round == 100
    case.answer("X").answer("Y", "rejected")
    assert (case["Y"].status, case["Y"].how) == ("stuck", "rounds")
    assert case["Y"].why == "It has been asked 100 times; a person has to decide how to go on."
    assert case.retry("Y").status("Y") == "open"


def test_a_reopened_step_is_stuck_at_a_hundred() -> None:
    case = start(ask("A"), ask("B")).answer("A")
    nodes = {**case.state.nodes, ("A", ()): case["A"]._replace(round=100)}
    case.state = State(case="open", starter=ANA, nodes=nodes)
    assert (case.reopen("A", by=JON).status("A"), case["A"].how) == ("stuck", "rounds")


def test_a_new_round_clears_that_it_has_acted() -> None:
    case = start(ask("A"), action("B"), approve("Y", if_rejected=(GoBack("B"),)))
    case.answer("A").ended("B")
    assert case["B"].acted
    case.answer("Y", "rejected", by=MIRA)
    assert case["B"].acted  # it is called again at once
    assert case["B"] == NodeState(status="open", round=2, at=case["B"].at, sent=("call",), acted=True, called=True)


def test_going_back_in_a_case_of_all_at_once() -> None:
    case = start(ask("A"), group("G", ask("B"), approve("Y", if_rejected=(GoBack("B"),))), order=Order.ALL_AT_ONCE)
    case.answer("A").answer("B").answer("Y", "rejected")
    assert case.statuses == {"A": "done", "G": "open", "B": "open", "Y": "idle"}
