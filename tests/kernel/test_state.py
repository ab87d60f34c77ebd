"""The state as a value: names, listing, JSON, size, and what a condition sees of it."""

from __future__ import annotations

import json
from typing import Any

from tests.kernel.friday import OPPORTUNITY, friday
from tests.kernel.programs import (
    ANA,
    AT,
    JON,
    MIRA,
    PRIYA,
    SAM,
    Case,
    Offers,
    action,
    approve,
    ask,
    at_once,
    decide,
    derived,
    fill_in,
    group,
    program,
    start,
    wait,
    when,
)

from doorstep.kernel.program import AlsoAsk, ForEach, GoBack, GoOn, Spec
from doorstep.kernel.saved import dump, load
from doorstep.kernel.state import NodeState, State, every_node, name_of

TWO: dict[str, Any] = {"each": ForEach(when("two", list), "item")}


def test_a_case_before_its_start_has_nothing() -> None:
    assert State() == State(case="", nodes={}, facts={})
    assert State().node("A") == NodeState(status="idle", round=1)


def test_names_are_headings_with_their_instances() -> None:
    nodes = program(group("Review", ask("Read it", **TWO), **TWO))
    assert [name_of(nodes, "Review"), name_of(nodes, "Read it", (0,)), name_of(nodes, "Read it", (0, 1))] == [
        "Review",
        "Read it[0]",
        "Read it[0][1]",
    ]
    assert name_of(nodes, "gone", (2,)) == "gone[2]"


def test_every_node_in_page_order_idle_ones_included() -> None:
    case = start(ask("A"), group("G", ask("B"), **TWO), ask("C"), facts={"two": [1, 2]})
    assert [key for key, _, _ in every_node(case.program, case.state)] == ["A", "G", "B", "C"]
    case.answer("A")
    assert [(key, instance) for key, instance, _ in every_node(case.program, case.state)] == [
        ("A", ()),
        ("G", ()),
        ("G", (0,)),
        ("B", (0,)),
        ("G", (1,)),
        ("B", (1,)),
        ("C", ()),
    ]


def test_what_is_in_a_for_each_without_instances_stands_there_by_its_heading() -> None:
    parts = ask("A"), group("G", ask("B"), group("H", ask("D")), only_if=when("wanted", bool), **TWO), ask("C")
    case = start(*parts, facts={"two": [1], "wanted": False})
    assert case.statuses == {"A": "open", "G": "idle", "B": "idle", "H": "idle", "D": "idle", "C": "idle"}
    case.answer("A")
    assert case.statuses == {
        "A": "done", "G": "not needed", "B": "not taken", "H": "not taken", "D": "not taken", "C": "open",
    }  # fmt: skip
    skipped = start(*parts, facts={"two": [1], "wanted": False}).skip("G")
    assert skipped.statuses["D"] == "cancelled"


# -- JSON ----------------------------------------------------------------------------------------------------------


def busy() -> Case:
    """A case with something of everything in its state."""
    case = start(
        at_once(
            "G",
            approve("A", covers=("text",), due=Spec("1 day"), if_late=(AlsoAsk("boss"),)),
            fill_in("B", "rate", **TWO),
            approve("Y", if_rejected=(GoBack("X"),)),
            ask("X"),
        ),
        action("Act"),
        ask("Ahead"),
        wait("W", message="paid"),
        facts={"text": "v1", "two": [1, 2]},
    )
    case.fires("A").answer("A", "approved").answer("B[0]", rate=5).facts(text="v2").message("sent", about="7", sum=3)
    case.ahead("W", outcome="done").add(ask("N"), after="Act")
    return case.ahead("Ahead", by=SAM, extra=1)


def test_a_state_is_json_and_back() -> None:
    case = busy()
    written = json.loads(json.dumps(dump(case.state)))
    assert load(written, nodes={"N": case.state.added[0].node}) == case.state


def test_a_hold_is_json_and_back() -> None:
    case = start(approve("A", covers=("text",)), action("B"), ask("C"), facts={"text": "v1"}).answer("A", "approved")
    case.facts(text="v2")
    assert case.state.holds == {("A", ())}
    assert load(json.loads(json.dumps(dump(case.state)))) == case.state


def test_an_answer_to_be_kept_is_json_and_back() -> None:
    case = start(
        ask("X"), approve("A", covers=("text",)), approve("Y", if_rejected=(GoBack("X"),)), facts={"text": "v1"}
    )
    case.answer("X").answer("A", "approved", by=MIRA).answer("Y", "rejected")
    assert case["A"].kept is not None
    assert load(json.loads(json.dumps(dump(case.state)))) == case.state


