"""The workflow patterns a page must be able to say, each a story named by its number."""

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
    after,
    approve,
    ask,
    at_once,
    fill_in,
    first_of,
    group,
    one_of,
    refused,
    start,
    wait,
    when,
)

from doorstep.kernel.program import AlsoAsk, AskInstead, EndCase, ForEach, GoBack, Spec, Verb


class DoneOf:
    """So many of these steps are done."""

    def __init__(self, wanted: int, *keys: str) -> None:
        self.wanted, self.keys = wanted, keys
        self.reads = frozenset(f"#{key}" for key in keys)

    def truth(self, scope: Any) -> bool:
        return sum(bool(scope.step(key, "done")) for key in self.keys) >= self.wanted


class AnswersOf(DoneOf):
    """A For each has so many answers."""

    def truth(self, scope: Any) -> bool:
        return len(scope.step(self.keys[0], "answers")) >= self.wanted


# -- Basic control flow --------------------------------------------------------------------------------------------


def test_pattern_1_sequence() -> None:
    case = start(ask("Draft"), ask("Publish"))
    assert case.statuses == {"Draft": "open", "Publish": "idle"}
    assert case.answer("Draft").statuses == {"Draft": "done", "Publish": "open"}


def test_pattern_2_parallel_split() -> None:
    case = start(ask("Win"), at_once("Prepare", ask("Team"), ask("Contract"))).answer("Win")
    assert case.given == ["SendAsk Team", "SendAsk Contract"]


def test_pattern_3_synchronization() -> None:
    case = start(at_once("Prepare", ask("Team"), ask("Contract")), ask("Kick off")).answer("Contract")
    assert case.status("Kick off") == "idle"
    assert case.answer("Team").status("Kick off") == "open"


def test_pattern_4_exclusive_choice() -> None:
    case = start(
        one_of(
            "Sign", ask("Director", only_if=when("value", lambda value: value > 100)), ask("Manager", otherwise=True)
        ),
        facts={"value": 500},
    )
    assert case.statuses == {"Sign": "open", "Director": "open", "Manager": "not taken"}


def test_pattern_5_simple_merge() -> None:
    case = start(
        one_of("Sign", ask("Director", only_if=when("big", bool)), ask("Manager", otherwise=True)),
        ask("Send"),
        facts={"big": False},
    )
    assert case.answer("Manager").status("Send") == "open"


def test_pattern_6_multi_choice() -> None:
    case = start(
        at_once(
            "Check",
            ask("Legal", only_if=when("legal", bool)),
            ask("Tax", only_if=when("tax", bool)),
            ask("Security", only_if=when("security", bool)),
        ),
        facts={"legal": True, "tax": False, "security": True},
    )
    assert case.statuses == {"Check": "open", "Legal": "open", "Tax": "not needed", "Security": "open"}


def test_pattern_7_structured_synchronizing_merge() -> None:
    case = start(
        at_once("Check", ask("Legal", only_if=when("legal", bool)), ask("Tax", only_if=when("tax", bool))),
        ask("Sign"),
        facts={"legal": True, "tax": False},
    )
    assert case.status("Sign") == "idle"
    assert case.answer("Legal").status("Sign") == "open"


# -- Advanced branching --------------------------------------------------------------------------------------------


def test_pattern_9_structured_discriminator() -> None:
    case = start(at_once("Ask around", ask("A"), ask("B"), after(ask("Go"), "A", "B", any_of=True)))
    assert case.answer("B").given == ["SendAsk Go"]
    assert case.answer("A").given == []
    assert case.answer("Go").case == "done"


def test_pattern_10_arbitrary_cycles() -> None:
    case = start(
        ask("Write"),
        ask("Layout"),
        approve("Check", if_rejected=(GoBack("Layout"),)),
        approve("Read", if_rejected=(GoBack("Write"),)),
    )
    case.answer("Write").answer("Layout").answer("Check", "rejected").answer("Layout").answer("Check", "approved")
    case.answer("Read", "rejected")
    assert {name: case[name].round for name in case.statuses} == {"Write": 2, "Layout": 3, "Check": 3, "Read": 2}


def test_pattern_11_implicit_termination() -> None:
    case = start(at_once("All", ask("A"), ask("B"))).answer("A")
    assert case.case == "open"
    assert case.answer("B").given == ["CloseCase"]


