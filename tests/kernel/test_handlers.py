"""Rule 7: each handler for a rejection, a failure and a passed due time; and Then."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kernel.programs import (
    ANA,
    JON,
    MIRA,
    Case,
    Offers,
    action,
    after,
    any_order,
    approve,
    ask,
    at_once,
    fill_in,
    group,
    run,
    start,
    tells,
    when,
)

from doorstep.kernel.program import (
    AlsoAsk,
    AskInstead,
    End,
    EndCase,
    GoBack,
    GoOn,
    GoTo,
    Handler,
    Order,
    Repair,
    RunBeside,
    Skip,
    Spec,
    TellThem,
)

DUE = Spec("1 day")


def late(*handlers: Handler, **fields: Any) -> Case:
    """A is asked, due, and B follows; C follows the group."""
    return (
        start(ask("X"), group("G", ask("A", due=DUE, if_late=handlers, **fields), ask("B")), ask("C"))
        .answer("X")
        .fires("A")
    )


def rejected(*handlers: Handler, outcome: str = "rejected") -> Case:
    case = start(ask("X"), group("G", approve("A", if_rejected=handlers), ask("B")), ask("C")).answer("X")
    return case.answer("A", outcome)


# -- Late ------------------------------------------------------------------------------------------------------


def test_late_without_a_handler_settles_nothing() -> None:
    case = late()
    assert (case.status("A"), case["A"].late, case.given) == ("open", True, [])


def test_late_also_ask() -> None:
    case = late(AlsoAsk("boss"))
    assert (case.status("A"), case.given) == ("open", ["SendAsk A also"])
    assert case.commands[0].to == "boss"
    assert case.answer("A", by=JON).given == ["WithdrawAsk A", "SendAsk B"]


def test_late_ask_instead() -> None:
    case = late(AskInstead("boss"))
    assert (case.status("A"), case["A"].to, case["A"].round) == ("open", "boss", 1)
    assert case.given == ["WithdrawAsk A", "SendAsk A instead"]


def test_late_tell() -> None:
    case = late(TellThem("boss"))
    assert (case.status("A"), case.given) == ("open", ["Tell A late to boss"])
    assert case.commands[0].why == '"A" is late.'


def test_late_run_beside() -> None:
    case = late(RunBeside("Rescue"))
    assert (case.status("A"), case.given) == ("open", ["StartCase A beside"])
    assert case.case_ended("A", purpose="beside", result="failed").status("A") == "open"


def test_late_skip() -> None:
    case = late(Skip())
    assert case.statuses == {"X": "done", "G": "open", "A": "skipped", "B": "open", "C": "idle"}
    assert case.given == ["WithdrawAsk A", "SendAsk B"]


def test_late_end() -> None:
    case = late(End())
    assert case.statuses == {"X": "done", "G": "done", "A": "done", "B": "not taken", "C": "open"}
    assert case["A"].how == "late"


def test_late_end_the_case() -> None:
    case = late(EndCase())
    assert case.statuses == {"X": "done", "G": "cancelled", "A": "done", "B": "cancelled", "C": "cancelled"}
    assert (case.case, case.given) == ("done", ["WithdrawAsk A", "CloseCase"])


def test_late_go_back() -> None:
    case = late(GoBack("X"))
    assert case.statuses == {"X": "open", "G": "idle", "A": "idle", "B": "idle", "C": "idle"}
    assert case.given == ["WithdrawAsk A", "SendAsk X (round 2)"]


def test_late_go_to() -> None:
    case = late(GoTo("C"))
    assert case.statuses == {"X": "done", "G": "cancelled", "A": "done", "B": "cancelled", "C": "open"}


def test_several_in_order_up_to_the_one_that_decides() -> None:
    case = late(TellThem("boss"), AlsoAsk("peer"), Skip(), TellThem("nobody"))
    assert case.given == ["Tell A late to boss", "SendAsk A also", "WithdrawAsk A", "SendAsk B"]


def test_more_of_one_purpose_are_numbered() -> None:
    assert late(AlsoAsk("boss"), AlsoAsk("peer")).given == ["SendAsk A also", "SendAsk A also 2"]


# -- Rejected ---------------------------------------------------------------------------------------------------


def test_rejected_without_a_handler_is_stuck() -> None:
    case = rejected()
    assert (case.status("A"), case["A"].why) == ("stuck", f"{MIRA} rejected it; the page does not say what then.")
    assert rejected(outcome="changes wanted")["A"].why == f"{MIRA} wants changes; the page does not say what then."


def test_rejected_by_nobody_known() -> None:
    case = start(ask("A")).answer("A", "rejected", by=None)
    assert case["A"].why == "Somebody rejected it; the page does not say what then."


def test_rejected_and_told_is_still_stuck() -> None:
    case = rejected(TellThem("boss"))
    assert (case.status("A"), case.given) == ("stuck", ["Tell A rejected to boss"])
    assert case.commands[0].why == f'{MIRA} answered "A" with: rejected.'


def test_rejected_go_on() -> None:
    case = rejected(GoOn())
    assert case.statuses == {"X": "done", "G": "open", "A": "done", "B": "open", "C": "idle"}
    assert (case["A"].outcome, case["A"].how) == ("rejected", "answer")


def test_rejected_end() -> None:
    assert rejected(End()).statuses == {"X": "done", "G": "done", "A": "done", "B": "not taken", "C": "open"}


def test_rejected_fail() -> None:
    case = rejected(EndCase(failed=True))
    assert case.statuses == {"X": "done", "G": "cancelled", "A": "done", "B": "cancelled", "C": "cancelled"}
    assert (case.case, case.commands[-1].result) == ("failed", "failed")


def test_rejected_go_back() -> None:
    case = rejected(GoBack("X"))
    assert case.given == ["SendAsk X (round 2)"]
    assert case.rounds == {"X": 2, "G": 2, "A": 2}


def test_rejected_go_to() -> None:
    assert rejected(GoTo("C")).statuses == {"X": "done", "G": "cancelled", "A": "done", "B": "cancelled", "C": "open"}


def test_rejected_ask_instead_stays_in_the_round() -> None:
    case = rejected(AskInstead("boss"))
    assert (case.status("A"), case["A"].outcome, case.given) == ("open", "", ["SendAsk A instead"])


def test_rejected_skip() -> None:
    assert rejected(Skip()).statuses == {"X": "done", "G": "open", "A": "skipped", "B": "open", "C": "idle"}


# -- Failed -----------------------------------------------------------------------------------------------------


def failed(*handlers: Handler) -> Case:
    return start(group("G", action("A", if_fails=handlers), ask("B")), ask("C")).ended("A", "failed", why="500")


def test_failed_without_a_handler_is_stuck() -> None:
    assert (failed()["A"].how, failed()["A"].why) == ("failed", "500")
    assert start(action("A")).ended("A", "failed")["A"].why == "The action failed."


def test_unknown_is_stuck_whatever_the_handler_until_it_is_settled() -> None:
    case = start(action("A", if_fails=(GoOn(),), due=DUE), ask("B")).ended("A", "unknown")
    assert (case["A"].how, case["A"].why) == ("not sure", "It is not known whether the action was done.")
    assert case.given == ["WithdrawTimer A due"]
    assert case.ended("A").statuses == {"A": "done", "B": "open"}


def test_failed_go_on() -> None:
    case = failed(GoOn())
    assert (case["A"].how, case["A"].outcome, case.status("B")) == ("failed", "failed", "open")


def test_failed_end_and_end_the_case() -> None:
    assert failed(End()).statuses == {"G": "done", "A": "done", "B": "not taken", "C": "open"}
    assert failed(EndCase()).case == "done"


def test_failed_tell() -> None:
    case = failed(TellThem("boss"))
    assert (case.status("A"), case.given) == ("stuck", ["Tell A failed to boss"])
    assert case.commands[0].why == '"A" has failed. 500'


def test_failed_ask_instead_lets_a_person_do_it() -> None:
    case = failed(AskInstead("boss"))
    assert case.given == ["SendAsk A instead"]
    assert case.answer("A").statuses == {"G": "open", "A": "done", "B": "open", "C": "idle"}


def test_failed_repair_calls_it_again() -> None:
    case = start(action("A", if_fails=(Repair("R", 1),)), ask("R", repair_of=frozenset({"A"})))
    assert case.ended("A", "failed").given == ["SendAsk R"]
    assert case.answer("R").given == ["CallAction A (round 2)"]
    assert case.ended("A", "failed").status("A") == "stuck"


def test_a_started_case_that_fails() -> None:
    case = start(run("A", if_fails=(GoOn(),)), ask("B")).case_ended("A", "failed")
    assert (case["A"].how, case["A"].why, case.status("B")) == ("failed", "The case it started is failed.", "open")
    assert start(run("A")).case_ended("A", "cancelled").status("A") == "stuck"


def test_a_started_case_that_ends_well_gives_its_facts() -> None:
    case = start(run("A", gives=("sum",)), ask("B")).case_ended("A", sum=5)
    assert (case.status("B"), case.state.facts["sum"]) == ("open", 5)


# -- Repair -----------------------------------------------------------------------------------------------------


def repairing(rounds: int | None = 3, then: Any = None) -> Case:
    return start(
        group(
            "G",
            approve("A", due=DUE, if_rejected=(Repair("R", rounds, then),)),
            fill_in("R", "text", repair_of=frozenset({"A"})),
            ask("B"),
        ),
        ask("C"),
    )


def test_a_repair_step_opens_and_everything_after_the_step_waits() -> None:
    case = repairing().answer("A", "rejected")
    assert case.statuses == {"G": "open", "A": "waiting", "R": "open", "B": "idle", "C": "idle"}
    assert case.given == ["WithdrawTimer A due", "SendAsk R"]
    assert (case["A"].how, case["A"].round) == ("repair", 1)


def test_once_it_is_done_the_step_is_asked_again() -> None:
    case = repairing().answer("A", "rejected").answer("R", text="better")
    assert case.statuses == {"G": "open", "A": "open", "R": "done", "B": "idle", "C": "idle"}
    assert case.given == ["SendAsk A (round 2)", "StartTimer A due (round 2)"]
    assert (case["A"].outcome, case["A"].round, case["R"].round) == ("", 2, 1)
    case.answer("A", "changes wanted")
    assert case.given == ["WithdrawTimer A due (round 2)", "SendAsk R (round 2)"]


def test_a_repair_step_keeps_its_last_status() -> None:
    case = repairing().answer("A", "rejected").answer("R", text="better").answer("A", "approved").answer("B")
    assert case.statuses == {"G": "done", "A": "done", "R": "done", "B": "done", "C": "open"}


def test_a_repair_step_that_was_never_needed_may_be_when_its_group_reopens() -> None:
    case = repairing().answer("A", "approved").answer("B")
    assert (case.status("R"), case["R"].how) == ("not needed", "unused")
    case.reopen("A")
    assert case.statuses == {"G": "open", "A": "open", "R": "idle", "B": "idle", "C": "idle"}
    assert (case.answer("A", "rejected").status("R"), case["R"].round) == ("open", 1)
    case = repairing().answer("A", "approved").answer("B").reopen("G")
    assert (case.status("R"), case["R"].round, case["A"].round) == ("idle", 1, 2)


@pytest.mark.parametrize("how", ["skip", "override", "defer"])
def test_a_repair_step_settled_otherwise_leads_on_as_well(how: str) -> None:
    case = repairing().answer("A", "rejected")
    getattr(case, how)("R")
    assert (case.status("A"), case["A"].round) == ("open", 2)


def again(case: Case, times: int) -> Case:
    for number in range(times):
        case.answer("A", "rejected").answer("R", text=str(number))
    return case.answer("A", "rejected")


def test_after_so_many_rounds_it_is_stuck() -> None:
    case = again(repairing(2), 2)
    assert (case.status("A"), case["A"].round) == ("stuck", 3)
    assert case["A"].why == "It was asked again 2 times and is still not approved."
    assert again(repairing(1), 1)["A"].why == "It was asked again once and is still not approved."


def test_after_so_many_rounds_it_ends() -> None:
    assert again(repairing(1, End()), 1).statuses == {
        "G": "done",
        "A": "done",
        "R": "done",
        "B": "not taken",
        "C": "open",
    }


def test_after_so_many_rounds_the_named_addressee_is_asked_once() -> None:
    case = again(repairing(1, AskInstead("boss")), 1)
    assert case.given == [
        "WithdrawTimer A due (round 2)",
        "SendAsk A instead (round 2)",
        "StartTimer A due (round 2)",
    ]
    assert case.answer("A", "rejected").status("A") == "stuck"


def test_no_limit_ends_at_a_hundred() -> None:
    case = again(repairing(None), 99)
    assert (case.status("A"), case["A"].how, case["A"].round) == ("stuck", "rounds", 100)


def test_settled_otherwise_nobody_waits_for_the_repair_any_more() -> None:
    case = repairing().answer("A", "rejected").override("A")
    assert case.statuses == {"G": "open", "A": "overridden", "R": "cancelled", "B": "open", "C": "idle"}
    assert case.given == ["WithdrawAsk R", "SendAsk B"]


def test_a_repair_for_two_stays_while_one_of_them_waits() -> None:
    case = start(
        at_once(
            "G",
            approve("A", if_rejected=(Repair("R"),)),
            approve("B", if_rejected=(Repair("R"),)),
            fill_in("R", "text", repair_of=frozenset({"A", "B"})),
        )
    )
    case.answer("A", "rejected").answer("B", "rejected").override("A")
    assert case.status("R") == "open"
    assert case.answer("R", text="x").given == ["SendAsk B (round 2)"]


def test_a_repair_step_in_any_order_does_not_wait_for_its_turn() -> None:
    case = start(
        any_order("G", approve("A", if_rejected=(Repair("R"),)), ask("R", repair_of=frozenset({"A"})), ask("B"))
    )
    case.answer("A", "rejected")
    assert case.statuses == {"G": "open", "A": "waiting", "R": "open", "B": "idle"}
    assert case.answer("R").statuses == {"G": "open", "A": "open", "R": "done", "B": "idle"}


# -- Go to ------------------------------------------------------------------------------------------------------


def test_go_to_takes_nothing_in_between() -> None:
    case = start(approve("A", if_rejected=(GoTo("D"),)), ask("B"), ask("C"), ask("D"), ask("E")).answer("A", "rejected")
    assert case.statuses == {"A": "done", "B": "not taken", "C": "not taken", "D": "open", "E": "idle"}
    assert case.answer("D").status("E") == "open"


def test_go_to_leaves_what_is_not_between_alone() -> None:
    case = start(
        at_once(
            "G",
            approve("A", if_rejected=(GoTo("C"),)),
            after(ask("B"), "A"),
            after(ask("C"), "B"),
            after(ask("D"), "A"),
            ask("E"),
        )
    )
    case.answer("A", "rejected")
    assert case.statuses == {"G": "open", "A": "done", "B": "not taken", "C": "open", "D": "not taken", "E": "open"}


def test_go_to_leaves_what_was_skipped_in_between_as_it_is() -> None:
    case = start(approve("A", if_rejected=(GoTo("C"),)), ask("B"), ask("C")).skip("B").answer("A", "rejected")
    assert case.statuses == {"A": "done", "B": "skipped", "C": "open"}


def test_go_to_something_that_has_opened_already_opens_nothing() -> None:
    case = start(at_once("G", approve("A", if_rejected=(GoTo("B"),)), ask("B"))).answer("B").answer("A", "rejected")
    assert (case.case, case["B"].round) == ("done", 1)


# -- Then -------------------------------------------------------------------------------------------------------


def test_then_end() -> None:
    assert start(group("G", ask("A", then=End()), ask("B")), ask("C")).answer("A").statuses == {
        "G": "done",
        "A": "done",
        "B": "not taken",
        "C": "open",
    }


def test_then_end_the_case_and_go_to() -> None:
    assert start(ask("A", then=EndCase(failed=True)), ask("B")).answer("A").case == "failed"
    assert start(ask("A", then=GoTo("C")), ask("B"), ask("C")).answer("A").statuses == {
        "A": "done",
        "B": "not taken",
        "C": "open",
    }


def test_then_acts_after_go_on_and_by_itself_but_not_when_skipped() -> None:
    assert (
        start(approve("A", if_rejected=(GoOn(),), then=End()), ask("B")).answer("A", "rejected").status("B")
        == "not taken"
    )
    assert start(tells("A", then=End()), ask("B")).case == "done"
    assert start(ask("A", then=End()), ask("B")).skip("A").status("B") == "open"
    assert start(ask("A", then=End()), ask("B")).override("A").status("B") == "open"


def test_then_of_a_group_acts_when_the_group_is_done() -> None:
    case = start(group("G", ask("A"), then=GoTo("C")), ask("B"), ask("C")).answer("A")
    assert case.statuses == {"G": "done", "A": "done", "B": "not taken", "C": "open"}
    case = start(group("G", ask("A"), then=GoTo("C")), ask("B"), ask("C")).skip("A")
    assert case.status("B") == "open"


def test_end_the_case_leaves_nothing_out() -> None:
    case = start(
        at_once(
            "G",
            ask("A", due=DUE, then=EndCase()),
            ask("B", due=DUE),
            ask("C", done_when=when("issue", lambda issue: issue.get("ok")), looks=frozenset({"issue"})),
            ask("D", due=DUE, if_late=(RunBeside("Rescue"),)),
            run("E"),
            ask("F"),
        ),
        facts={"issue": {}},
        order=Order.ALL_AT_ONCE,
    )
    case.fires("D").defer("F", until="2026-04-01").answer("A")
    assert case.given == [
        "WithdrawTimer A due",
        "WithdrawAsk B",
        "WithdrawTimer B due",
        "UnwatchRecord C",
        "WithdrawAsk D",
        "WithdrawCase D beside",
        "WithdrawCase E",
        "WithdrawTimer F deferred",
        "CloseCase",
    ]


# -- An addressee who is not found, reassigning, trying again -------------------------------------------------------


def test_nobody_to_ask_is_stuck_until_somebody_else_is_asked() -> None:
    case = start(ask("A", due=DUE)).not_found("A", "No one is Legal counsel.")
    assert (case["A"].status, case["A"].how, case["A"].why) == ("stuck", "addressee", "No one is Legal counsel.")
    case.reassign("A", "jon")
    assert (case.status("A"), case.given, case.deviations) == ("open", ["SendAsk A reassigned"], [("reassigned", "A")])
    assert case["A"].timers == ("due",)


def test_nobody_to_ask_beside_others_is_told() -> None:
    case = start(ask("A", due=DUE, if_late=(AlsoAsk("boss"),))).fires("A").not_found("A")
    assert (case.status("A"), case.given) == ("open", ["Tell A stuck"])
    assert case.commands[0].why == 'Nobody was found to ask for "A".'


def test_a_due_time_passes_for_a_step_that_is_stuck_for_its_addressee() -> None:
    case = start(ask("A", due=DUE, if_late=(AskInstead("boss"),))).not_found("A").fires("A")
    assert (case.status("A"), case.given) == ("open", ["SendAsk A instead"])


def test_reassigning_withdraws_the_first_and_twice_is_numbered() -> None:
    case = start(ask("A")).reassign("A", "jon")
    assert (case.given, case["A"].to) == (["WithdrawAsk A", "SendAsk A reassigned"], "jon")
    assert case.reassign("A", "sam").given == ["WithdrawAsk A", "SendAsk A reassigned 2"]
    assert case.reassign("A", "somebody")["A"].to is None


def test_a_stuck_rejection_is_asked_of_somebody_else_or_again() -> None:
    case = start(approve("A", due=DUE)).answer("A", "rejected").reassign("A", "jon")
    assert (case["A"].outcome, case.given) == ("", ["SendAsk A reassigned", "StartTimer A due"])
    case.answer("A", "rejected").retry("A")
    assert (case["A"].round, case.given) == (1, ["SendAsk A ask 2", "StartTimer A due"])


def test_a_failed_action_is_called_again_in_the_same_round() -> None:
    case = start(action("A")).ended("A", "failed").retry("A")
    assert (case.given, case.commands[0].purpose) == (["CallAction A call 2"], "call 2")
    case = start(run("A")).case_ended("A", "failed").retry("A")
    assert case.given == ["StartCase A run 2"]
    assert case.case_ended("A", purpose="run 2").case == "done"


def test_late_is_offered_to_conditions() -> None:
    case = start(ask("A", due=DUE), ask("B", only_if=Offers("A", "late"))).fires("A").answer("A", by=ANA)
    assert case.status("B") == "open"
