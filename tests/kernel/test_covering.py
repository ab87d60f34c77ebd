"""Rule 9: what an approval covers, and taking an answer back."""

from __future__ import annotations

from typing import Any

from tests.kernel.programs import (
    MIRA,
    PRIYA,
    SAM,
    Case,
    action,
    after,
    approve,
    ask,
    at_once,
    derived,
    field,
    fill_in,
    group,
    refused,
    start,
    tells,
    when,
)

from doorstep.kernel.program import End, GoOn, Repair

FACTS = {"contract": "v1", "value": 5}


def signing(*rest: Any, **fields: Any) -> Case:
    part = approve("Sign", "legal", covers=("contract",), **fields)
    return start(part, *(rest or (ask("B"), action("C"), ask("D"))), facts=FACTS)


def test_open_the_same_ask_stays_and_the_addressee_is_told() -> None:
    case = signing().facts(contract="v2")
    assert (case.status("Sign"), case.given) == ("open", ["Tell Sign changed to legal"])
    assert case.commands[0].why == "contract has changed since you were asked."
    assert case.reassign("Sign", "jon").facts(contract="v3").given == ["Tell Sign changed to jon"]


def test_what_it_does_not_cover_is_only_shown() -> None:
    assert signing().facts(value=9).given == []
    case = signing().answer("Sign", "approved")
    assert case.facts(value=9).status("Sign") == "done"


def test_the_same_value_is_no_change() -> None:
    assert signing().facts(contract="v1").given == []


def test_settled_and_nothing_downstream_has_acted_it_goes_back_to_itself() -> None:
    case = signing(ask("B"), ask("D")).answer("Sign", "approved").answer("B").facts(contract="v2")
    assert case.statuses == {"Sign": "open", "B": "idle", "D": "idle"}
    assert case.given == ["WithdrawAsk D", "SendAsk Sign (round 2)"]
    assert case.rounds == {"Sign": 2, "B": 2, "D": 2}


def test_something_has_acted_it_alone_is_asked_again_and_what_has_not_opened_waits() -> None:
    case = signing().answer("Sign", "approved").answer("B").facts(contract="v2")
    assert case.statuses == {"Sign": "open", "B": "done", "C": "open", "D": "idle"}
    assert case.given == ["SendAsk Sign (round 2)"]
    assert case.rounds == {"Sign": 2}
    assert (case["C"].outdated, case.deviations) == (True, [("outdated", "C")])
    case.ended("C")
    assert case.statuses == {"Sign": "open", "B": "done", "C": "done", "D": "idle"}
    assert case.answer("Sign", "approved").statuses == {"Sign": "done", "B": "done", "C": "done", "D": "open"}


def test_what_waited_is_not_taken_when_it_then_ends() -> None:
    case = signing(action("B"), ask("C"), ask("D"), if_rejected=(End(),)).answer("Sign", "approved")
    case.facts(contract="v2").ended("B")
    assert case.statuses == {"Sign": "open", "B": "done", "C": "idle", "D": "idle"}
    case.answer("Sign", "rejected")
    assert case.statuses == {"Sign": "done", "B": "done", "C": "not taken", "D": "not taken"}
    assert case.case == "done"


def test_what_was_skipped_meanwhile_stays_skipped_when_it_then_ends() -> None:
    case = signing(action("B"), ask("C"), ask("D"), if_rejected=(End(),)).answer("Sign", "approved")
    case.facts(contract="v2").ended("B").skip("D").answer("Sign", "rejected")
    assert case.statuses == {"Sign": "done", "B": "done", "C": "not taken", "D": "skipped"}


def test_what_waited_by_two_ways_is_not_taken_once() -> None:
    case = start(
        at_once(
            "G",
            approve("Sign", covers=("contract",), if_rejected=(End(),)),
            after(action("B"), "Sign"),
            after(ask("C"), "Sign", "B"),
            after(ask("D"), "B", "C"),
        ),
        facts=FACTS,
    )
    case.answer("Sign", "approved").facts(contract="v2").ended("B").answer("Sign", "rejected")
    assert case.statuses == {"G": "done", "Sign": "done", "B": "done", "C": "not taken", "D": "not taken"}


def test_a_group_around_it_reopens_and_what_follows_waits() -> None:
    case = start(
        at_once("G", approve("Sign", covers=("contract",)), tells("Told")),
        action("Act"),
        group("H", ask("B"), ask("C")),
        facts=FACTS,
    )
    case.answer("Sign", "approved").facts(contract="v2")
    assert case.statuses == {
        "G": "open",
        "Sign": "open",
        "Told": "done",
        "Act": "open",
        "H": "idle",
        "B": "idle",
        "C": "idle",
    }
    case.ended("Act")
    assert case.status("H") == "idle"
    assert case.answer("Sign", "approved").statuses == {
        "G": "done", "Sign": "done", "Told": "done", "Act": "done", "H": "open", "B": "open", "C": "idle",
    }  # fmt: skip