def test_pattern_29_cancelling_discriminator() -> None:
    case = start(first_of("Ask around", 1, ask("A"), ask("B")), ask("Go")).answer("B")
    assert case.given == ["WithdrawAsk A", "SendAsk Go"]


def test_pattern_30_structured_partial_join() -> None:
    case = start(at_once("Ask around", ask("A"), ask("B"), ask("C"), ask("Go", not_before=DoneOf(2, "A", "B", "C"))))
    assert case.answer("A").status("Go") == "waiting"
    assert case.answer("C").statuses == {"Ask around": "open", "A": "done", "B": "open", "C": "done", "Go": "open"}
    assert case.answer("B").given == []


def test_pattern_32_cancelling_partial_join() -> None:
    case = start(first_of("Ask around", 2, ask("A"), ask("B"), ask("C")), ask("Go")).answer("A").answer("C")
    assert case.given == ["WithdrawAsk B", "SendAsk Go"]


# -- Multiple instances ----------------------------------------------------------------------------------------------


def people(part: Any, *rest: Any, **facts: object) -> Case:
    return start(part, *(rest or (ask("Go"),)), facts={"people": ["Kim", "Lea", "Max"], **facts})


EACH: dict[str, Any] = {"each": ForEach(when("people", list), "person")}


def test_pattern_13_instances_known_on_the_page() -> None:
    class Two:
        reads = frozenset[str]()

        def value(self, scope: Any) -> object:
            return (0, 1)

    case = start(approve("Sign", each=ForEach(Two(), exclusive=True)), ask("Go")).answer("Sign[0]", "approved", by=MIRA)
    assert case.statuses == {"Sign": "open", "Sign[0]": "done", "Sign[1]": "open", "Go": "idle"}
    assert case.answer("Sign[1]", "approved", by=SAM).status("Go") == "open"


def test_pattern_14_instances_known_at_its_turn() -> None:
    case = start(fill_in("Choose", "people"), ask("Review", **EACH)).answer("Choose", people=["Kim", "Lea"])
    assert case.given == ["SendAsk Review[0]", "SendAsk Review[1]"]


def test_pattern_15_instances_that_become_known_meanwhile() -> None:
    case = people(ask("Review", **EACH)).answer("Review[0]").facts(people=["Kim", "Lea", "Max", "Noa"])
    assert case.given == ["SendAsk Review[3]"]


def test_pattern_26_cancel_a_multiple_instance_step() -> None:
    case = people(ask("Review", **EACH)).answer("Review[1]").skip("Review")
    assert case.given == ["WithdrawAsk Review[0]", "WithdrawAsk Review[2]", "SendAsk Go"]
    assert case.status("Review") == "skipped"


def test_pattern_27_complete_a_multiple_instance_step() -> None:
    enough = ForEach(when("people", list), "person", until=when("enough", bool))
    case = people(ask("Review", each=enough)).answer("Review[1]").facts(enough=True)
    assert case.statuses == {
        "Review": "done", "Review[0]": "cancelled", "Review[1]": "done", "Review[2]": "cancelled", "Go": "open",
    }  # fmt: skip


def test_pattern_34_static_partial_join_for_instances() -> None:
    case = people(at_once("All", ask("Review", **EACH), ask("Go on", not_before=AnswersOf(2, "Review"))))
    case.answer("Review[0]")
    assert case.status("Go on") == "waiting"
    case.answer("Review[2]")
    assert (case.status("Go on"), case.status("Review[1]")) == ("open", "open")


def test_pattern_35_cancelling_partial_join_for_instances() -> None:
    two = ForEach(when("people", list), "person", until_count=(2, "approved"))
    case = people(approve("Review", each=two)).answer("Review[0]", "approved").answer("Review[2]", "approved")
    assert case.given == ["WithdrawAsk Review[1]", "SendAsk Go"]


# -- State -----------------------------------------------------------------------------------------------------------


def test_pattern_16_deferred_choice() -> None:
    case = start(
        first_of("Whatever comes first", 1, wait("Paid", message="payment received"), ask("Cancel")), ask("Go")
    )
    assert case.message("payment received").given == ["WithdrawAsk Cancel", "SendAsk Go"]


def test_pattern_18_milestone() -> None:
    case = start(
        at_once("All", ask("Order"), ask("Change it", only_if=when("open", bool), not_before=Offers("Order", "done"))),
        facts={"open": True},
    )
    assert case.status("Change it") == "waiting"
    assert case.answer("Order").status("Change it") == "open"


# -- Cancelling, ending ------------------------------------------------------------------------------------------------


