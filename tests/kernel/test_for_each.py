"""Rule 6: For each."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kernel.programs import (
    ANA,
    JON,
    MIRA,
    SAM,
    Case,
    Offers,
    Part,
    Wrong,
    action,
    approve,
    ask,
    fill_in,
    group,
    refused,
    start,
    tells,
    when,
)

from doorstep.kernel.program import End, ForEach, GoBack, GoOn, GoTo, Order, Repair, Skip, Spec, Unknown

COUNTRIES = {"countries": ["DE", "FR", "IT"]}


def each(item: str | None = "country", **fields: Any) -> dict[str, Any]:
    return {"each": ForEach(when("countries", list), item, **fields)}


def countries(part: Part, *others: Part, **facts: object) -> Case:
    return start(part, *(others or (ask("Z"),)), facts={**COUNTRIES, **facts})


def test_instances_open_together() -> None:
    case = countries(ask("A", **each()))
    assert case.statuses == {"A": "open", "A[0]": "open", "A[1]": "open", "A[2]": "open", "Z": "idle"}
    assert case.given == ["SendAsk A[0]", "SendAsk A[1]", "SendAsk A[2]"]
    case.answer("A[1]").answer("A[0]").answer("A[2]")
    assert (case.status("A"), case.status("Z")) == ("done", "open")


def test_instances_open_one_at_a_time() -> None:
    case = countries(ask("A", **each(one_at_a_time=True)))
    assert case.statuses == {"A": "open", "A[0]": "open", "A[1]": "idle", "A[2]": "idle", "Z": "idle"}
    assert case.answer("A[0]").given == ["SendAsk A[1]"]
    assert case.skip("A[1]").given == ["WithdrawAsk A[1]", "SendAsk A[2]"]


def test_over_an_empty_list_it_is_not_needed() -> None:
    assert countries(ask("A", **each()), countries=[]).statuses == {"A": "not needed", "Z": "open"}


def test_over_an_unknown_list_it_is_stuck() -> None:
    case = start(ask("A", **each()), ask("Z"))
    assert (case.status("A"), case["A"].why) == ("stuck", "countries is not known yet.")
    assert case.facts(countries=["DE"]).statuses == {"A": "open", "A[0]": "open", "Z": "idle"}


def test_over_one_value_there_is_one_and_over_none_it_is_stuck() -> None:
    class Nothing(Wrong):
        def value(self, scope: object) -> object:
            return None

    assert start(ask("A", each=ForEach(when("who", str))), facts={"who": "Kim"}).statuses == {
        "A": "open",
        "A[0]": "open",
    }
    assert start(ask("A", each=ForEach(Nothing()))).status("A") == "stuck"


def test_a_group_is_repeated_with_all_that_is_in_it() -> None:
    case = countries(group("G", ask("A"), ask("B"), **each()), countries=["DE", "FR"])
    case.answer("A[1]")
    assert case.statuses == {
        "G": "open",
        "G[0]": "open",
        "A[0]": "open",
        "B[0]": "idle",
        "G[1]": "open",
        "A[1]": "done",
        "B[1]": "open",
        "Z": "idle",
    }


def test_nested_instances_have_two_numbers() -> None:
    inner = ForEach(when("people", list), "person")
    case = countries(group("G", ask("A", each=inner), **each()), countries=["DE", "FR"], people=["Kim", "Lea"])
    assert case.status("A[1][0]") == "open"
    case.answer("A[0][0]").answer("A[0][1]")
    assert (case.status("A[0]"), case.status("G[0]"), case.status("G")) == ("done", "done", "open")


def test_only_if_is_read_for_each_instance_when_it_reads_the_item() -> None:
    case = countries(ask("A", only_if=when("country", lambda country: country != "FR"), **each()))
    assert case.statuses == {"A": "open", "A[0]": "open", "A[1]": "not needed", "A[2]": "open", "Z": "idle"}


def test_only_if_is_read_once_else() -> None:
    case = countries(ask("A", only_if=when("no", bool), **each()), no=False)
    assert case.statuses == {"A": "not needed", "Z": "open"}


def test_members_may_be_added_at_the_end_and_indexes_never_change() -> None:
    case = countries(ask("A", **each()), countries=["DE"]).facts(countries=["AT", "FR"])
    assert case.statuses == {"A": "open", "A[0]": "open", "A[1]": "open", "Z": "idle"}
    assert case.given == ["SendAsk A[1]"]
    assert case.state.items["A", (0,)]["country"] == "AT"
    assert case.facts(countries=[]).statuses == {"A": "open", "A[0]": "open", "A[1]": "open", "Z": "idle"}
    assert case.facts(countries=None).status("A[1]") == "open"


def test_facts_given_inside_are_the_instances_and_a_list_after_it() -> None:
    case = countries(fill_in("A", "rate", **each()), countries=["DE", "FR"])
    case.answer("A[1]", rate=20)
    assert "rate" not in case.state.facts
    assert case.state.items["A", (1,)] == {"country": "FR", "rate": 20}
    assert case.answer("A[0]", rate=19).state.facts["rate"] == [19, 20]


def test_nested_facts_become_lists_of_lists() -> None:
    inner = ForEach(when("people", list), "person")
    case = countries(
        group("G", fill_in("A", "size", each=inner), **each()), countries=["DE", "FR"], people=["Kim", "Lea"]
    )
    for number, name in enumerate(("A[0][0]", "A[0][1]", "A[1][0]", "A[1][1]")):
        case.answer(name, size=number)
    assert case.state.facts["size"] == [[0, 1], [2, 3]]


def test_conditions_inside_see_the_instance() -> None:
    case = countries(
        group("G", fill_in("A", "rate"), ask("B", only_if=when("rate", lambda rate: rate > 5)), **each()),
        countries=["DE", "FR"],
    )
    case.answer("A[0]", rate=3).answer("A[1]", rate=9)
    assert (case.status("B[0]"), case.status("B[1]")) == ("not needed", "open")


def test_answers_are_listed() -> None:
    seen: list[object] = []

    class Answers(Offers):
        def value(self, scope: Any) -> object:
            seen.append(scope.step("A", "answers"))
            return True

    case = countries(fill_in("A", "rate", **each()), ask("Z", only_if=Answers("A", "answers")), countries=["DE", "FR"])
    case.answer("A[0]", by=MIRA, rate=1).skip("A[1]")
    at = case.state.node("A", (0,)).at
    assert seen[-1] == [{"item": "DE", "outcome": "done", "by": MIRA, "at": at, "facts": {"rate": 1}}]


# -- Until -----------------------------------------------------------------------------------------------------


def voting(outcome: str = "approved", **fields: Any) -> Case:
    part = approve("A", if_rejected=(GoOn(),), **each(until_count=(2, outcome), **fields))
    return countries(part, ask("Z", only_if=Offers("A", "approved")))


def test_until_counts_outcomes_and_withdraws_the_rest() -> None:
    case = voting().answer("A[0]", "approved").answer("A[2]", "approved")
    assert case.given == ["WithdrawAsk A[1]", "SendAsk Z"]
    assert case.statuses == {"A": "done", "A[0]": "done", "A[1]": "cancelled", "A[2]": "done", "Z": "open"}


def test_until_never_reached_is_done_but_not_approved() -> None:
    case = voting().answer("A[0]", "approved").answer("A[1]", "rejected").answer("A[2]", "rejected")
    assert (case.status("A"), case.status("Z")) == ("done", "not needed")


def test_until_rejected_counts_changes_wanted_and_is_no_approval() -> None:
    case = voting("rejected").answer("A[0]", "changes wanted").answer("A[1]", "rejected")
    assert (case["A"].how, case.status("Z")) == ("until", "not needed")


def test_until_done_counts_whatever_was_answered() -> None:
    case = voting("done").answer("A[0]", "approved").answer("A[1]", "rejected")
    assert case["A"].how == "until"


def test_until_counts_the_last_answer_of_a_group() -> None:
    until = each(until_count=(1, "approved"))
    case = countries(
        group("G", approve("A"), approve("B", if_rejected=(GoOn(),)), ask("C", only_if=when("no", bool)), **until),
        no=False,
    )
    case.answer("A[0]", "approved").answer("B[0]", "rejected")
    assert case.status("G") == "open"
    case.answer("A[1]", "approved")
    assert case.status("G") == "open"
    case.answer("B[1]", "approved")
    assert case.statuses["G"] == "done"


def test_until_counts_a_group_of_what_nobody_answers_as_done_only() -> None:
    done = countries(group("G", tells("A"), **each(until_count=(1, "done"), one_at_a_time=True)))
    assert (done["G"].how, done.status("G[1]")) == ("until", "cancelled")
    approved = countries(group("G", tells("A"), **each(until_count=(1, "approved"))))
    assert (approved["G"].how, approved.status("G[2]")) == ("", "done")


def test_until_a_condition_is_read_whenever_what_it_names_changes() -> None:
    case = countries(ask("A", **each(until=when("enough", bool))))
    case.answer("A[0]")
    assert case.status("A") == "open"
    assert case.facts(enough=True).statuses["A"] == "done"
    assert case.given == ["WithdrawAsk A[1]", "WithdrawAsk A[2]", "SendAsk Z"]


def test_a_type_error_in_until_is_stuck_and_mended_goes_on() -> None:
    class Turning(Wrong):
        def truth(self, scope: Any) -> bool | Unknown:
            return super().truth(scope) if scope.fact("enough") == "text" else False

    case = countries(ask("A", **each(until=Turning(("enough",))))).facts(enough="text")
    assert (case.status("A"), case.status("A[0]")) == ("stuck", "open")
    case.facts(enough=1, countries=["DE"])
    assert (case.status("A"), case.status("A[2]"), case.given) == ("open", "open", [])


# -- Outside -----------------------------------------------------------------------------------------------------


def outside(offer: str, *parts: Part, key: str = "A") -> Case:
    return countries(*parts, ask("Z", only_if=Offers(key, offer)), countries=["DE", "FR"])


def test_outside_it_is_approved_when_all_were() -> None:
    case = outside("approved", approve("A", if_rejected=(GoOn(),), **each()))
    assert case.answer("A[0]", "approved").answer("A[1]", "approved").status("Z") == "open"
    case = outside("approved", approve("A", if_rejected=(GoOn(),), **each()))
    assert case.answer("A[0]", "approved").answer("A[1]", "rejected").status("Z") == "not needed"


def test_outside_it_is_rejected_when_one_was() -> None:
    case = outside("rejected", ask("A", if_rejected=(GoOn(),), **each()))
    assert case.answer("A[0]").answer("A[1]", "rejected").status("Z") == "open"


def test_a_step_inside_a_repeated_group_is_read_over_all_of_them() -> None:
    parts = group("G", approve("A", if_rejected=(GoOn(),)), **each())
    assert outside("approved", parts).answer("A[0]", "approved").answer("A[1]", "approved").status("Z") == "open"
    assert outside("done", parts).answer("A[0]", "approved").answer("A[1]", "rejected").status("Z") == "open"
    assert outside("by", parts).answer("A[0]", "approved").answer("A[1]", "approved").status("Z") == "not needed"
    assert outside("round", parts).answer("A[0]", "approved").answer("A[1]", "approved").status("Z") == "open"


def test_a_group_is_approved_when_all_its_approvals_are() -> None:
    parts = group("G", ask("A"), approve("B"), approve("C", only_if=when("no", bool)), order=Order.ALL_AT_ONCE)
    case = start(parts, ask("Z", only_if=Offers("G", "approved")), facts={"no": False})
    assert case.answer("A").answer("B", "approved").status("Z") == "open"


# -- Exclusive -----------------------------------------------------------------------------------------------------


def test_instances_of_n_of_exclude_each_others_answerers() -> None:
    case = start(approve("A", each=ForEach(when("two", list), exclusive=True)), facts={"two": [0, 1]})
    case.answer("A[0]", "approved", by=MIRA)
    with refused(f'Expected somebody else for "A[1]", but {MIRA} has answered it already.'):
        case.answer("A[1]", "approved", by=MIRA)
    with refused("Expected to know who answers"):
        case.answer("A[1]", "approved", by=None)
    assert case.answer("A[1]", "approved", by=SAM).case == "done"


# -- Handlers and rounds inside ------------------------------------------------------------------------------------


def reviewed(*rest: Part, repeated: bool = True) -> Case:
    return countries(
        approve("A", if_rejected=(Repair("R", 2),), covers=("text",), **(each() if repeated else {})),
        fill_in("R", "text", repair_of=frozenset({"A"})),
        *(rest or (ask("Z"),)),
        text="draft",
    )


def test_a_repair_from_inside_is_one_for_all_that_wait_for_it() -> None:
    case = reviewed().answer("A[0]", "rejected")
    assert case.given == ["SendAsk R"]
    case.answer("A[2]", "changes wanted")
    assert case.given == []
    assert [case.status(name) for name in ("A[0]", "A[1]", "A[2]", "R")] == ["waiting", "open", "waiting", "open"]
    case.answer("R", by=ANA, text="better")
    assert case.given == [
        "Tell A[1] changed to somebody",
        "SendAsk A[0] (round 2)",
        "SendAsk A[2] (round 2)",
    ]


def test_approved_ones_follow_what_they_cover() -> None:
    case = reviewed().answer("A[1]", "approved").answer("A[0]", "rejected").answer("R", by=ANA, text="better")
    assert [case[name].round for name in ("A[0]", "A[1]", "A[2]")] == [2, 2, 1]
    assert [case.status(name) for name in ("A[0]", "A[1]", "A[2]")] == ["open", "open", "open"]


def test_a_repair_inside_a_repeated_group_is_its_own() -> None:
    inside = group(
        "G",
        approve("A", if_rejected=(Repair("R"),)),
        fill_in("R", "text", repair_of=frozenset({"A"})),
        **each(),
    )
    case = countries(inside, countries=["DE", "FR"]).answer("A[1]", "rejected")
    assert (case.status("R[0]"), case.status("R[1]")) == ("idle", "open")
    assert case.answer("R[1]", text="better").given == ["SendAsk A[1] (round 2)"]


def test_end_on_one_of_several_ends_the_step() -> None:
    case = countries(approve("A", if_rejected=(End(),), **each()), ask("B")).answer("A[1]", "rejected")
    assert case.statuses == {"A": "done", "A[0]": "cancelled", "A[1]": "done", "A[2]": "cancelled", "B": "not taken"}


def test_go_to_from_inside_leaves_the_repeated_group() -> None:
    inside = group("G", approve("A", if_rejected=(GoTo("Z"),)), ask("B"), **each())
    case = countries(inside, ask("Y"), ask("Z"), countries=["DE", "FR"]).answer("A[0]", "rejected")
    assert case.statuses == {
        "G": "cancelled",
        "G[0]": "cancelled",
        "A[0]": "done",
        "B[0]": "cancelled",
        "G[1]": "cancelled",
        "A[1]": "cancelled",
        "B[1]": "cancelled",
        "Y": "not taken",
        "Z": "open",
    }


def test_skip_on_one_of_several_skips_that_one() -> None:
    case = countries(ask("A", due=Spec("1 day"), if_late=(Skip(),), **each())).fires("A[1]")
    assert [case.status(name) for name in ("A[0]", "A[1]", "A[2]")] == ["open", "skipped", "open"]


def test_go_back_inside_is_that_instance() -> None:
    inside = group("G", ask("A"), approve("B", if_rejected=(GoBack("A"),)), **each())
    case = countries(inside, countries=["DE", "FR"]).answer("A[0]").answer("A[1]").answer("B[1]", "rejected")
    assert [case.status(name) for name in ("A[0]", "B[0]", "A[1]", "B[1]")] == ["done", "open", "open", "idle"]
    assert [case[name].round for name in ("G[0]", "G[1]", "A[0]", "A[1]", "B[1]")] == [1, 1, 1, 2, 2]


def test_go_back_from_outside_is_all() -> None:
    inside = group("G", ask("A"), ask("B"), **each())
    case = countries(inside, approve("Z", if_rejected=(GoBack("G"),)), countries=["DE", "FR"])
    for name in ("A[0]", "A[1]", "B[0]", "B[1]"):
        case.answer(name)
    case.answer("Z", "rejected")
    assert {name: case[name].round for name in case.statuses} == dict.fromkeys(case.statuses, 2)
    assert case.given == ["SendAsk A[0] (round 2)", "SendAsk A[1] (round 2)"]


def test_go_back_from_outside_to_a_step_inside_reopens_the_groups_around_it() -> None:
    inside = group("G", ask("A"), ask("B"), **each())
    case = countries(inside, approve("Z", if_rejected=(GoBack("B"),)), countries=["DE", "FR"])
    for name in ("A[0]", "A[1]", "B[0]", "B[1]"):
        case.answer(name)
    case.answer("Z", "rejected")
    assert case.given == ["SendAsk B[0] (round 2)", "SendAsk B[1] (round 2)"]
    assert [case[name].round for name in ("G", "G[0]", "A[0]", "B[0]", "Z")] == [1, 1, 1, 2, 2]
    assert case.statuses["G"] == "open"


def test_a_new_round_over_a_shorter_list_leaves_the_rest_out() -> None:
    case = countries(action("A", **each()), approve("Z", if_rejected=(GoBack("A"),)))
    for name in ("A[0]", "A[1]", "A[2]"):
        case.ended(name)
    case.facts(countries=["DE"]).answer("Z", "rejected", by=JON)
    assert case.statuses == {"A": "open", "A[0]": "open", "Z": "idle"}
    case.facts(countries=["DE", "ES"])
    assert case.given == ["CallAction A[1] (round 2)"]


def test_one_skipped_before_the_list_opens_counts_as_settled() -> None:
    case = countries(ask("A", **each()), approve("Z", if_rejected=(GoBack("A"),)), countries=["DE"]).answer("A[0]")
    case.answer("Z", "rejected")
    assert case.answer("A[0]").status("Z") == "open"


def test_an_approval_asked_again_alone_holds_its_own_instance() -> None:
    inside = group("G", approve("A", covers=("text",)), action("B"), ask("C"), **each())
    case = countries(inside, countries=["DE", "FR"], text="v1")
    case.answer("A[0]", "approved").answer("A[1]", "approved").withdraw("A[0]").ended("B[0]").ended("B[1]")
    assert [case.status(name) for name in ("A[0]", "C[0]", "A[1]", "C[1]")] == ["open", "idle", "done", "open"]
    assert case.answer("A[0]", "approved").given == ["SendAsk C[0]"]


def test_one_at_a_time_a_stuck_one_waits_when_an_earlier_one_is_asked_again() -> None:
    case = countries(ask("A", not_before=Turned(), **each(one_at_a_time=True)), rate="text")
    case.skip("A[0]")
    assert (case.status("A[1]"), case["A[1]"].how) == ("stuck", "wrong")
    case.reopen("A[0]").facts(rate=3)
    assert [case.status(name) for name in ("A[0]", "A[1]")] == ["open", "idle"]
    assert case.answer("A[0]").status("A[1]") == "open"


class Turned(Wrong):
    """True, but wrong while the rate is a text."""

    def __init__(self) -> None:
        super().__init__(("rate",))

    def truth(self, scope: Any) -> bool | Unknown:
        return super().truth(scope) if isinstance(scope.fact("rate"), str) else True


@pytest.mark.parametrize("one_at_a_time", [False, True])
def test_an_approval_of_an_items_own_fact_stands_when_the_list_is_made(one_at_a_time: bool) -> None:
    inside = group("G", fill_in("A", "rate"), approve("B", covers=("rate",)), **each(one_at_a_time=one_at_a_time))
    case = countries(inside, countries=["DE", "FR"])
    case.answer("A[0]", rate=19)
    case = case if one_at_a_time else case.answer("A[1]", rate=20)
    case.answer("B[0]", "approved")
    case = case.answer("A[1]", rate=20) if one_at_a_time else case
    case.answer("B[1]", "approved")
    assert case.statuses == {
        **dict.fromkeys(("G", "G[0]", "A[0]", "B[0]", "G[1]", "A[1]", "B[1]"), "done"),
        "Z": "open",
    }
    assert case.state.facts["rate"] == [19, 20]
