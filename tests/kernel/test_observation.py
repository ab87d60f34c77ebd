"""Rule 4: what is observed, and what happens when it ceases to hold."""

from __future__ import annotations

from tests.kernel.programs import Case, action, approve, ask, at_once, fill_in, group, start, tells, when

from doorstep.kernel.program import ForEach, Verb

DATE, NAME = "2026-03-12", "kim@contoso.example"
SOURCES = {"go-live": ("opportunity", "Go-live date"), "contact": ("opportunity", "Delivery", "Contact")}


def logistics(*after_it: object, **facts: object) -> Case:
    """A step that fills two facts from an opportunity's fields, and what follows it."""
    return start(
        fill_in("Logistics", "go-live", "contact", observable=True, looks=frozenset({"opportunity"})),
        *(after_it or (ask("After"),)),  # type: ignore[arg-type]
        records=frozenset({"opportunity"}),
        sources=SOURCES,
        facts={"opportunity": {"Name": "Harbour"}, **facts},
    )


FULL = {"Go-live date": DATE, "Delivery": {"Contact": NAME}}


def test_filled_in_by_its_fields_it_is_done() -> None:
    case = logistics().observe("Logistics", opportunity=FULL)
    assert (case["Logistics"].status, case["Logistics"].how) == ("done", "observed")
    assert (case.state.facts["go-live"], case.state.facts["contact"]) == (DATE, NAME)
    assert case.state.facts["opportunity"] == {"Name": "Harbour", **FULL}


def test_it_looks_first_even_when_the_fields_were_known() -> None:
    case = logistics(opportunity=FULL)
    assert case.given == ["WatchRecord Logistics"]
    assert case.observe("Logistics")["Logistics"].how == "observed"


def test_one_field_is_not_enough_but_is_taken_over() -> None:
    case = logistics().observe("Logistics", opportunity={"Go-live date": DATE})
    assert case.given == ["SendAsk Logistics"]
    assert case.state.facts["go-live"] == DATE
    case.answer("Logistics", contact=NAME)  # what the record shows need not be said again
    assert (case["Logistics"].how, case.state.facts["contact"]) == ("answer", NAME)


def test_facts_may_be_named_directly() -> None:
    case = logistics().observe("Logistics", go_live=DATE, contact=NAME)
    assert case["Logistics"].how == "observed"
    assert case.state.facts["opportunity"] == {"Name": "Harbour", **FULL}


def test_seen_later_it_is_done_and_the_ask_withdrawn() -> None:
    case = logistics().observe("Logistics").observe("Logistics", opportunity=FULL)
    assert case.given == ["WithdrawAsk Logistics", "SendAsk After"]


def test_with_a_done_when_both_must_hold() -> None:
    part = fill_in(
        "Logistics",
        "go-live",
        observable=True,
        looks=frozenset({"opportunity"}),
        done_when=when("opportunity", lambda record: record.get("Ready")),
    )
    case = start(part, sources=SOURCES, records=frozenset({"opportunity"}), facts={"opportunity": {"Ready": True}})
    assert case.observe("Logistics").status("Logistics") == "open"
    case.observe("Logistics", opportunity={"Go-live date": DATE, "Ready": False})
    assert case.status("Logistics") == "open"
    assert case.observe("Logistics", opportunity={"Ready": True}).case == "done"


def test_a_done_when_without_sources_needs_its_facts_too() -> None:
    case = start(fill_in("A", "name", done_when=when("ready", bool)))
    assert case.facts(ready=True).status("A") == "open"
    assert case.facts(name="Kim").case == "done"


def test_observation_answers_no_approve() -> None:
    case = start(
        ask("A", verb=Verb.APPROVE, done_when=when("ready", bool), looks=frozenset({"issue"})), facts={"issue": {}}
    )
    assert case.given == ["SendAsk A"]
    assert case.facts(ready=True).status("A") == "open"


def test_ceasing_to_hold_before_anything_has_acted_goes_back() -> None:
    case = logistics().observe("Logistics", opportunity=FULL)
    assert case.status("After") == "open"
    case.observe("Logistics", opportunity={"Go-live date": None})
    assert case.given == ["UnwatchRecord Logistics", "WithdrawAsk After", "WatchRecord Logistics (round 2)"]
    assert (case.status("Logistics"), case.status("After")) == ("waiting", "idle")
    assert case.rounds == {"Logistics": 2, "After": 2}
    assert "go-live" not in case.state.facts


def test_ceasing_to_hold_after_something_has_acted_is_stuck_and_told() -> None:
    case = logistics(action("Act"), ask("After")).observe("Logistics", opportunity=FULL)
    case.ended("Act").observe("Logistics", opportunity={"Go-live date": None})
    assert (case["Logistics"].status, case["Logistics"].how) == ("stuck", "observed")
    assert case.given == ["Tell Logistics observed"]
    assert case.statuses == {"Logistics": "stuck", "Act": "done", "After": "open"}


def test_a_change_after_which_it_still_holds_changes_nothing() -> None:
    case = (
        logistics()
        .observe("Logistics", opportunity=FULL)
        .observe("Logistics", opportunity={"Go-live date": "2026-04-01"})
    )
    assert (case.status("Logistics"), case.given, case.state.facts["go-live"]) == ("done", [], "2026-04-01")


