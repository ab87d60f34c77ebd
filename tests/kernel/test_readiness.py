"""Rules 1 to 3: links, the order at a step's turn, unknown."""

from __future__ import annotations

from tests.kernel.programs import (
    MIRA,
    Case,
    Offers,
    Wrong,
    action,
    after,
    approve,
    ask,
    at_once,
    field,
    fill_in,
    group,
    linked,
    start,
    tells,
    wait,
    when,
)

from doorstep.kernel.program import GoOn, Link, Scope, Spec, Unknown

# -- Rule 1: readiness -------------------------------------------------------------------------------------


def test_a_sequence_opens_one_after_the_other() -> None:
    case = start(ask("A"), ask("B"), ask("C"))
    assert case.statuses == {"A": "open", "B": "idle", "C": "idle"}
    case.answer("A")
    assert case.statuses == {"A": "done", "B": "open", "C": "idle"}
    assert case.given == ["SendAsk B"]


def test_all_links_decided_and_one_taken_opens() -> None:
    case = start(
        at_once(
            "G",
            ask("A"),
            ask("B"),
            linked(ask("J"), Link("A", Offers("A", "rejected")), Link("B")),
        )
    )
    case.answer("A")
    assert case.status("J") == "idle"
    case.answer("B")
    assert case.status("J") == "open"


def test_none_taken_is_not_taken_and_so_on_downstream() -> None:
    case = start(at_once("G", ask("A"), linked(ask("B"), Link("A", Offers("A", "rejected"))), after(ask("C"), "B")))
    case.answer("A")
    assert case.statuses == {"G": "done", "A": "done", "B": "not taken", "C": "not taken"}
    assert case.case == "done"


def test_any_of_opens_at_the_first_and_cancels_nothing() -> None:
    case = start(at_once("G", ask("A"), ask("B"), after(ask("J"), "A", "B", any_of=True)))
    case.answer("B")
    assert case.statuses == {"G": "open", "A": "open", "B": "done", "J": "open"}
    case.answer("A")
    assert case.given == []


def test_any_of_nothing_is_not_taken() -> None:
    never = Offers("A", "rejected")
    case = start(at_once("G", ask("A"), linked(ask("J"), Link("A", never), any_of=True), ask("Z")))
    case.answer("A")
    assert case.status("J") == "not taken"


def test_a_link_leads_on_from_whatever_settled_well() -> None:
    case = start(ask("A", only_if=when("no", bool)), ask("B"), ask("C"), ask("D"), ask("E"), facts={"no": False})
    assert case.statuses["A"] == "not needed"
    case.skip("B").override("C").defer("D")
    assert case.statuses == {"A": "not needed", "B": "skipped", "C": "overridden", "D": "deferred", "E": "open"}


# -- Rule 2: at its turn ---------------------------------------------------------------------------------


def test_only_if_false_is_not_needed_and_the_page_goes_on() -> None:
    case = start(ask("A", only_if=when("value", lambda value: value > 5)), ask("B"), facts={"value": 3})
    assert case.statuses == {"A": "not needed", "B": "open"}


def test_only_if_is_read_at_its_turn() -> None:
    case = start(ask("A"), ask("B", only_if=when("value", lambda value: value > 5)), facts={"value": 3})
    case.facts(value=9).answer("A")
    assert case.status("B") == "open"


def test_done_ahead_settles_at_its_turn_before_anything_is_looked_at() -> None:
    case = start(
        ask("A"),
        fill_in("B", "customer", looks=frozenset({"record"}), done_when=field("record.ok")),
        ask("C"),
        facts={"record": {}},
    )
    case.ahead("B", customer="Kim")
    assert case.statuses == {"A": "open", "B": "idle", "C": "idle"}
    assert "customer" not in case.state.facts
    assert case.deviations == [("done ahead", "B")]
    case.answer("A")
    assert case.statuses == {"A": "done", "B": "done", "C": "open"}
    assert (case["B"].how, case["B"].by, case.state.facts["customer"]) == ("ahead", MIRA, "Kim")


def test_only_if_comes_before_done_ahead() -> None:
    case = start(ask("A"), ask("B", only_if=when("wanted", bool)), ask("C"), facts={"wanted": False})
    case.ahead("B").answer("A")
    assert case.status("B") == "not needed"


def test_a_rejection_ahead_is_handled_like_one() -> None:
    case = start(ask("A"), approve("B"), ask("C")).ahead("B", "rejected").answer("A")
    assert (case.status("B"), case["B"].why) == ("stuck", f"{MIRA} rejected it; the page does not say what then.")