def test_events_kept_while_suspended_are_given_back_by_the_caller() -> None:
    case = start(ask("A")).suspend().answer("A")
    written = dump(case.state)
    assert written["pending"] == 1
    assert load(written, pending=case.state.pending) == case.state


def test_facts_go_through_the_callers_codec_and_stand_apart() -> None:
    case = busy()
    written = dump(case.state, lambda value: ["coded", value])
    assert written["facts"] == {
        "case": {"text": ["coded", "v2"], "two": ["coded", [1, 2]]},
        "items": [["B", (0,), {"item": ["coded", 1], "rate": ["coded", 5]}], ["B", (1,), {"item": ["coded", 2]}]],
        "ahead": [["Ahead", (), {"extra": ["coded", 1]}]],
        "messages": [{"sum": ["coded", 3]}],
    }
    assert load(written, lambda coded: coded[1], nodes={"N": case.state.added[0].node}) == case.state  # type: ignore[index]


def test_an_idle_case_is_small() -> None:
    assert dump(Case(friday()).state) == {
        "case": "",
        "starter": None,
        "started": None,
        "nodes": [],
        "facts": {"case": {}},
    }


def test_friday_is_two_kibibytes_at_most_without_its_facts() -> None:
    case = Case(friday()).start(by=ANA, opportunity=OPPORTUNITY, contract="contract.pdf")
    sizes = [size(case)]
    case.observe("Confirm the deployment").observe("Confirm logistics").fires("Confirm the deployment")
    for number in range(3):
        case.answer("Sign off the contract", "rejected", by=MIRA)
        case.answer("Amend the contract", by=ANA, contract=f"contract-{number}.pdf")
        sizes.append(size(case))
    case.answer("Confirm the deployment", by=SAM).answer("Sign off the contract", "approved", by=MIRA)
    case.answer("Confirm logistics", by=PRIYA, go_live="2026-03-12", contact="kim@contoso.example")
    case.ended("Update the CRM")
    assert case.case == "done"
    assert max(*sizes, size(case)) <= 2048


def size(case: Case) -> int:
    plain = {name: part for name, part in dump(case.state).items() if name != "facts"}
    return len(json.dumps(plain).encode())


# -- What a condition sees -----------------------------------------------------------------------------------------------


class Looking:
    """Writes down what it sees."""

    reads = frozenset({"#A", "#G", "#Each", "#gone"})

    def __init__(self, *wanted: tuple[str, str]) -> None:
        self.wanted = wanted
        self.seen: list[object] = []
        self.now: object = None

    def truth(self, scope: Any) -> bool:
        self.now = scope.now
        self.seen = [scope.step(key, offer) for key, offer in self.wanted]
        return True


def seen(case_of: Any, *wanted: tuple[str, str]) -> list[object]:
    looking = Looking(*wanted)
    case_of(looking)
    assert looking.now == AT
    return looking.seen


def test_what_a_step_offers() -> None:
    offers = ["done", "approved", "rejected", "skipped", "late", "round", "by", "at", "answers", "nothing"]
    found = seen(
        lambda looking: start(approve("A"), ask("B", only_if=looking)).answer("A", "approved", by=MIRA),
        *(("A", offer) for offer in offers),
    )
    assert found == [True, True, False, False, False, 1, MIRA, AT, [], None]


def test_what_a_skipped_and_late_step_offers() -> None:
    found = seen(
        lambda looking: start(ask("A", due=Spec("1 day")), ask("B", only_if=looking)).fires("A").skip("A", by=JON),
        ("A", "skipped"),
        ("A", "late"),
        ("A", "done"),
        ("A", "by"),
    )
    assert found == [True, True, False, JON]


def test_a_step_that_is_gone_offers_nothing() -> None:
    assert seen(lambda looking: start(ask("A", only_if=looking)), ("gone", "done")) == [None]


def test_what_a_group_offers() -> None:
    parts = at_once("G", ask("A", if_rejected=(GoOn(),)), approve("C"))

    def case(looking: Any) -> None:
        start(parts, ask("B", only_if=looking)).answer("A", "rejected").answer("C", "approved")

    assert seen(case, ("G", "done"), ("G", "approved"), ("G", "rejected"), ("G", "answers")) == [True, True, True, []]


def test_a_group_without_approvals_is_not_approved() -> None:
    assert seen(
        lambda looking: start(group("G", ask("A")), ask("B", only_if=looking)).answer("A"), ("G", "approved")
    ) == [False]


def test_instances_of_a_list_that_is_empty_offer_nothing() -> None:
    case = start(group("G", ask("A"), **TWO), ask("B", only_if=Offers("A", "done")), facts={"two": []})
    assert case.status("B") == "not needed"


