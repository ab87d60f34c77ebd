"""The words above a run: will it make it, what it waits for, the cheapest rescue."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chase.friday import FRIDAY, MIRA, SAM, ZONE, at

from doorstep.chase.plan import plan
from doorstep.chase.rescues import Rescue
from doorstep.chase.run import Down, Run, Stuck, Waiting
from doorstep.chase.status import WaitingLine
from doorstep.chase.words import Words, goal_of, words

HALF_PAST_FOUR = at(16, 30)
MONDAY_SIX = at(18, day=9)
RESCUES = (
    Rescue("ask", "Ask Jon now", "sign", "Jon Park"),
    Rescue("move", "Move it to Monday and tell the client", until=MONDAY_SIX),
    Rescue("quiet", "Tell me only if it breaks"),
)


def say(run: Run, *, now: datetime = HALF_PAST_FOUR, reader: str = "Ana Marsh") -> Words:
    return words(run, plan(run, now=now), now=now, zone=ZONE, reader=reader)


def head(run: Run, *, now: datetime = HALF_PAST_FOUR, reader: str = "Ana Marsh") -> tuple[str, str]:
    said = say(run, now=now, reader=reader)
    return said.headline, said.detail


def with_mira(**changes: object) -> Run:
    return replace(FRIDAY, waiting=(replace(MIRA, **changes),))  # type: ignore[arg-type]  # names are checked by replace


def line(**changes: object) -> str:
    return say(with_mira(**changes)).status_line


# -- Friday ------------------------------------------------------------------------------------------


def test_friday_half_past_four() -> None:
    assert say(FRIDAY) == Words(
        headline="With the client by 18:00 if Mira answers by 17:20.",
        detail="Usually takes 50 minutes. If not: Jon Park can sign; we ask Jon at 17:20.",
        lines=(
            WaitingLine(
                step="sign",
                waiting="Waiting for Mira Holt (legal) since 16:02, asked by e-mail, handed over.",
                coming="Reminder 17:00, then Jon Park 17:20.",
                holds_up=("Update the CRM",),
            ),
        ),
        rescues=RESCUES,
        tone="waiting",
        short="makes 18:00 if Mira answers by 17:20",
    )


def test_the_status_line_is_the_one_of_the_design() -> None:
    assert say(FRIDAY).status_line == (
        "Waiting for Mira Holt (legal) since 16:02, asked by e-mail, handed over. "
        "Reminder 17:00, then Jon Park 17:20. Holds up: Update the CRM."
    )


def test_times_are_in_the_readers_zone() -> None:
    now = at(16, 30)
    abroad = words(FRIDAY, plan(FRIDAY, now=now), now=now, zone=ZoneInfo("Europe/Berlin"))
    assert abroad.headline == "With the client by tomorrow 00:00 if Mira answers by 23:20."


def test_an_overdue_move_happens_now() -> None:
    assert say(FRIDAY, now=at(17, 10)).lines[0].coming == "Reminder now, then Jon Park 17:20."


def test_after_the_wanted_time_what_counts_is_when_it_still_helps() -> None:
    asked = with_mira(made=frozenset({("remind", 1), ("stand-in", 1)}))
    assert head(asked, now=at(17, 30)) == (
        "With the client by 18:00 if Mira answers by 17:58.",
        "Usually takes 50 minutes.",
    )
    assert say(asked, now=at(17, 30)).rescues == RESCUES[1:]


# -- Several -----------------------------------------------------------------------------------------


def test_two_people_with_two_times() -> None:
    assert head(replace(FRIDAY, waiting=(MIRA, SAM))) == (
        "With the client by 18:00 if Sam answers by 17:02 and Mira by 17:20.",
        "Without Sam: Engineering manager is brought in at 17:02.",
    )


def test_of_two_who_are_asked_for_one_step_one_is_enough() -> None:
    tom = replace(SAM, addressee="Tom Reed", since=at(17, 2), sent=(at(17, 2),))
    asked = replace(FRIDAY, waiting=(SAM, tom))
    assert head(asked, now=at(17, 5))[0] == "With the client by 18:00 if Sam or Tom answers by 17:58."
    with_you = replace(FRIDAY, waiting=(SAM, replace(tom, addressee="Ana Marsh"), MIRA))
    assert (
        head(with_you, now=at(17, 5))[0] == "With the client by 18:00 if Mira answers by 17:20 and Sam or you by 17:58."
    )


def test_several_people_with_one_time() -> None:
    priya = replace(MIRA, step="logistics", addressee="Priya Nair", role="", usual=timedelta(minutes=20))
    assert head(replace(FRIDAY, waiting=(MIRA, priya))) == (
        "With the client by 18:00 if Mira and Priya answer by 17:20.",
        "Mira usually takes 50 minutes. Without Mira: Jon Park can sign; we ask Jon at 17:20.",
    )


def test_two_people_with_one_first_name_are_named_whole() -> None:
    other = replace(MIRA, step="second", addressee="Mira Lang")
    assert say(replace(FRIDAY, waiting=(MIRA, other))).headline == (
        "With the client by 18:00 if Mira Holt and Mira Lang answer by 17:20."
    )


def test_a_role_has_no_first_name_and_the_reader_is_you() -> None:
    role = with_mira(addressee="Legal Counsel", person=False, role="")
    assert say(role).headline == "With the client by 18:00 if Legal Counsel answers by 17:20."
    mine = with_mira(addressee="Ana Marsh", role="")
    assert say(mine).headline == "With the client by 18:00 if you answer by 17:20."
    assert say(mine).lines[0].waiting == "Waiting for you since 16:02, asked by e-mail, handed over."


# -- What happens if they stay silent -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "can"),
    [
        ("approve", "sign"),
        ("confirm", "confirm"),
        ("fill in", "fill it in"),
        ("choose", "choose"),
        ("read", "read it"),
        ("answer", "answer"),
    ],
)
def test_the_stand_in_can_do_what_was_asked(verb: str, can: str) -> None:
    assert head(with_mira(verb=verb, usual=None))[1] == f"If not: Jon Park can {can}; we ask Jon at 17:20."


def test_without_a_stand_in_the_chain_of_policy_is_told() -> None:
    managed = with_mira(stand_in=None, escalate_to=("Tom Reed",), usual=None)
    assert head(managed) == (
        "With the client by 18:00 if Mira answers by 17:20.",
        "If not: we tell Tom Reed at 17:20.",
    )
    assert say(managed).rescues == RESCUES[1:]


def test_another_day_is_named_without_at() -> None:
    unhurried = replace(FRIDAY, needed_by=None, waiting=(replace(MIRA, due=at(17, day=6), usual=None),))
    assert head(unhurried) == (
        "Waiting for Mira.",
        "If not: Jon Park can sign; we ask Jon Thursday 09:30. Expected Monday 09:05.",
    )


def test_the_other_channel_is_said_in_the_line() -> None:
    assert say(with_mira(other_channel="Teams")).lines[0].coming == "Reminder 16:40, then by Teams 17:10."


# -- Other answers -----------------------------------------------------------------------------------


def test_a_promise_in_time() -> None:
    promised = with_mira(promised=at(17), promise="at five")
    assert head(promised) == (
        "With the client by 18:00 if Mira answers as promised, 17:00.",
        "Promised 17:00; not reminded before. If not: Jon Park can sign; we ask Jon at 17:20.",
    )
    assert say(promised).lines[0].waiting == (
        "Waiting for Mira Holt (legal) since 16:02, asked by e-mail, handed over, promised “at five”."
    )
    assert "handed over, promised 17:00." in line(promised=at(17))


def test_a_promise_too_late_goes_to_the_starter() -> None:
    late = with_mira(promised=at(17, day=10), promise="Tuesday")
    assert say(late) == Words(
        headline="It will not make 18:00: Mira promised “Tuesday”.",
        detail="We remind nobody until you decide.",
        lines=say(late).lines,
        rescues=(Rescue("accept", "Accept Tuesday 17:00", "sign", "Mira Holt", at(17, day=10)), *RESCUES),
        tone="late",
        short="Mira promised “Tuesday”",
    )
    assert head(with_mira(promised=at(17, day=10)), reader="Tom Reed") == (
        "It will not make 18:00: Mira promised Tuesday 17:00.",
        "We remind nobody until Ana decides.",
    )


def test_a_question_waits_for_the_starter() -> None:
    asked = with_mira(question="Which cap?")
    assert say(asked) == Words(
        headline="Waiting for you: Mira asked “Which cap?”",
        detail="We do not remind Mira meanwhile. With the client by 18:00 if Mira answers by 17:20.",
        lines=(WaitingLine("sign", "Waiting for you: Mira asked “Which cap?”", "", ("Update the CRM",)),),
        rescues=(Rescue("answer", "Answer Mira", "sign", "Mira Holt"), *RESCUES),
        tone="waiting",
        short="Mira asked you something",
    )
    assert say(asked, reader="Tom Reed").lines[0].waiting == "Waiting for Ana: Mira asked “Which cap?”"
    assert head(replace(asked, needed_by=None))[1] == "We do not remind Mira meanwhile."


# -- The line ----------------------------------------------------------------------------------------


def test_the_line_says_what_became_of_the_message() -> None:
    assert "asked by e-mail, not yet handed over." in line(state="queued")
    assert "asked by e-mail, could not be delivered." in line(state="failed")
    assert "asked by e-mail, seen." in line(state="seen")
    assert "(legal) since 16:02, asked in Jira." in line(channel="Jira", state="")
    assert "(legal) since 16:02. Reminder" in line(channel="", state="")


def test_the_line_names_the_first_two_steps_it_holds_up() -> None:
    assert line(holds_up=("A", "B")).endswith("Holds up: A, B.")
    assert line(holds_up=("A", "B", "C", "D")).endswith("Holds up: A, B and 2 more.")
    assert line(holds_up=()).endswith("then Jon Park 17:20.")


def test_a_late_ask_says_when_it_was_due() -> None:
    late = say(replace(with_mira(due=at(16, 20)), needed_by=None))
    assert late.lines[0].late
    assert late.lines[0].waiting.endswith("handed over, due 16:20.")
    assert late.tone == "late"


def test_times_and_messages_are_waited_for_too() -> None:
    window = Waiting(step="wait", name="Wait for the window", since=at(16), due=at(17))
    message = Waiting(step="paid", name="Payment", state="for the message “paid”", since=at(16))
    said = say(replace(FRIDAY, waiting=(window, message)))
    assert (
        said.status_line
        == "“Wait for the window” waits since 16:00 until 17:00. “Payment” waits for the message “paid” since 16:00."
    )
    assert (said.headline, said.detail) == (
        "With the client by 18:00.",
        "Nothing waits for anybody; it goes on by itself 17:00.",
    )


# -- Whether it makes it ---------------------------------------------------------------------------------


def test_when_nobody_is_waited_for() -> None:
    assert head(replace(FRIDAY, waiting=())) == ("With the client by 18:00.", "The rest is done by Doorstep.")
    assert head(replace(FRIDAY, waiting=(), needed_by=None)) == (
        "Nothing waits for anybody.",
        "The rest is done by Doorstep.",
    )
    assert say(replace(FRIDAY, waiting=(), needed_by=None)).rescues == ()


def test_when_it_will_probably_miss() -> None:
    slow = say(with_mira(usual=timedelta(hours=5)))
    assert (slow.headline, slow.tone, slow.short) == (
        "It will probably miss 18:00: Monday 12:10 is more likely.",
        "late",
        "probably Monday 12:10",
    )


def test_when_only_what_comes_later_is_slow_nobody_is_blamed() -> None:
    wait = Waiting(step="wait", name="Wait", since=at(16), due=at(19))
    run = replace(FRIDAY, waiting=(wait,), needed_by=at(18))
    assert head(run) == ("It will probably miss 18:00: 19:00 is more likely.", "")


def test_when_it_cannot_make_it_any_more() -> None:
    assert head(FRIDAY, now=at(17, 59)) == (
        "It will not make it: it is needed by 18:00, and we still wait for Mira.",
        "Usually takes 50 minutes. If not: Jon Park can sign; we ask Jon now. 18:05 is likely now.",
    )
    assert head(FRIDAY, now=at(19))[0] == "It is late: it was needed by 18:00, and we still wait for Mira."
    assert head(replace(FRIDAY, waiting=()), now=at(19)) == (
        "It is late: it was needed by 18:00.",
        "19:05 is likely now.",
    )


# -- Stuck, down, over -------------------------------------------------------------------------------


def test_stuck() -> None:
    rejected = Stuck("sign", "Sign off the contract", "Mira rejected it; the page does not say what then.")
    stuck = say(replace(FRIDAY, waiting=(), stuck=(rejected,)))
    assert stuck == Words(
        headline="Stuck at “Sign off the contract”: Mira rejected it; the page does not say what then.",
        detail="It needs a decision.",
        rescues=RESCUES[1:],
        tone="lost",
        short="stuck at “Sign off the contract”",
    )
    two = replace(FRIDAY, stuck=(rejected, rejected))
    assert head(two)[1] == "It needs a decision. 1 more is stuck."
    assert head(replace(two, stuck=(rejected,) * 3))[1] == "It needs a decision. 2 more are stuck."


def test_a_connection_is_down() -> None:
    down = replace(FRIDAY, waiting=(), down=(Down("Salesforce", at(13, 20)),))
    assert say(down) == Words(
        headline="Salesforce is not answering since 13:20.",
        detail="We keep trying, nothing is lost. With the client by 18:00 if it is back by 18:00.",
        rescues=RESCUES[1:],
        tone="waiting",
        short="makes 18:00 if it is back by 18:00",
    )
    both = replace(FRIDAY, needed_by=None, down=(Down("Salesforce", at(13, 20)), Down("Jira", at(12))))
    assert head(both) == (
        "Salesforce and Jira are not answering since 12:00.",
        "We keep trying, nothing is lost.",
    )
    assert say(replace(FRIDAY, down=down.down)).short == "makes 18:00 if it is back by 17:58"


def test_over() -> None:
    over = replace(FRIDAY, waiting=(), ended=at(17, 41))
    assert say(replace(over, state="done"), now=at(19)) == Words(
        headline="With the client since 17:41.", detail="It was needed by 18:00.", tone="done", short="done 17:41"
    )
    late = replace(over, state="done", ended=at(10, day=9))
    assert head(late, now=at(11, day=9)) == (
        "With the client since 10:00.",
        "It was needed by 6 March 18:00: late by 1 hour.",
    )
    assert head(replace(over, state="done", needed_by=None, goal="Done")) == ("Done since 17:41.", "")
    assert head(replace(over, state="failed", why="The release was pulled.")) == (
        "Failed, 17:41. The release was pulled.",
        "",
    )
    assert head(replace(over, state="cancelled")) == ("Called off, 17:41.", "")
    assert head(replace(over, state="suspended", ended=None)) == (
        "Resting since now.",
        "Nobody is chased until it is resumed; due times move along.",
    )


# -- Small words -------------------------------------------------------------------------------------


def test_it_moves_to_the_next_working_day_also_when_it_is_late() -> None:
    assert say(FRIDAY, now=at(19, day=9)).rescues[1] == Rescue(
        "move", "Move it to tomorrow and tell the client", until=at(18, day=10)
    )
    plain = replace(FRIDAY, goal="Done")
    assert say(plain).rescues[1].label == "Move it to Monday"


def test_the_goal_comes_from_the_last_step() -> None:
    assert [goal_of(name) for name in ("Tell the client", "Tell", "Update the CRM")] == [
        "With the client",
        "Done",
        "Done",
    ]


# -- Laws --------------------------------------------------------------------------------------------

MOMENTS = st.integers(-3 * 1440, 10 * 1440).map(lambda minutes: at(16) + timedelta(minutes=minutes))
MAYBE = st.none() | MOMENTS
WAITINGS = st.builds(
    Waiting,
    step=st.sampled_from(["sign", "deploy", "ship"]),
    name=st.just("A step"),
    since=MOMENTS,
    addressee=st.sampled_from(["", "Ana Marsh", "Mira Holt", "Mira Lang", "legal@x.example", "Legal counsel"]),
    person=st.booleans(),
    channel=st.sampled_from(["", "e-mail", "Jira"]),
    state=st.sampled_from(["", "queued", "handed over", "failed"]),
    due=MAYBE,
    promised=MAYBE,
    promise=st.sampled_from(["", "Tuesday"]),
    question=st.sampled_from(["", "Which cap?"]),
    usual=st.none() | st.integers(1, 9000).map(lambda minutes: timedelta(minutes=minutes)),
    stand_in=st.none() | st.just("Jon Park"),
    other_channel=st.none() | st.just("Teams"),
    escalate_to=st.sampled_from([(), ("Tom Reed",)]),
    late_to=st.none() | st.just("Engineering manager"),
    calendar=st.just(MIRA.calendar),
).map(lambda ask: ask if ask.addressee else replace(ask, promised=None, question=""))
RUNS = st.builds(
    Run,
    state=st.sampled_from(["open", "open", "open", "done", "failed", "cancelled", "suspended"]),
    needed_by=MAYBE,
    ended=MAYBE,
    goal=st.sampled_from(["Done", "With the client"]),
    starter=st.sampled_from(["", "Ana Marsh"]),
    waiting=st.lists(WAITINGS, max_size=3).map(tuple),
    ahead=st.just(FRIDAY.ahead),
    stuck=st.sampled_from([(), (Stuck("sign", "Sign", "It was rejected."),)]),
    down=st.sampled_from([(), (Down("Jira", at(13)),)]),
    calendar=st.just(FRIDAY.calendar),
)


@given(RUNS, MOMENTS)
def test_whatever_happens_there_are_words_for_it(run: Run, now: datetime) -> None:
    said = words(run, plan(run, now=now), now=now, zone=ZONE, reader="Ana Marsh")
    assert said.headline[-1] in ".”?"
    assert "None" not in f"{said.headline} {said.detail} {said.status_line} {said.short}"
    assert "  " not in f"{said.headline} {said.status_line}".strip()