def test_holding_again_it_is_done_again() -> None:
    case = logistics(action("Act"), ask("After")).observe("Logistics", opportunity=FULL)
    case.observe("Logistics", opportunity={"Go-live date": None}).observe("Logistics", opportunity=FULL)
    assert (case["Logistics"].status, case["Logistics"].why, case.given) == ("done", "", [])


def test_tried_again_it_is_looked_at_and_asked_anew_alone() -> None:
    case = logistics(action("Act"), ask("After")).observe("Logistics", opportunity=FULL)
    case.observe("Logistics", opportunity={"Go-live date": None}).retry("Logistics")
    assert case.given == ["UnwatchRecord Logistics", "WatchRecord Logistics (round 2)"]
    assert case.observe("Logistics").given == ["SendAsk Logistics (round 2)"]
    assert case.status("Act") == "open"


def test_a_tell_has_acted_and_an_answer_has_not() -> None:
    told = logistics(tells("Tell"), ask("After")).observe("Logistics", opportunity=FULL)
    assert told.observe("Logistics", opportunity={"Go-live date": None}).status("Logistics") == "stuck"
    answered = (
        logistics(approve("Sign"), ask("After")).observe("Logistics", opportunity=FULL).answer("Sign", "approved")
    )
    answered.observe("Logistics", opportunity={"Go-live date": None})
    assert answered.statuses == {"Logistics": "waiting", "Sign": "idle", "After": "idle"}


def test_a_called_action_counts_whatever_came_of_it() -> None:
    case = logistics(action("Act"), ask("After")).observe("Logistics", opportunity=FULL).ended("Act", "failed")
    assert case.observe("Logistics", opportunity={"Go-live date": None}).status("Logistics") == "stuck"


def test_what_acts_beside_it_is_not_downstream() -> None:
    case = start(
        at_once("G", ask("A", done_when=when("seen", bool)), action("B")),
        ask("C"),
        facts={"seen": True},
    )
    assert case.facts(seen=False).statuses == {"G": "open", "A": "open", "B": "open", "C": "idle"}
    assert case.rounds == {"A": 2}


def test_a_group_observed_done_ceases_too() -> None:
    case = start(group("G", ask("A"), done_when=when("seen", bool)), ask("B"), facts={"seen": True})
    assert case.statuses == {"G": "done", "A": "cancelled", "B": "open"}
    case.facts(seen=False)
    assert case.statuses == {"G": "open", "A": "open", "B": "idle"}


def test_another_steps_look_fills_this_one_too() -> None:
    case = start(
        at_once(
            "G",
            fill_in("A", "go-live", observable=True, looks=frozenset({"opportunity"})),
            ask("B", done_when=when("opportunity", lambda record: record.get("ok")), looks=frozenset({"opportunity"})),
        ),
        sources=SOURCES,
        records=frozenset({"opportunity"}),
        facts={"opportunity": {"Name": "Harbour"}},
    )
    case.observe("A").observe("B", opportunity={"Go-live date": DATE})
    assert (case["A"].how, case.status("B"), case.state.facts["go-live"]) == ("observed", "open", DATE)


def test_asked_again_only_what_the_record_shows_counts() -> None:
    case = logistics().observe("Logistics").answer("Logistics", go_live=DATE, contact=NAME)
    case.reopen("Logistics").observe("Logistics")
    assert (case.status("Logistics"), case.state.facts["contact"]) == ("open", NAME)


def test_a_fact_observed_inside_for_each_is_the_instances() -> None:
    each = ForEach(when("issues", list), "issue")
    seen = when("size", lambda size: size > 2)
    part = fill_in("A", "size", each=each, done_when=seen, looks=frozenset({"issue"}))
    case = start(part, ask("B"), facts={"issues": [{"Key": "D-1"}, {"Key": "D-2"}]}, records=frozenset({"issue"}))
    assert case.given == ["WatchRecord A[0]", "WatchRecord A[1]"]
    case.observe("A[1]", size=3).observe("A[0]", issue={"Status": "Open"})
    assert case.statuses == {"A": "open", "A[0]": "open", "A[1]": "done", "B": "idle"}
    assert case.state.items == {
        ("A", (0,)): {"issue": {"Key": "D-1", "Status": "Open"}},
        ("A", (1,)): {"issue": {"Key": "D-2"}, "size": 3},
    }


def test_an_instance_whose_record_no_longer_shows_it_goes_back() -> None:
    each = ForEach(when("deals", list), "deal")
    part = fill_in("A", "date", each=each, observable=True, looks=frozenset({"deal"}))
    case = start(
        part,
        ask("B"),
        sources={"date": ("deal", "Date")},
        records=frozenset({"deal"}),
        facts={"deals": [{"key": "D-1"}, {"key": "D-2"}]},
    )
    case.observe("A[0]", deal={"Date": "2026-03-12"}).observe("A[0]", deal={"Date": None})
    assert (case.status("A[0]"), case["A[0]"].round, case.given) == (
        "waiting",
        2,
        ["UnwatchRecord A[0]", "WatchRecord A[0] (round 2)"],
    )