def test_pattern_19_cancel_a_task() -> None:
    case = start(at_once("All", ask("A"), ask("B"))).skip("A")
    assert (case.given, case.status("B")) == (["WithdrawAsk A"], "open")


def test_pattern_20_cancel_a_case() -> None:
    case = start(at_once("All", ask("A"), ask("B")), ask("C")).cancel()
    assert case.given == ["WithdrawAsk A", "WithdrawAsk B", "CloseCase"]
    assert set(case.statuses.values()) == {"cancelled"}


def test_pattern_25_cancel_a_region() -> None:
    case = start(at_once("All", group("Region", ask("A"), ask("B")), ask("C")), ask("D")).skip("Region")
    assert case.statuses == {
        "All": "open",
        "Region": "skipped",
        "A": "cancelled",
        "B": "cancelled",
        "C": "open",
        "D": "idle",
    }


def test_pattern_43_explicit_termination() -> None:
    case = start(at_once("All", ask("A"), approve("Stop", if_rejected=(EndCase(),))), ask("B")).answer(
        "Stop", "rejected"
    )
    assert case.given == ["WithdrawAsk A", "CloseCase"]
    assert case.statuses == {"All": "cancelled", "A": "cancelled", "Stop": "done", "B": "cancelled"}


# -- Iteration, triggers -------------------------------------------------------------------------------------------------


def test_pattern_21_structured_loop() -> None:
    case = start(ask("Try"), approve("Good enough?", if_rejected=(GoBack("Try"),)))
    for _ in range(3):
        case.answer("Try").answer("Good enough?", "rejected")
    assert case.answer("Try").answer("Good enough?", "approved").case == "done"
    assert case.rounds == {"Try": 4, "Good enough?": 4}


def test_pattern_24_persistent_trigger() -> None:
    case = start(ask("A"), wait("Paid", message="payment received"), ask("B")).message("payment received")
    assert case.status("Paid") == "idle"
    assert case.answer("A").statuses == {"A": "done", "Paid": "done", "B": "open"}


# -- Resource patterns ---------------------------------------------------------------------------------------------------


def to(case: Case) -> list[str]:
    return [command.to for command in case.commands if hasattr(command, "to")]


def test_resource_direct_role_and_deferred_allocation() -> None:
    case = start(at_once("All", ask("A", "kim@x.example"), ask("B", "Legal counsel"), ask("C", "{contact}")))
    assert to(case) == ["kim@x.example", "Legal counsel", "{contact}"]


def test_resource_separation_of_duties() -> None:
    case = start(ask("Prepare"), approve("Release", not_by=frozenset({"Prepare"}))).answer("Prepare", by=SAM)
    with refused(f'Expected somebody else for "Release", but {SAM} did "Prepare".'):
        case.answer("Release", "approved", by=SAM)


def test_resource_automatic_execution() -> None:
    assert start(action("Act"), ask("A")).given == ["CallAction Act"]


def test_resource_delegate_and_reassign() -> None:
    case = start(ask("A", "Legal counsel")).reassign("A", JON)
    assert (case.given, to(case)) == (["WithdrawAsk A", "SendAsk A reassigned"], [JON])


def test_resource_escalate() -> None:
    case = start(ask("A", due=Spec("1 day"), if_late=(AskInstead("boss"),))).fires("A")
    assert to(case) == ["boss"]


def test_resource_add_a_helper() -> None:
    case = start(ask("A", due=Spec("1 day"), if_late=(AlsoAsk("helper"),))).fires("A")
    assert (case.given, case["A"].asks) == (["SendAsk A also"], 2)
    assert case.answer("A", by="helper").given == ["WithdrawAsk A", "CloseCase"]


def test_resource_suspend_and_resume() -> None:
    assert start(ask("A"), ask("B")).suspend().answer("A").resume().given == ["SendAsk B"]


def test_resource_skip() -> None:
    assert start(ask("A"), ask("B")).skip("A").statuses == {"A": "skipped", "B": "open"}


def test_resource_redo() -> None:
    assert start(ask("A"), ask("B")).answer("A").reopen("A").given == ["WithdrawAsk B", "SendAsk A (round 2)"]


def test_resource_do_ahead() -> None:
    case = start(ask("A"), ask("B", verb=Verb.READ), ask("C")).ahead("B", by=ANA).answer("A")
    assert case.statuses == {"A": "done", "B": "done", "C": "open"}