def test_inside_an_instance_its_own_steps_are_meant() -> None:
    parts = group("G", approve("A", if_rejected=(GoOn(),)), ask("B", only_if=Offers("A", "approved")), **TWO)
    case = start(parts, facts={"two": [1, 2]}).answer("A[0]", "approved").answer("A[1]", "rejected")
    assert (case.status("B[0]"), case.status("B[1]")) == ("open", "not needed")


def test_in_one_repeated_group_all_of_another_are_meant() -> None:
    case = start(
        at_once("All", group("G", ask("A"), **TWO), group("H", ask("B", not_before=Offers("A", "done")), **TWO)),
        facts={"two": [1, 2]},
    )
    assert case.answer("A[0]").status("B[0]") == "waiting"
    assert case.answer("A[1]").status("B[1]") == "open"


# -- Decisions, derived facts ------------------------------------------------------------------------------------------------


def test_a_decision_gives_facts_and_settles_at_once() -> None:
    case = start(
        decide("D", when("value", lambda value: {"level": "high" if value > 5 else "low"})),
        ask("B"),
        facts={"value": 9},
    )
    assert (case.status("D"), case["D"].how, case.state.facts["level"]) == ("done", "automatic", "high")


def test_an_unknown_decision_is_stuck_until_it_is_known() -> None:
    case = start(decide("D", when("value", lambda value: {"level": value})), ask("B"))
    assert (case.status("D"), case["D"].why) == ("stuck", "value is not known yet.")
    assert case.facts(value=1).statuses == {"D": "done", "B": "open"}


def test_a_decision_that_gives_no_facts_is_stuck() -> None:
    case = start(decide("D", when("value", str)), facts={"value": 9})
    assert (case.status("D"), case["D"].why) == ("stuck", "Expected facts, but the decision gave '9'.")


def test_derived_facts_follow_in_order_and_may_read_steps() -> None:
    facts = (
        derived("c", when("b", lambda b: b + 1)),
        derived("b", when("a", lambda a: a + 1)),
        derived("signed", Offers("A", "approved")),
        derived("itself", when("itself", lambda value: value)),
    )
    case = start(approve("A"), ask("B"), derived=facts, facts={"a": 1})
    assert case.state.facts == {"a": 1, "b": 2, "c": 3, "signed": False}
    case.answer("A", "approved").facts(a=5)
    assert case.state.facts == {"a": 5, "b": 6, "c": 7, "signed": True}
    assert case.facts(a=None).state.facts == {"signed": True}


def test_a_derived_fact_that_is_given_stays_as_given() -> None:
    case = start(ask("A"), derived=(derived("b", when("a", lambda a: a + 1)),), facts={"b": 9})
    assert case.state.facts == {"b": 9}
    assert case.facts(a=1, b=7).state.facts == {"a": 1, "b": 7}
    assert case.facts(a=2).state.facts == {"a": 2, "b": 3}


def releasing() -> Case:
    """A record that another one names, and what has been seen of it since."""
    done = when("release", lambda release: release.get("Status") == "Done")
    case = start(
        ask("A", done_when=done, looks=frozenset({"release"})),
        ask("B"),
        derived=(derived("release", when("deal", lambda deal: {"key": deal["Release"]})),),
        records=frozenset({"deal", "release"}),
        facts={"deal": {"Release": "D-1"}},
    )
    return case.observe("A", release={"Status": "Done"})


def test_what_was_seen_of_a_derived_record_stays_while_it_is_the_same() -> None:
    case = releasing().facts(deal={"Amount": 5})
    assert case.state.facts["release"] == {"key": "D-1", "Status": "Done"}
    assert case.status("A") == "done"


def test_another_record_has_not_been_seen_yet() -> None:
    case = releasing().facts(deal={"Release": "D-2"})
    assert case.state.facts["release"] == {"key": "D-2"}
    assert (case.status("A"), case.given) == (
        "waiting",
        ["UnwatchRecord A", "WithdrawAsk B", "WatchRecord A (round 2)"],
    )


def test_a_field_of_what_is_no_record_is_unknown() -> None:
    case = start(
        fill_in("A", "date", observable=True, looks=frozenset({"deal"})),
        ask("B"),
        sources={"date": ("deal", "Plan", "Date")},
        records=frozenset({"deal"}),
        facts={"deal": {"Plan": "soon"}},
    )
    assert case.observe("A").status("A") == "open"


def test_facts_without_a_source_beside_such_with_one() -> None:
    case = start(
        fill_in("A", "date", "note", done_when=when("ready", bool), looks=frozenset({"deal"})),
        ask("B"),
        sources={"date": ("deal", "Date")},
        records=frozenset({"deal"}),
        facts={"deal": {}, "ready": True},
    )
    case.observe("A", deal={"Date": "2026-03-12"})
    assert case.status("A") == "open"
    assert case.facts(note="fine").status("A") == "done"