def test_what_waits_for_its_time_can_be_done_ahead() -> None:
    case = start(ask("A", not_before_spec=Spec("2 days")), ask("B")).ahead("A")
    assert (case["A"].how, case.given) == ("ahead", ["WithdrawTimer A not before", "SendAsk B"])
    assert case.deviations == [("done ahead", "A")]


def test_done_when_true_asks_nobody() -> None:
    case = start(ask("A", done_when=when("signed", bool)), facts={"signed": True})
    assert (case["A"].how, case.given, case.case) == ("observed", ["CloseCase"], "done")


def test_done_when_is_read_again_when_a_fact_it_names_changes() -> None:
    case = start(ask("A", done_when=when("signed", bool), due=Spec("1 day")), ask("B"))
    assert case.given == ["SendAsk A", "StartTimer A due"]
    case.facts(signed=True)
    assert case["A"].how == "observed"
    assert case.given == ["WithdrawAsk A", "WithdrawTimer A due", "SendAsk B"]


def test_what_was_true_earlier_does_not_count() -> None:
    case = start(ask("A"), ask("B", done_when=when("signed", bool)), facts={"signed": True})
    case.facts(signed=False).answer("A")
    assert case.status("B") == "open"


def test_not_before_waits_and_is_read_again() -> None:
    case = start(ask("A", not_before=when("ready", bool)), facts={"ready": False})
    assert (case.status("A"), case["A"].how, case.given) == ("waiting", "not before", [])
    case.facts(ready=True)
    assert case.given == ["SendAsk A"]
    case.facts(ready=False)
    assert case.status("A") == "open"


def test_not_before_reads_steps_as_well() -> None:
    case = start(at_once("G", ask("A"), ask("B", not_before=Offers("A", "done"))))
    assert case.statuses == {"G": "open", "A": "open", "B": "waiting"}
    case.answer("A")
    assert case.status("B") == "open"


def test_not_before_a_date_is_a_timer() -> None:
    case = start(ask("A", not_before_spec=Spec("{date}", ("date",))), ask("B"))
    assert (case.status("A"), case.given) == ("waiting", [])
    case.facts(date="2026-04-01")
    assert case.given == ["StartTimer A not before"]
    case.facts(date="2026-05-01")
    assert case.given == ["WithdrawTimer A not before", "StartTimer A not before"]
    case.fires("A", "not before")
    assert (case.status("A"), case.given) == ("open", ["SendAsk A"])


def test_not_before_a_date_and_a_condition_need_both() -> None:
    case = start(ask("A", not_before=when("ready", bool), not_before_spec=Spec("2 days")))
    assert case.given == ["StartTimer A not before"]
    case.fires("A", "not before")
    assert case.status("A") == "waiting"
    case.facts(ready=True)
    assert case.status("A") == "open"


def test_a_condition_alone_does_not_outrun_the_date() -> None:
    case = start(ask("A", not_before=when("ready", bool), not_before_spec=Spec("2 days")))
    case.facts(ready=True)
    assert case.status("A") == "waiting"
    case.fires("A", "not before")
    assert case.status("A") == "open"


def test_done_when_settles_what_waits() -> None:
    case = start(ask("A", not_before_spec=Spec("2 days"), done_when=when("signed", bool)), ask("B"))
    case.facts(signed=True)
    assert case["A"].how == "observed"
    assert case.given == ["WithdrawTimer A not before", "SendAsk B"]


# -- Looking first -------------------------------------------------------------------------------------------


def looking(**facts: object) -> Case:
    seen = when("issue", lambda issue: issue.get("Status") == "Done")
    return start(
        ask("A", done_when=seen, looks=frozenset({"issue"})), ask("B"), records=frozenset({"issue"}), facts=facts
    )


def test_a_known_record_is_looked_at_first() -> None:
    case = looking(issue={"Status": "Done"})
    assert (case.status("A"), case["A"].how, case.given) == ("waiting", "look", ["WatchRecord A"])
    assert case.commands[0].records == ("issue",)


def test_a_fresh_read_decides() -> None:
    case = looking(issue={"Status": "Done"}).observe("A", issue={"Status": "Open"})
    assert case.given == ["SendAsk A"]
    case = looking(issue={"Status": "Open"}).observe("A", issue={"Status": "Done"})
    assert (case["A"].how, case.given) == ("observed", ["SendAsk B"])


def test_it_asks_and_says_that_it_could_not_look() -> None:
    case = looking(issue={"Status": "Done"}).observe("A", failed="Jira answered 503.")
    assert case.given == ["SendAsk A"]
    assert case.commands[0].why == "Could not look: Jira answered 503."
    assert case["A"].why == "Could not look: Jira answered 503."