def test_two_approvals_of_the_same_wait_for_each_other() -> None:
    case = start(
        approve("A", covers=("contract",)), approve("B", covers=("contract",)), action("C"), ask("D"), facts=FACTS
    )
    case.answer("A", "approved").answer("B", "approved").facts(contract="v2")
    assert case.statuses == {"A": "open", "B": "idle", "C": "open", "D": "idle"}
    assert case.rounds == {"A": 2, "B": 2}
    case.ended("C").answer("A", "approved")
    assert case.statuses == {"A": "done", "B": "open", "C": "done", "D": "idle"}
    assert case.answer("B", "approved").status("D") == "open"


def test_the_answer_that_caused_it_is_kept() -> None:
    case = start(approve("Sign", covers=("contract",)), fill_in("Amend", "contract"), ask("C"), facts=FACTS)
    case.answer("Sign", "approved", by=MIRA).answer("Amend", by=SAM, contract="v2")
    assert case.statuses == {"Sign": "open", "Amend": "idle", "C": "idle"}
    assert case.given == ["SendAsk Sign (round 2)"]
    case.answer("Sign", "approved", by=MIRA)
    assert (case["Amend"].how, case["Amend"].by, case.status("C")) == ("kept", SAM, "open")


def test_a_rejection_taken_as_information_is_asked_again_as_well() -> None:
    case = signing(ask("B"), if_rejected=(GoOn(),)).answer("Sign", "rejected").facts(contract="v2")
    assert case.status("Sign") == "open"


def test_what_was_overridden_is_not() -> None:
    case = signing(ask("B")).override("Sign").facts(contract="v2")
    assert case.status("Sign") == "overridden"


def test_a_stuck_approval_waits_for_its_person() -> None:
    case = signing().answer("Sign", "rejected").facts(contract="v2")
    assert (case.status("Sign"), case.given) == ("stuck", [])


def test_a_covered_fact_may_be_derived() -> None:
    case = start(
        approve("Sign", covers=("amount",)),
        ask("B"),
        derived=(derived("double", when_double()), derived("amount", field("deal.Amount"))),
        records=frozenset({"deal"}),
        facts={"deal": {"Amount": 5, "Name": "x"}},
    )
    assert case.state.facts == {"deal": {"Amount": 5, "Name": "x"}, "amount": 5, "double": 10}
    case.answer("Sign", "approved").facts(deal={"Amount": 6})
    assert (case.status("Sign"), case.state.facts["double"]) == ("open", 12)
    assert case.state.facts["deal"] == {"Amount": 6, "Name": "x"}


def when_double() -> Any:
    return when("amount", lambda amount: amount * 2)


# -- After the end -----------------------------------------------------------------------------------------------


def test_after_the_end_nothing_reopens_and_both_are_told() -> None:
    case = signing(ask("B")).answer("Sign", "approved").answer("B", by=PRIYA).facts(contract="v2")
    assert (case.case, case.status("Sign"), case.state.facts["contract"]) == ("done", "done", "v2")
    assert case.given == ["Tell Sign outdated", f"Tell Sign outdated to {MIRA}"]
    assert case.commands[0].why == 'What "Sign" covered has changed after the end.'


def test_after_the_end_other_facts_are_refused() -> None:
    case = signing(ask("B")).answer("Sign", "approved").answer("B")
    with refused("Expected a case that is open, but it is done."):
        case.facts(value=9)


# -- An answer is withdrawn ------------------------------------------------------------------------------------------


def test_withdrawn_before_anything_has_acted_it_goes_back_to_itself() -> None:
    case = signing(ask("B"), ask("C")).answer("Sign", "approved").answer("B").withdraw("Sign", reason="wait, don't")
    assert case.statuses == {"Sign": "open", "B": "idle", "C": "idle"}
    assert case.deviations == [("answer withdrawn", "Sign")]


def test_withdrawn_after_something_has_acted_it_alone_is_asked_again() -> None:
    case = signing().answer("Sign", "approved").answer("B").withdraw("Sign")
    assert case.statuses == {"Sign": "open", "B": "done", "C": "open", "D": "idle"}
    assert case.deviations == [("answer withdrawn", "Sign"), ("outdated", "C")]


def test_withdrawn_after_the_end_both_are_told() -> None:
    case = signing(ask("B")).answer("Sign", "approved").answer("B").withdraw("Sign")
    assert case.given == ["Tell Sign outdated", f"Tell Sign outdated to {MIRA}"]


def test_a_rejection_can_be_withdrawn_while_it_is_being_mended_or_is_stuck() -> None:
    case = start(
        approve("Sign", covers=("contract",), if_rejected=(Repair("R"),)),
        fill_in("R", "contract", repair_of=frozenset({"Sign"})),
        facts=FACTS,
    )
    case.answer("Sign", "rejected").withdraw("Sign")
    assert case.statuses == {"Sign": "open", "R": "idle"}
    assert case.given == ["WithdrawAsk R", "SendAsk Sign (round 2)"]
    case = start(approve("Sign")).answer("Sign", "rejected").withdraw("Sign")
    assert (case.status("Sign"), case["Sign"].round) == ("open", 2)


def test_there_must_be_an_answer_to_withdraw() -> None:
    for case in (signing(), signing().skip("Sign")):
        with refused('Expected an answer to "Sign" to withdraw, but there is none.'):
            case.withdraw("Sign")
