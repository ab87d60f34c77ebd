"""A page played line by line: the clock, refusals, adding, migrating, what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.chase.working import Calendar
from doorstep.kernel.program import Program
from doorstep.reading.check import check
from doorstep.reading.page import Page
from doorstep.rehearsal.play import Play, no_other_page
from doorstep.rehearsal.script import DOES, NotUnderstood
from doorstep.rehearsal.shown import Shown
from doorstep.rehearsal.stories import commands_of

PAGES = Path(__file__).parents[2] / "pages"
FRIDAY = (PAGES / "close-client-project.md").read_text()
START = {
    "do": "start",
    "at": "2026-03-06T16:00:00-05:00",
    "by": "ana@x.example",
    "facts": {"contract": "v1.pdf", "release": {"key": "DEP-412"}, "opportunity": {"Amount": 84000}},
}


def playable(text: str) -> tuple[Page, Program]:
    checked = check(text)
    assert checked.program is not None, [str(fault) for fault in checked.faults]
    return checked.page, checked.program


def play(text: str, *, other: str | None = None) -> Play:
    page, program = playable(text)
    if other is None:
        return Play(page, program)
    return Play(page, program, other_page={"other.md": playable(other)}.__getitem__)


def steps(card: str, *, facts: str = "") -> str:
    return f"# A page\n\n- Owner: Legal counsel\n\n{facts}## Check\n\n{card}\n\n## Next\n\n- Who: Finance\n"


def facts(*rows: str) -> str:
    return "\n".join(
        ["| Fact | Kind | From |", "|---|---|---|", *(f"| {row} | whoever starts |" for row in rows), "", ""]
    )


def started(text: str, **more: object) -> Play:
    game = play(text)
    shown = game.do({"do": "start", "at": START["at"], "by": "ana@x.example", **more})
    assert shown.accepted, shown.reason
    return game


ONE = steps("- Who: Legal counsel\n- Due: 1 hour\n- If late: skip")


# -- What is printed ---------------------------------------------------------------------------------


def test_the_start_of_a_page_is_printed_whole() -> None:
    game = play(steps("- Who: Legal counsel\n- Due: 4 working hours", facts=facts("value | money", "go-live | date")))
    shown = game.do('{"do": "start", "at": "2026-03-06T16:00:00-05:00", "facts": {"value": 84000.50, "go-live": null}}')
    assert shown.as_json() == {
        "at": "2026-03-06T16:00:00-05:00",
        "accepted": True,
        "reason": None,
        "case": "open",
        "statuses": {"Check": "open", "Next": "idle"},
        "rounds": {"Check": 1, "Next": 1},
        "commands": [
            {"command": "SendAsk", "step": "Check", "round": 1, "purpose": "ask", "to": "Legal counsel", "why": ""},
            {"command": "StartTimer", "step": "Check", "round": 1, "purpose": "due", "spec": "4 working hours"},
        ],
        "facts": {"value": 84000.5},
    }
    assert json.loads(json.dumps(shown.as_json())) == shown.as_json()


def test_records_and_derived_facts_are_printed_plain() -> None:
    game = play(FRIDAY)
    shown = game.do(START)
    assert shown.facts == {
        "contract": "v1.pdf",
        "release": {"key": "DEP-412"},
        "opportunity": {"Amount": 84000},
        "value": 84000,
    }
    assert shown.statuses["Three confirmations"] == "open"
    assert "Close a client project" not in shown.statuses


def test_instances_are_named_by_number() -> None:
    page = steps("- Who: each of {people}\n- Until: 2 done", facts=facts("people | list of e-mail address"))
    game = started(page, facts={"people": ["a@x.example", "b@x.example", "c@x.example"]})
    assert game.do({"do": "answer", "step": "Check[1]", "by": "b@x.example"}).statuses == {
        "Check": "open",
        "Check[0]": "open",
        "Check[1]": "done",
        "Check[2]": "open",
        "Next": "idle",
    }
    shown = game.do({"do": "answer", "step": "Check[0]", "by": "a@x.example"})
    assert (shown.statuses["Check[2]"], shown.statuses["Next"]) == ("cancelled", "open")
    assert "WithdrawAsk Check[2]" in commands_of(shown)


def test_an_instance_is_asked_by_its_own_address() -> None:
    rows = facts("reviewers | list of e-mail address", "owner | e-mail address")
    given = {"reviewers": ["a@x.example", "b@x.example"], "owner": "c@x.example"}
    page = "# A page\n\n" + rows + "## Check\n\n- Who: each of {reviewers}\n\n## Next\n\n- Who: {owner}\n"
    game = play(page)
    shown = game.do({"do": "start", "at": START["at"], "by": "ana@x.example", "facts": given})
    assert [one["to"] for one in shown.commands if one["command"] == "SendAsk"] == ["a@x.example", "b@x.example"]
    for number in (0, 1):
        shown = game.do({"do": "answer", "step": f"Check[{number}]", "outcome": "done"})
    assert [one["to"] for one in shown.commands if one["command"] == "SendAsk"] == ["{owner}"]


def test_a_required_fact_that_is_missing_at_the_start_is_unknown() -> None:
    rows = "| Fact | Kind | From |\n|---|---|---|\n| client | text | whoever starts, required |\n\n"
    game = play("# A page\n\n" + rows + '## Check\n\n- Who: Finance\n- Only if: client = "Halden"\n')
    shown = game.do({"do": "start", "at": START["at"], "by": "ana@x.example"})
    assert (shown.accepted, shown.statuses, shown.facts) == (True, {"Check": "stuck"}, {})
    shown = game.do({"do": "facts", "facts": {"client": "Halden"}})
    assert shown.statuses == {"Check": "open"}


def test_the_end_is_a_command_of_the_case() -> None:
    game = started("# A page\n\n- Owner: Finance\n\n## Check\n\n- Who: Finance\n")
    shown = game.do({"do": "answer", "step": "Check"})
    assert shown.case == "done"
    assert shown.commands[-1] == {
        "command": "CloseCase",
        "step": "",
        "round": 1,
        "purpose": "close",
        "result": "done",
        "why": "",
    }


# -- The clock ---------------------------------------------------------------------------------------


def test_timers_fire_on_the_way_in_order_and_at_their_time() -> None:
    game = started(steps("- Wait: 2 days") + "- Due: 1 hour\n- If late: skip\n")
    shown = game.do({"do": "wait", "for": "P4D"})
    assert (shown.at, shown.case) == ("2026-03-10T16:00:00-05:00", "done")
    assert commands_of(shown) == ["SendAsk Next", "StartTimer Next", "WithdrawAsk Next", "CloseCase done"]
    skipped = game.state.node("Next")
    assert skipped.at is not None
    assert skipped.at.isoformat() == "2026-03-08T17:00:00-05:00"


def test_a_line_with_a_time_turns_the_clock_first() -> None:
    game = started(ONE)
    shown = game.do({"do": "facts", "facts": {}, "at": "2026-03-06T23:00:00+01:00"})
    assert (shown.at, shown.statuses["Check"]) == ("2026-03-06T17:00:00-05:00", "skipped")


def test_the_clock_is_never_turned_back_and_a_refused_line_does_not_turn_it() -> None:
    game = started(ONE)
    back = game.do({"do": "wait", "for": "PT1H", "at": "2026-03-06T15:00:00-05:00"})
    assert back.reason == ("Expected a time not before 2026-03-06T16:00:00-05:00, but got 2026-03-06T15:00:00-05:00.")
    late = game.do({"do": "answer", "step": "Check", "outcome": "maybe", "at": "2026-03-06T18:00:00-05:00"})
    assert (late.accepted, late.at, late.statuses["Check"], late.commands) == (
        False,
        "2026-03-06T16:00:00-05:00",
        "open",
        (),
    )
    assert game.do({"do": "answer", "step": "Check"}).accepted


def test_a_time_nobody_can_wait_for_is_refused() -> None:
    game = started(ONE)
    assert game.do({"do": "wait", "for": "P999999999D"}).reason == (
        "Expected a time before the year 9999, but this is later."
    )


def test_without_a_time_it_is_monday_morning() -> None:
    assert play(ONE).do({"do": "start"}).at == "2026-01-05T09:00:00+00:00"


def test_working_time_is_in_the_zone_of_the_start() -> None:
    game = started(steps("- Who: Finance\n- Due: 2 working hours\n- If late: skip"))
    assert game.do({"do": "wait", "for": "P2DT17H59M"}).statuses["Check"] == "open"  # Monday, 09:59
    assert game.do({"do": "wait", "for": "PT1M"}).statuses["Check"] == "skipped"


def test_a_calendar_says_otherwise() -> None:
    page, program = playable(steps("- Who: Finance\n- Due: 2 working hours\n- If late: skip"))
    game = Play(
        page, program, calendar=lambda zone: Calendar.from_plain({"week": {"friday": ["12:00-22:00"]}}, zone=zone)
    )
    game.do(START | {"facts": {}})
    assert game.do({"do": "wait", "for": "PT2H"}).statuses["Check"] == "skipped"


def test_a_date_waited_for_is_its_first_moment_and_a_date_due_its_last_hour() -> None:
    text = steps("- Wait: until {day}", facts=facts("day | date")) + "- Due: {day}\n- If late: skip\n"
    game = started(text, facts={"day": "2026-03-10"})
    assert game.do({"do": "wait", "for": "P3DT7H59M"}).statuses["Check"] == "open"
    assert game.do({"do": "wait", "for": "PT1M"}).statuses == {"Check": "done", "Next": "open"}
    assert game.do({"do": "wait", "for": "PT16H59M"}).statuses["Next"] == "open"
    assert game.do({"do": "wait", "for": "PT1M"}).statuses["Next"] == "skipped"


def test_a_changed_fact_starts_the_timer_anew() -> None:
    game = started(steps("- Wait: until {day}", facts=facts("day | date")))
    assert game.case.timers == {}
    shown = game.do({"do": "facts", "facts": {"day": "2026-03-10"}})
    assert commands_of(shown) == ["StartTimer Check"]
    game.do({"do": "facts", "facts": {"day": "2026-03-08"}})
    assert game.do({"do": "wait", "for": "P2D"}).statuses["Check"] == "done"


def test_a_time_that_has_passed_is_due_at_once() -> None:
    game = started(steps("- Wait: until {day}", facts=facts("day | date")), facts={"day": "2026-03-01"})
    assert game.do({"do": "facts", "facts": {}}).statuses == {"Check": "done", "Next": "open"}


def test_times_that_have_passed_do_not_go_round_for_ever() -> None:
    late = '- Due: {day}\n- If late: go back to "Check"\n'
    text = steps("- Wait: until {day}", facts=facts("day | date")) + late
    shown = started(text, facts={"day": "2026-03-01"}).do({"do": "wait", "for": "PT1H"})
    assert (shown.accepted, shown.statuses["Next"], shown.rounds["Next"]) == (True, "stuck", 100)


def test_an_items_own_fact_sets_its_timer() -> None:
    text = steps("- For each: day in days\n- Wait: until {day}", facts=facts("days | list of date"))
    game = started(text, facts={"days": ["2026-03-08", "2026-03-10"]})
    assert game.do({"do": "wait", "for": "P2D"}).statuses == {
        "Check": "open",
        "Check[0]": "done",
        "Check[1]": "open",
        "Next": "idle",
    }


# -- Looking at records ------------------------------------------------------------------------------


def test_a_look_nothing_answers_fails_after_thirty_seconds() -> None:
    game = play(FRIDAY)
    assert game.do(START).statuses["Confirm the deployment"] == "waiting"
    assert game.do({"do": "wait", "for": "PT29S"}).commands == ()
    shown = game.do({"do": "wait", "for": "PT1S"})
    assert (shown.statuses["Confirm the deployment"], shown.statuses["Confirm logistics"]) == ("open", "open")
    assert [command["step"] for command in shown.commands if command["command"] == "SendAsk"] == [
        "Confirm the deployment",
        "Confirm logistics",
    ]
    assert game.do({"do": "wait", "for": "PT29S"}).commands == ()


def test_a_look_that_is_answered_does_not_fail_later() -> None:
    game = play(FRIDAY)
    game.do(START)
    done = game.do({"do": "observe", "step": "Confirm the deployment", "facts": {"release": {"Status": "Done"}}})
    assert done.statuses["Confirm the deployment"] == "done"
    asked = game.do({"do": "observe", "step": "Confirm logistics", "failed": "Salesforce is down."})
    assert asked.statuses["Confirm logistics"] == "open"
    assert game.do({"do": "wait", "for": "PT5M"}).commands == ()


def test_a_record_nobody_watches_is_refused() -> None:
    game = started(ONE)
    assert not game.do({"do": "observe", "step": "Check", "facts": {}}).accepted


# -- Suspended ---------------------------------------------------------------------------------------


def test_what_comes_while_a_case_rests_is_kept() -> None:
    game = started(ONE)
    game.do({"do": "suspend", "reason": "strike"})
    kept = game.do({"do": "answer", "step": "Check", "by": "mira@x.example"})
    assert (kept.accepted, kept.statuses["Check"]) == (True, "open")
    resumed = game.do({"do": "resume", "at": "2026-03-09T16:00:00-05:00"})
    assert (resumed.statuses["Check"], resumed.statuses["Next"]) == ("done", "open")


def test_a_case_that_does_not_rest_is_not_resumed() -> None:
    assert not started(ONE).do({"do": "resume"}).accepted


def test_a_case_is_called_off() -> None:
    shown = started(ONE).do({"do": "cancel", "reason": "no longer wanted"})
    assert (shown.case, shown.statuses["Check"]) == ("cancelled", "cancelled")


# -- Adding ------------------------------------------------------------------------------------------


def test_a_step_is_added_between_two() -> None:
    game = started(steps("- Who: Legal counsel", facts=facts("contract | file")), facts={"contract": "v1.pdf"})
    card = {"Who": "Head of legal", "Approve": "{contract}"}
    shown = game.do({"do": "add", "after": "Check", "name": "Second look", "card": card, "reason": "large"})
    assert shown.statuses == {"Check": "open", "Second look": "idle", "Next": "idle"}
    shown = game.do({"do": "answer", "step": "Check"})
    assert commands_of(shown)[1:] == ["SendAsk Second look", "StartTimer Second look"]
    shown = game.do({"do": "answer", "step": "Second look", "outcome": "rejected"})
    assert shown.statuses["Second look"] == "stuck"  # the card does not say what then
    added = game.do({"do": "add", "after": "Second look", "name": "Third", "card": {"Who": "Finance"}})
    assert list(added.statuses) == ["Check", "Second look", "Third", "Next"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            {"after": "Nobody", "name": "X", "card": {"Who": "Finance"}},
            'Expected a step of this page, but got "Nobody".',
        ),
        ({"after": "Check[0]", "name": "X", "card": {"Who": "Finance"}}, "but got one of its instances"),
        ({"after": "Check", "name": " ", "card": {"Who": "Finance"}}, "Expected the name of the new step in one line"),
        ({"after": "Check", "name": "Next", "card": {"Who": "Finance"}}, 'there is a step "Next" already'),
        ({"after": "Check", "name": "X", "card": {}}, 'Expected a card such as {"Who": "Legal counsel"} for "X"'),
        ({"after": "Check", "name": "X", "card": {"Whom": "Finance"}}, "Expected a card such as"),
        ({"after": "Check", "name": "X", "card": {"Who": "Finance", "Deu": "1 hour"}}, 'The card of "X" has a fault:'),
        ({"after": "Check", "name": "X", "card": {"Who": "Finance", "Approve": "{x}"}}, 'The card of "X" has a fault:'),
        ({"after": "Check", "name": "X", "card": {"Who": 5}}, 'Expected a text in one line for "Who" on the card'),
        ({"after": "Check", "name": "X", "card": {"Who": "A\n## B"}}, 'Expected a text in one line for "Who"'),
        ({"name": "X", "card": {"Who": "Finance"}}, 'Expected the text "after"'),
    ],
)
def test_a_step_that_cannot_be_added_is_refused(line: dict[str, object], message: str) -> None:
    game = started(ONE)
    shown = game.do({"do": "add", **line})
    assert shown.reason is not None
    assert message in shown.reason
    assert shown.commands == ()
    assert list(shown.statuses) == ["Check", "Next"]


# -- Migrating ---------------------------------------------------------------------------------------


def test_a_case_moves_to_another_page() -> None:
    other = ONE.replace("## Next", "## Between\n\n- Who: Sales\n\n## Next")
    game = play(ONE, other=other)
    game.do(START | {"facts": {}})
    shown = game.do({"do": "migrate", "page": "other.md", "reason": "a step was missing"})
    assert (shown.accepted, shown.statuses) == (True, {"Check": "open", "Between": "idle", "Next": "idle"})
    assert game.do({"do": "answer", "step": "Check"}).statuses["Between"] == "open"
    assert game.page.title == "A page"


def test_to_the_same_page_nothing_changes() -> None:
    game = play(FRIDAY, other=FRIDAY)
    before = game.do(START)
    after = game.do({"do": "migrate", "page": "other.md"})
    assert (after.statuses, after.rounds, after.commands) == (before.statuses, before.rounds, ())


def test_there_may_be_no_other_page() -> None:
    shown = started(ONE).do({"do": "migrate", "page": "other.md"})
    assert shown.reason == 'Expected no other page in this play, but got "other.md".'
    with pytest.raises(NotUnderstood):
        no_other_page("other.md")


# -- Refusals ----------------------------------------------------------------------------------------


def test_a_play_starts_with_start_and_once() -> None:
    game = play(ONE)
    first = game.do({"do": "wait", "for": "PT1H"})
    assert (first.accepted, first.reason, first.case) == (False, 'Expected to "start" first, but got "wait".', "")
    assert game.do({"do": "start"}).accepted
    assert not game.do({"do": "start"}).accepted


def test_a_spec_that_is_no_time_refuses_the_line_that_would_start_it() -> None:
    game = play(steps("- Wait: until {day}", facts=facts("day | date and time")))
    game.do({"do": "start"})
    assert not game.do({"do": "facts", "facts": {"day": "soon"}}).accepted


STEPS = st.sampled_from(["Confirm the deployment", "Sign off the contract", "Amend the contract", "Update the CRM"])
LINES = st.fixed_dictionaries(
    {"do": st.sampled_from([do for do in DOES if do not in ("add", "migrate", "start")])},
    optional={
        "step": STEPS | st.just("Confirm logistics") | st.just("Nobody"),
        "outcome": st.sampled_from(["done", "approved", "rejected", "changes wanted"]),
        "result": st.sampled_from(["ok", "failed", "unknown"]),
        "facts": st.sampled_from(
            [{}, {"contract": "v2.pdf"}, {"release": {"Status": "Done"}}, {"value": 5}, {"contract": 5}]
        ),
        "for": st.sampled_from(["PT10S", "PT1H", "P2D"]),
        "by": st.sampled_from(["ana@x.example", "mira@x.example"]),
        "name": st.just("paid"),
    },
)


@given(st.lists(LINES, max_size=25))
def test_no_script_is_a_traceback_and_refused_lines_change_nothing(lines: list[dict[str, object]]) -> None:
    game = play(FRIDAY)
    before: Shown = game.do(START)
    for line in lines:
        case = game.case
        shown = game.do(line)
        json.dumps(shown.as_json())
        if not shown.accepted:
            assert shown.reason
            assert game.case == case
            assert (shown.commands, shown.statuses, shown.at) == ((), before.statuses, before.at)
        before = shown