def test_seen_elsewhere_while_it_looks_it_is_done() -> None:
    assert looking(issue={"Status": "Open"}).facts(issue={"Status": "Done"}).statuses == {"A": "done", "B": "open"}


def test_a_change_while_it_looks_that_settles_nothing() -> None:
    case = looking(issue={"Status": "Open"}).facts(issue={"Owner": "Sam"})
    assert (case["A"].how, case.given) == ("look", [])


def test_an_unknown_record_is_not_looked_at() -> None:
    assert looking().given == ["SendAsk A"]


def test_a_record_linked_later_is_watched_from_then_on() -> None:
    case = looking().facts(issue={"Status": "Open"})
    assert case.given == ["WatchRecord A"]
    case.observe("A", issue={"Status": "Done"})
    assert (case["A"].how, case.given) == ("observed", ["WithdrawAsk A", "SendAsk B"])


def test_an_observed_step_stays_watched_until_the_end() -> None:
    case = looking(issue={}).observe("A", issue={"Status": "Done"})
    assert case["A"].watched
    case.answer("B")
    assert case.given == ["CloseCase"]


def test_an_answered_step_is_watched_no_longer() -> None:
    case = looking(issue={}).observe("A").answer("A")
    assert case.given == ["UnwatchRecord A", "SendAsk B"]


def test_everything_can_be_done_before_its_turn_not_only_asks() -> None:
    case = start(
        action("A", done_when=when("done", bool)),
        wait("B", spec=Spec("2 days"), done_when=when("done", bool)),
        group("G", ask("C"), done_when=when("done", bool)),
        tells("D"),
        facts={"done": True},
    )
    assert case.statuses == {"A": "done", "B": "done", "G": "done", "C": "cancelled", "D": "done"}
    assert case.given == ["Tell D tell to somebody", "CloseCase"]


# -- Rule 3: unknown -------------------------------------------------------------------------------------------


def test_unknown_only_if_is_stuck_until_it_is_known() -> None:
    case = start(ask("A", only_if=when("value", lambda value: value > 5)), ask("B"))
    assert (case.status("A"), case["A"].why) == ("stuck", "value is not known yet.")
    case.facts(value=9)
    assert case.status("A") == "open"


def test_a_change_of_something_else_leaves_it_stuck() -> None:
    case = start(ask("A", only_if=when("value, other", lambda value, _: value > 5)))
    before = case["A"]
    case.facts(other=1)
    assert case["A"] == before


def test_unknown_only_if_is_read_again_when_tried_again() -> None:
    case = start(ask("A", only_if=when("value")), ask("B"))
    assert case.retry("A").status("A") == "stuck"


def test_an_unknown_link_is_stuck() -> None:
    case = start(at_once("G", ask("A"), linked(ask("B"), Link("A", when("value", bool)))))
    case.answer("A")
    assert (case.status("B"), case["B"].why) == ("stuck", "value is not known yet.")
    case.facts(value=False)
    assert case.status("B") == "not taken"


def test_unknown_not_before_and_done_when_are_not_yet() -> None:
    case = start(at_once("G", ask("A", not_before=when("value", bool)), ask("B", done_when=when("value", bool))))
    assert case.statuses == {"G": "open", "A": "waiting", "B": "open"}


def test_a_type_error_is_stuck_in_both() -> None:
    case = start(at_once("G", ask("A", not_before=Wrong()), ask("B", done_when=Wrong()), ask("C", only_if=Wrong())))
    assert [case.status(name) for name in "ABC"] == ["stuck", "stuck", "stuck"]
    assert case["A"].why == "A text cannot be compared with a number."


def test_a_type_error_while_open_withdraws_the_ask() -> None:
    case = start(ask("A", done_when=turning_wrong(), due=Spec("1 day")))
    case.facts(value="text")
    assert (case.status("A"), case.given) == ("stuck", ["WithdrawAsk A", "WithdrawTimer A due"])
    case.facts(value=1)
    assert (case.status("A"), case.given) == ("open", ["SendAsk A ask 2", "StartTimer A due"])


def turning_wrong() -> Wrong:
    class Turning(Wrong):
        def truth(self, scope: Scope) -> bool | Unknown:
            return super().truth(scope) if isinstance(scope.fact("value"), str) else False

    return Turning(("value",))


def test_a_rejection_taken_as_information_leads_on() -> None:
    case = start(approve("A", if_rejected=(GoOn(),)), ask("B", only_if=Offers("A", "rejected")), ask("C"))
    case.answer("A", "changes wanted")
    assert case.statuses == {"A": "done", "B": "open", "C": "idle"}
