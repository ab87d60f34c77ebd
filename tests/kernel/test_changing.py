"""Rule 11: adding, skipping, deferring, suspending, migrating."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kernel.programs import (
    AT,
    JON,
    Case,
    action,
    after,
    any_order,
    approve,
    ask,
    at_once,
    derived,
    fill_in,
    first_of,
    group,
    one_of,
    program,
    refused,
    start,
    wait,
    when,
)

from doorstep.kernel import events as happened
from doorstep.kernel.program import ForEach, Order, Program, Repair, Spec
from doorstep.kernel.step import dry_run, step

# -- Adding ------------------------------------------------------------------------------------------------------


def test_added_in_a_sequence_it_stands_between() -> None:
    case = start(ask("A"), ask("B"), ask("C")).add(ask("N"), after="A", reason="Finance asked for it.")
    assert case.statuses == {"A": "open", "N": "idle", "B": "idle", "C": "idle"}
    assert case.deviations == [("added", "N")]
    case.answer("A")
    assert case.statuses == {"A": "done", "N": "open", "B": "idle", "C": "idle"}
    assert case.answer("N").given == ["SendAsk B"]


def test_added_after_what_is_done_it_opens_at_once() -> None:
    case = start(ask("A"), ask("B", not_before=when("x", bool)), order=Order.ALL_AT_ONCE)
    assert case.answer("A").add(ask("N"), after="A").given == ["SendAsk N"]


def test_when_what_follows_has_opened_it_stands_beside_it() -> None:
    case = start(ask("A"), ask("B"), ask("C")).answer("A").add(ask("N"), after="A")
    assert case.statuses == {"A": "done", "N": "open", "B": "open", "C": "idle"}
    assert case.state.added[0].beside
    case.answer("B")
    assert case.status("C") == "open"
    case.answer("C")
    assert case.case == "open"
    assert case.answer("N").case == "done"


def test_added_in_an_all_at_once_group_it_stands_beside() -> None:
    case = start(at_once("G", ask("A"), after(ask("B"), "A")), ask("Z")).add(ask("N"), after="B")
    assert case.statuses == {"G": "open", "A": "open", "B": "idle", "N": "idle", "Z": "idle"}
    assert case.answer("A").statuses == {"G": "open", "A": "done", "B": "open", "N": "open", "Z": "idle"}


def test_added_at_the_end_of_a_group_that_is_done_reopens_it() -> None:
    case = start(group("G", ask("A")), ask("Z")).answer("A").add(ask("N"), after="A")
    assert case.statuses == {"G": "open", "A": "done", "N": "open", "Z": "open"}
    assert case.answer("N").statuses == {"G": "done", "A": "done", "N": "done", "Z": "open"}


def test_added_to_one_of_them_it_follows_the_one() -> None:
    case = start(one_of("G", ask("A", only_if=when("a", bool)), ask("B", otherwise=True)), facts={"a": True})
    case.add(ask("N"), after="A").answer("A")
    assert case.statuses == {"G": "open", "A": "done", "N": "open", "B": "not taken"}
    case = start(one_of("G", ask("A", only_if=when("a", bool)), ask("B", otherwise=True)), facts={"a": False})
    assert case.add(ask("N"), after="A").statuses == {"G": "open", "A": "not taken", "N": "not taken", "B": "open"}


def test_added_in_any_order_it_takes_its_turn() -> None:
    case = start(any_order("G", ask("A"), ask("B"))).add(ask("N"), after="A").answer("A")
    assert case.statuses == {"G": "open", "A": "done", "N": "open", "B": "idle"}


def test_added_inside_a_repeated_group_it_is_in_each() -> None:
    each = ForEach(when("two", list), "item")
    case = start(group("G", ask("A"), ask("B"), each=each), facts={"two": [1, 2]}).add(ask("N"), after="A")
    assert case.answer("A[1]").status("N[1]") == "open"


def test_added_steps_can_be_added_after() -> None:
    case = start(ask("A"), ask("B")).add(ask("N"), after="A").add(ask("M"), after="N")
    assert list(case.statuses) == ["A", "N", "M", "B"]
    case.answer("A").answer("N").answer("M").answer("B")
    assert case.case == "done"


def test_where_a_step_cannot_be_added() -> None:
    case = start(
        ask("A", if_rejected=(Repair("R"),)), ask("R", repair_of=frozenset({"A"})), group("G", ask("B")), ask("Z")
    )
    for name in ("", "X", "R"):
        with refused(f'Expected a step of the page\'s order to add after, but got "{name}".'):
            case.add(ask("N"), after=name)
    with refused('Expected a new step, but "A" is there already.'):
        case.add(ask("A"), after="Z")
    with refused("Expected a step of the page's order"):
        case.take(happened.StepAdded(at=AT, node="N", after="A"))
    case.skip("G").answer("A")
    with refused('Expected a step whose group goes on, but what is around "B" does not.'):
        case.add(ask("N"), after="B")


# -- Skipping, overriding, deferring ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verb", "status"), [("skip", "skipped"), ("override", "overridden"), ("defer", "deferred")])
def test_an_open_step_is_settled_by_a_person(verb: str, status: str) -> None:
    case = start(ask("A", due=Spec("1 day")), ask("B"))
    getattr(case, verb)("A")
    assert (case.status("A"), case.deviations) == (status, [(status, "A")])
    assert case.given == ["WithdrawAsk A", "WithdrawTimer A due", "SendAsk B"]


def test_who_and_why_are_kept_and_the_addressee_is_told_why() -> None:
    case = start(ask("A"), ask("B")).skip("A", by=JON, reason="Not for this client.")
    assert (case["A"].by, case["A"].why) == (JON, "Not for this client.")
    assert case.commands[0].why == "Not for this client."


def test_an_override_gives_facts() -> None:
    case = start(fill_in("A", "name"), ask("B"))
    assert case.override("A", by=JON, reason="", name__of="Kim").state.facts == {"name of": "Kim"}


def test_skipped_before_its_turn_what_follows_still_waits() -> None:
    case = start(ask("A"), ask("B"), ask("C")).skip("B")
    assert (case.statuses, case.given) == ({"A": "open", "B": "skipped", "C": "idle"}, [])
    assert case.answer("A").given == ["SendAsk C"]


def test_skipped_before_its_turn_it_leads_on_only_if_its_turn_comes() -> None:
    case = start(at_once("G", ask("A"), after(ask("B"), "A"), after(ask("C"), "B")), ask("Z")).skip("C").skip("B")
    assert case.answer("A").statuses == {"G": "done", "A": "done", "B": "skipped", "C": "skipped", "Z": "open"}


def test_reopened_before_its_turn_it_waits_for_its_turn() -> None:
    case = start(ask("A"), ask("B"), ask("C")).skip("B").skip("C").reopen("B")
    assert (case.statuses, case.given) == ({"A": "open", "B": "idle", "C": "idle"}, [])
    assert case.answer("A").given == ["SendAsk B (round 2)"]
    late = start(ask("A"), ask("B"), ask("C")).skip("B").answer("A").reopen("B")
    assert late.statuses == {"A": "done", "B": "open", "C": "idle"}


def test_a_group_skipped_before_its_turn() -> None:
    case = start(ask("A"), group("G", ask("B")), ask("C")).skip("G")
    assert case.statuses == {"A": "open", "G": "skipped", "B": "cancelled", "C": "idle"}
    assert case.answer("A").status("C") == "open"


# -- Suspending, cancelling -----------------------------------------------------------------------------------------------


def test_suspended_nothing_opens_and_events_are_kept_in_order() -> None:
    case = start(ask("A"), ask("B")).suspend()
    assert (case.case, case.given, case.deviations) == ("suspended", [], [("suspended", "")])
    case.answer("A").answer("B")
    assert (case.statuses, case.given, len(case.state.pending)) == ({"A": "open", "B": "idle"}, [], 2)
    case.resume()
    assert (case.case, case.given, case.state.pending) == ("done", ["SendAsk B", "CloseCase"], ())


def test_what_does_not_fit_is_refused_on_resuming() -> None:
    case = start(ask("A"), ask("B")).suspend().answer("A", "maybe").skip("A", by=JON).message("paid").resume()
    assert case.statuses == {"A": "skipped", "B": "open"}
    assert case.deviations == [("resumed", ""), ("refused", "A"), ("skipped", "A")]
    assert case.full_deviations[1].why == 'Expected one of done, rejected for "A", but got "maybe".'


def test_a_suspended_case_is_resumed_before_it_is_changed() -> None:
    case = start(ask("A")).suspend()
    for change in (case.suspend, lambda: case.migrate(case.program), case.start):
        with refused("Expected the case to be resumed first: it is suspended."):
            change()


def test_only_a_suspended_case_is_resumed() -> None:
    with refused("Expected a case that is suspended, but it is open."):
        start(ask("A")).resume()
    with refused("Expected a case that is suspended, but it is not started."):
        Case(program(ask("A"))).resume()


@pytest.mark.parametrize("suspended", [False, True])
def test_cancelled_open_work_is_withdrawn(suspended: bool) -> None:
    case = start(at_once("G", ask("A", due=Spec("1 day")), wait("B", spec=Spec("2 days"))), ask("C"))
    if suspended:
        case.suspend()
    case.cancel()
    assert case.given == ["WithdrawAsk A", "WithdrawTimer A due", "WithdrawTimer B wait", "CloseCase"]
    assert (case.case, set(case.statuses.values())) == ("cancelled", {"cancelled"})
    with refused("Expected a case that is open, but it is cancelled."):
        case.facts(x=1)


# -- Migrating ------------------------------------------------------------------------------------------------------------


def migrated(case: Case, *parts: Any, **fields: Any) -> Case:
    return case.migrate(program(*parts, **fields))


def test_to_the_same_program_nothing_changes() -> None:
    parts = (ask("A"), group("G", ask("B"), ask("C")))
    case = start(*parts).answer("A")
    before = case.statuses
    migrated(case, *parts)
    assert (case.statuses, case.given, case.deviations) == (before, [], [("migrated", "")])


def test_settled_steps_stay_by_identity() -> None:
    case = migrated(start(ask("A"), ask("B")).answer("A"), ask("A"), ask("B"), ask("C"))
    assert (case.statuses, case.given) == ({"A": "done", "B": "open", "C": "idle"}, [])


def test_a_new_step_whose_successors_are_all_settled_is_skipped_and_listed() -> None:
    case = start(ask("A"), ask("B"), ask("C")).answer("A").answer("B")
    migrated(case, ask("A"), ask("N"), ask("B"), ask("C"))
    assert case.statuses == {"A": "done", "N": "skipped", "B": "done", "C": "open"}
    assert case["N"].why == "added after this point"
    assert case.deviations == [("migrated", ""), ("added after this point", "N")]


def test_an_open_step_whose_links_no_longer_hold_is_withdrawn() -> None:
    case = start(ask("A"), ask("B", due=Spec("1 day")), ask("C")).answer("A")
    migrated(case, ask("A"), ask("N"), ask("B"), ask("C"))
    assert case.statuses == {"A": "done", "N": "open", "B": "idle", "C": "idle"}
    assert case.given == ["WithdrawAsk B", "WithdrawTimer B due", "SendAsk N"]
    assert case.deviations == [("migrated", ""), ("withdrawn", "B")]
    assert case.answer("N").given == ["SendAsk B (round 2)"]


def test_an_open_group_whose_links_no_longer_hold_is_withdrawn_with_what_is_in_it() -> None:
    case = start(ask("A"), group("G", ask("B"), ask("C"))).answer("A").answer("B")
    migrated(case, ask("A"), ask("N"), group("G", ask("B"), ask("C")))
    assert case.statuses == {"A": "done", "N": "open", "G": "idle", "B": "idle", "C": "idle"}
    assert case.given == ["WithdrawAsk C", "SendAsk N"]


def test_an_open_step_whose_links_still_hold_stays() -> None:
    case = start(ask("A"), ask("X"), ask("B")).answer("A").answer("X")
    migrated(case, ask("A"), ask("B"))
    assert (case.statuses, case.given) == ({"A": "done", "B": "open"}, [])


def test_what_is_gone_is_withdrawn_and_stays_in_the_journal_only() -> None:
    case = start(ask("A"), ask("B", due=Spec("1 day")), ask("C")).answer("A")
    migrated(case, ask("C"))
    assert (case.statuses, case.given) == ({"C": "open"}, ["WithdrawAsk B", "WithdrawTimer B due", "SendAsk C"])
    assert case.deviations == [("migrated", ""), ("gone", "A"), ("gone", "B")]


def test_what_waited_for_a_repair_step_that_is_gone_is_asked_again() -> None:
    case = start(approve("A", if_rejected=(Repair("R"),)), ask("R", repair_of=frozenset({"A"})), ask("B"))
    case.answer("A", "rejected")
    migrated(case, approve("A"), ask("B"))
    assert (case.statuses, case.given) == ({"A": "open", "B": "idle"}, ["WithdrawAsk R", "SendAsk A (round 2)"])


def test_a_new_last_step_is_done_too() -> None:
    case = start(group("G", ask("A")), ask("B")).answer("A")
    migrated(case, group("G", ask("A")), ask("B"), ask("N"))
    assert case.answer("B").statuses == {"G": "done", "A": "done", "B": "done", "N": "open"}


def test_a_new_last_member_of_a_group_that_is_done() -> None:
    case = start(group("G", ask("A")), ask("B"), ask("C")).answer("A").answer("B")
    migrated(case, group("G", ask("A"), ask("N")), ask("B"), ask("C"))
    assert case.statuses == {"G": "done", "A": "done", "N": "skipped", "B": "done", "C": "open"}
    case = start(group("G", ask("A")), ask("B")).answer("A")
    migrated(case, group("G", ask("A"), ask("N")), ask("B"))
    assert case.statuses == {"G": "open", "A": "done", "N": "open", "B": "open"}


def test_a_new_member_beside_the_open_ones_opens() -> None:
    case = start(at_once("G", ask("A"), ask("B"))).answer("A")
    migrated(case, at_once("G", ask("A"), ask("N"), ask("B")))
    assert (case.statuses, case.given) == ({"G": "open", "A": "done", "N": "open", "B": "open"}, ["SendAsk N"])


def test_a_new_member_where_nothing_goes_on_comes_too_late() -> None:
    case = start(group("G", ask("A"), ask("B")), ask("C")).skip("G")
    repaired = ask("A", if_rejected=(Repair("R"),)), ask("R", repair_of=frozenset({"A"}))
    migrated(case, group("G", *repaired, ask("N"), ask("B")), ask("C"))
    assert case.statuses == {
        "G": "skipped", "A": "cancelled", "R": "not needed", "N": "not taken", "B": "cancelled", "C": "open",
    }  # fmt: skip


def test_a_new_repair_step_is_not_listed() -> None:
    case = start(approve("A"), ask("B")).answer("A", "approved")
    migrated(case, approve("A", if_rejected=(Repair("R"),)), ask("R", repair_of=frozenset({"A"})), ask("B"))
    assert (case.status("R"), case.deviations) == ("idle", [("migrated", "")])


def test_a_new_group_is_skipped_or_opened_whole() -> None:
    case = start(ask("A"), ask("B"), ask("C")).answer("A").answer("B")
    migrated(case, ask("A"), group("G", ask("N"), ask("M")), ask("B"), ask("C"), group("H", ask("O")))
    assert case.statuses == {
        "A": "done", "G": "skipped", "N": "cancelled", "M": "cancelled", "B": "done", "C": "open", "H": "idle", "O": "idle",
    }  # fmt: skip


def test_a_step_of_another_kind_is_another_step() -> None:
    case = migrated(start(ask("A"), ask("B")), action("A"), ask("B"))
    assert (case.statuses, case.given) == ({"A": "open", "B": "idle"}, ["WithdrawAsk A", "CallAction A"])


def test_a_step_that_moved_into_for_each_is_another_step() -> None:
    each = ForEach(when("two", list), "item")
    case = migrated(start(group("G", ask("A")), facts={"two": [1]}), group("G", ask("A"), each=each))
    assert (case.statuses, case.given) == (
        {"G": "open", "G[0]": "open", "A[0]": "open"},
        ["WithdrawAsk A", "SendAsk A[0]"],
    )


def test_facts_of_instances_that_are_gone_go_with_them() -> None:
    each = ForEach(when("two", list), "item")
    case = migrated(start(ask("A", each=each), ask("B"), facts={"two": [1]}), ask("B"))
    assert (case.state.items, case.statuses) == ({}, {"B": "open"})


def test_added_steps_stay_where_their_place_is_still_there() -> None:
    case = start(ask("A"), ask("B"), ask("C")).add(ask("N"), after="A").add(ask("M"), after="B")
    migrated(case, ask("A"), ask("C"))
    assert case.statuses == {"A": "open", "N": "idle", "C": "idle"}


def test_added_steps_that_have_become_part_of_the_page_are_the_same() -> None:
    case = start(ask("A"), ask("B")).add(ask("N"), after="A").answer("A").answer("N")
    migrated(case, ask("A"), ask("N"), ask("B"))
    assert (case.statuses, case.given, case.state.added) == ({"A": "done", "N": "done", "B": "open"}, [], ())


def test_new_derived_facts_are_worked_out() -> None:
    case = start(ask("A"), facts={"value": 5})
    migrated(case, ask("A"), ask("B"), derived=(derived("double", when("value", lambda value: value * 2)),))
    assert case.state.facts == {"value": 5, "double": 10}


def test_new_derived_facts_may_still_be_unknown() -> None:
    case = migrated(start(ask("A")), ask("A"), ask("B"), derived=(derived("double", when("value", lambda v: v * 2)),))
    assert case.state.facts == {}


def test_what_is_gone_before_it_opened_leaves_no_trace() -> None:
    case = start(ask("A"), ask("B"), ask("C")).ahead("B")
    assert migrated(case, ask("A"), ask("C")).deviations == [("migrated", "")]


def test_a_count_that_can_now_be_reached_is() -> None:
    parts = (ask("A"), ask("B"))
    case = start(first_of("G", 2, *parts), ask("Z")).answer("A")
    migrated(case, first_of("G", 1, *parts), ask("Z"))
    assert case.statuses == {"G": "done", "A": "done", "B": "cancelled", "Z": "open"}


def test_a_hold_of_a_step_that_is_gone_holds_nothing() -> None:
    case = start(approve("A", covers=("text",)), action("B"), ask("C"), facts={"text": "v1"})
    case.answer("A", "approved").facts(text="v2").ended("B")
    assert case.status("C") == "idle"
    migrated(case, action("B"), ask("C"))
    assert case.statuses == {"B": "done", "C": "open"}


def test_a_dry_run_gives_the_same_list_without_doing_it() -> None:
    case = start(ask("A"), ask("B"), ask("C")).answer("A").answer("B")
    new: Program = program(ask("A"), ask("N"), ask("B"), ask("C"))
    event = happened.CaseMigrated(at=AT, by=JON, old=case.program)
    listed = dry_run(new, case.state, event)
    after_it, commands = step(new, case.state, event)
    assert listed == (after_it.deviations, commands)
    assert case.statuses == {"A": "done", "B": "done", "C": "open"}


def test_the_event_carries_the_old_program() -> None:
    with refused("Expected the program the case ran under, but got none."):
        start(ask("A")).take(happened.CaseMigrated(at=AT, old="hash"))
