"""The plan backwards from needed by: who must answer by when, and what silence leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chase.friday import AHEAD, FRIDAY, MIRA, OFFICE, SAM, ZONE, at

from doorstep.chase.moves import Move, rounded
from doorstep.chase.plan import AskPlan, Plan, plan
from doorstep.chase.policy import DEFAULT, Policy
from doorstep.chase.run import Ahead, Run, Waiting
from doorstep.chase.working import OFFICE as UTC_OFFICE
from doorstep.chase.working import Calendar

MINUTE = timedelta(minutes=1)
FIVE_PAST_FOUR = at(16, 5)
SIX = at(18)


def ask_of(run: Run, *, now: datetime = FIVE_PAST_FOUR, step: str = "sign") -> AskPlan:
    return next(ask for ask in plan(run, now=now).asks if ask.ask.step == step)


def moves(
    ask: Waiting, *, now: datetime = FIVE_PAST_FOUR, needed_by: datetime | None = SIX
) -> list[tuple[object, ...]]:
    planned = ask_of(replace(FRIDAY, needed_by=needed_by, waiting=(ask,)), now=now, step=ask.step)
    return [(move.kind, move.n, move.at, move.to) for move in planned.moves]


def with_mira(**changes: object) -> Run:
    return replace(FRIDAY, waiting=(replace(MIRA, **changes),))  # type: ignore[arg-type]  # names are checked by replace


# -- Friday ------------------------------------------------------------------------------------------


def test_friday_is_planned_backwards_from_six_o_clock() -> None:
    assert plan(FRIDAY, now=at(16, 5)) == Plan(
        verdict="if",
        expected=at(16, 54),
        asks=(
            AskPlan(
                ask=replace(MIRA, calendar=OFFICE.open_until(at(17, 58))),
                expected=at(16, 52),
                latest=at(17, 58),  # two steps of Doorstep's own come after it
                answer_by=at(17, 20),
                moves=(
                    Move("sign", "remind", 1, at(17), "Mira Holt"),
                    Move("sign", "stand-in", 1, at(17, 20), "Jon Park"),
                ),
            ),
        ),
    )


def test_a_plan_does_not_change_while_nothing_happens() -> None:
    assert ask_of(FRIDAY, now=at(16, 59)).moves == ask_of(FRIDAY, now=at(16, 5)).moves


def test_a_move_that_was_made_is_not_planned_again() -> None:
    assert moves(replace(MIRA, made=frozenset({("remind", 1)})), now=at(17, 5)) == [
        ("stand-in", 1, at(17, 20), "Jon Park")
    ]


def test_the_other_channel_comes_between_reminder_and_stand_in() -> None:
    assert moves(replace(MIRA, other_channel="Teams")) == [
        ("remind", 1, at(16, 40), "Mira Holt"),
        ("other channel", 1, at(17, 10), "Teams"),
        ("stand-in", 1, at(17, 20), "Jon Park"),
    ]


def test_whoever_comes_after_the_stand_in_is_told_halfway_to_the_end() -> None:
    assert moves(replace(MIRA, escalate_to=("Tom Reed", "Priya Nair")))[1:] == [
        ("stand-in", 1, at(17, 20), "Jon Park"),
        ("escalate", 1, at(17, 40), "Tom Reed"),
        ("escalate", 2, at(17, 50), "Priya Nair"),
    ]


def test_with_nobody_else_to_ask_the_addressee_has_all_the_time_there_is() -> None:
    alone = ask_of(with_mira(stand_in=None))
    assert (alone.answer_by, alone.latest) == (at(17, 58), at(17, 58))
    assert [(move.kind, move.at) for move in alone.moves] == [("remind", at(17, 30))]


def test_the_pages_own_if_late_is_shown_and_nothing_is_added() -> None:
    assert moves(SAM) == [
        ("remind", 1, at(16, 32), "Sam Ortiz"),
        ("late", 1, at(17, 2), "Engineering manager"),
    ]


def test_the_pages_own_if_late_is_the_time_an_answer_is_wanted_by() -> None:
    assert ask_of(replace(FRIDAY, waiting=(SAM,)), step="deploy").answer_by == at(17, 2)


def test_needed_by_brings_the_stand_in_before_an_if_late_that_is_too_late() -> None:
    assert moves(replace(SAM, due=at(9, day=9), stand_in="Jon Park")) == [
        ("remind", 1, at(17), "Sam Ortiz"),
        ("stand-in", 1, at(17, 20), "Jon Park"),
    ]


def test_what_the_page_did_when_it_was_late_is_not_planned_again() -> None:
    assert moves(SAM, now=at(17, 2)) == [("remind", 1, at(17, 2), "Sam Ortiz")]
    assert moves(replace(SAM, made=frozenset({("remind", 1)})), now=at(17, 2)) == []


def test_where_the_page_says_what_to_do_when_late_the_chain_of_policy_is_not_told() -> None:
    chained = replace(SAM, escalate_to=("Tom Reed",))
    assert moves(chained) == moves(SAM)
    assert moves(chained, needed_by=None) == [
        ("remind", 1, at(16, 32), "Sam Ortiz"),
        ("late", 1, at(17, 2), "Engineering manager"),
        ("remind", 2, at(9, 30, day=9), "Sam Ortiz"),
        ("remind", 3, at(9, 30, day=10), "Sam Ortiz"),
        ("remind", 4, at(9, 30, day=11), "Sam Ortiz"),
    ]


def test_whoever_the_page_brought_in_is_chased_as_usual() -> None:
    brought = replace(SAM, addressee="Ed Lind", since=at(17, 2), sent=(at(17, 2),), escalate_to=("Tom Reed",))
    assert moves(brought, now=at(17, 2), needed_by=at(18, day=9)) == [
        ("remind", 1, at(13, 30, day=9), "Ed Lind"),
        ("escalate", 1, at(15, 0, day=9), "Tom Reed"),
    ]


def test_an_ask_that_comes_just_before_needed_by_is_given_to_the_stand_in_at_once() -> None:
    late = with_mira(since=at(17, 58), sent=())
    assert [(move.kind, move.at) for move in ask_of(late, now=at(17, 58)).moves] == [("stand-in", at(17, 58))]


def test_the_most_pressing_ask_comes_first() -> None:
    both = replace(FRIDAY, waiting=(replace(SAM, step="later"), MIRA))
    assert [ask.ask.step for ask in plan(both, now=at(16, 5)).asks] == ["later", "sign"]
    assert plan(both, now=at(16, 5)).next_move == Move("later", "remind", 1, at(16, 32), "Sam Ortiz")


def test_without_an_ask_there_is_no_next_move() -> None:
    assert plan(replace(FRIDAY, waiting=()), now=at(16, 5)).next_move is None


# -- The policy, when there is time ----------------------------------------------------------------------


def test_without_needed_by_policy_reminds_and_then_escalates_day_by_day() -> None:
    unhurried = replace(MIRA, due=None, escalate_to=("Tom Reed", "Priya Nair"), other_channel="Teams")
    assert moves(unhurried, needed_by=None) == [
        ("remind", 1, at(16, 2, day=9), "Mira Holt"),  # half of 2 working days
        ("remind", 2, at(9, 30, day=10), "Mira Holt"),
        ("remind", 3, at(9, 30, day=11), "Mira Holt"),
        ("remind", 4, at(9, 30, day=12), "Mira Holt"),
        ("other channel", 1, at(9, 30, day=13), "Teams"),
        ("stand-in", 1, at(9, 30, day=16), "Jon Park"),
        ("escalate", 1, at(9, 30, day=17), "Tom Reed"),
        ("escalate", 2, at(9, 30, day=18), "Priya Nair"),
    ]


def test_needed_by_cuts_the_policy_short() -> None:
    assert moves(MIRA, needed_by=at(18, day=12)) == [
        ("remind", 1, at(12, 2, day=9), "Mira Holt"),
        ("remind", 2, at(9, 30, day=10), "Mira Holt"),
        ("remind", 3, at(9, 30, day=11), "Mira Holt"),
        ("remind", 4, at(9, 30, day=12), "Mira Holt"),
        ("stand-in", 1, at(10, day=12), "Jon Park"),
    ]


def test_needed_by_far_away_leaves_the_policy_as_it_is() -> None:
    assert moves(MIRA, needed_by=at(18, day=31)) == moves(MIRA, needed_by=None)


def test_a_card_reminds_at_its_own_pace() -> None:
    hourly = replace(MIRA, policy=Policy(remind_every="2 working hours", times=1), stand_in=None)
    assert moves(hourly, needed_by=None) == [
        ("remind", 1, at(12, 2, day=9), "Mira Holt"),
        ("remind", 2, at(14, 2, day=9), "Mira Holt"),
    ]


def test_policy_needs_a_budget() -> None:
    with pytest.raises(ValueError, match="at least one message a day, but got 0"):
        Policy(budget=0)


# -- Manners -----------------------------------------------------------------------------------------


def test_no_reminder_within_half_an_hour_of_another_message() -> None:
    assert moves(replace(MIRA, sent=(at(16, 2), at(16, 40))))[0] == ("remind", 1, at(17, 10), "Mira Holt")


def test_two_asks_of_one_person_are_not_reminded_together() -> None:
    other = replace(MIRA, step="other", name="Confirm the price")
    both = replace(FRIDAY, needed_by=None, waiting=(MIRA, other))
    assert [ask.moves[0].at for ask in plan(both, now=at(16, 5)).asks] == [at(12, 2, day=9), at(12, 32, day=9)]


def test_the_attention_budget_moves_a_reminder_to_the_next_day() -> None:
    sent = tuple(at(9 + hour, day=9) for hour in range(5))
    assert moves(replace(MIRA, sent=sent), needed_by=None)[0] == ("remind", 1, at(9, day=10), "Mira Holt")


def test_a_reminder_the_budget_moves_past_the_stand_in_is_left_out() -> None:
    assert moves(replace(MIRA, sent=tuple(at(9 + hour) for hour in range(5)))) == [
        ("stand-in", 1, at(17, 20), "Jon Park")
    ]


def test_reminders_come_in_the_addressees_working_hours() -> None:
    holiday = replace(MIRA, calendar=Calendar(zone=ZONE, holidays=frozenset({date(2026, 3, 10)})))
    assert [at for _, _, at, _ in moves(holiday, needed_by=None)][:2] == [at(12, 2, day=9), at(9, 30, day=11)]


def test_after_a_pause_only_one_of_the_overdue_reminders_is_sent() -> None:
    overdue = replace(MIRA, escalate_to=(), stand_in=None)
    assert moves(overdue, now=at(11, day=11), needed_by=None) == [
        ("remind", 3, at(11, day=11), "Mira Holt"),
        ("remind", 4, at(9, 30, day=12), "Mira Holt"),
    ]


# -- Promises, questions, absences ---------------------------------------------------------------------


def test_a_promise_moves_the_chase_and_is_not_reminded_before() -> None:
    promised = replace(MIRA, promised=at(17))
    assert moves(promised) == [("stand-in", 1, at(17, 20), "Jon Park")]
    assert moves(promised, needed_by=None)[0] == ("remind", 1, at(17, 0).replace(day=9, hour=9), "Mira Holt")


def test_a_promise_after_the_answer_was_wanted_puts_the_stand_in_off_until_then() -> None:
    promised = replace(MIRA, promised=at(17, 40))
    assert moves(promised) == [("stand-in", 1, at(17, 40), "Jon Park")]


def test_a_promise_too_late_waits_for_the_starter() -> None:
    late = ask_of(with_mira(promised=at(12, day=10)))
    assert (late.late_promise, late.moves, late.expected) == (True, (), at(12, day=10))
    assert plan(with_mira(promised=at(12, day=10)), now=at(16, 5)).verdict == "missed"


def test_a_question_rests_the_chase() -> None:
    assert moves(replace(MIRA, question="Which cap?")) == []


def test_whoever_is_away_is_not_reminded_and_the_stand_in_is_asked_at_once() -> None:
    away = replace(MIRA, calendar=Calendar(zone=ZONE, absences=((date(2026, 3, 5), date(2026, 3, 10)),)))
    assert moves(away) == [("stand-in", 1, at(16, 2), "Jon Park")]


def test_needed_by_on_a_day_off_makes_every_hour_count() -> None:
    saturday = replace(MIRA, since=at(10, day=7), sent=(), due=at(17, day=9))
    assert [(kind, when) for kind, _, when, _ in moves(saturday, now=at(10, 5, day=7), needed_by=at(16, day=7))] == [
        ("remind", at(13, day=7)),
        ("stand-in", at(14, day=7)),
    ]


def test_who_never_works_again_is_chased_in_the_usual_hours() -> None:
    left = replace(MIRA, calendar=Calendar(zone=ZONE, absences=((date(2020, 1, 1), date(2099, 1, 1)),)))
    assert moves(left) == moves(MIRA)


# -- Will it make it? --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "now", "verdict"),
    [
        (replace(FRIDAY, needed_by=None), at(16, 5), "no date"),
        (FRIDAY, at(16, 5), "if"),
        (replace(FRIDAY, waiting=()), at(16, 5), "makes"),
        (with_mira(usual=timedelta(hours=5)), at(16, 5), "unlikely"),
        (FRIDAY, at(17, 59), "missed"),
        (FRIDAY, at(18, 1), "missed"),
    ],
)
def test_the_verdict(run: Run, now: datetime, verdict: str) -> None:
    assert plan(run, now=now).verdict == verdict


def test_while_nobody_knows_what_is_usual_an_answer_is_expected_in_time() -> None:
    late = plan(replace(FRIDAY, waiting=(replace(MIRA, since=at(17, 30), usual=None),)), now=at(17, 30))
    assert (late.verdict, late.expected) == ("if", at(18))


def test_of_two_asked_for_one_step_the_first_counts() -> None:
    slow = replace(MIRA, addressee="Mira Lang", usual=timedelta(hours=5))
    assert plan(replace(FRIDAY, waiting=(MIRA, slow)), now=at(16, 5)).expected == at(16, 54)


def test_the_critical_path_counts_people_in_their_working_time() -> None:
    review = Ahead(step="review", after=("sign",), asks=True, usual=timedelta(minutes=30), calendar=OFFICE)
    guess = Ahead(step="second", after=("sign",), asks=True, calendar=OFFICE)
    run = replace(FRIDAY, ahead=(Ahead(step="tell", after=("review", "second")), guess, review))
    found = plan(run, now=at(16, 5))
    assert found.asks[0].latest == at(16, 59)  # an hour for whom we do not know, a minute for Doorstep
    assert found.expected == at(17, 53)
    assert plan(replace(run, needed_by=None), now=at(16, 5)).expected == at(9, 53, day=9)  # in office hours


def test_a_time_waited_for_has_no_moves_and_ends_when_it_is_due() -> None:
    wait = Waiting(step="wait", name="Wait for the window", since=at(16), due=at(17))
    found = plan(replace(FRIDAY, waiting=(wait,), ahead=(Ahead(step="tell", after=("wait",)),)), now=at(16, 5))
    assert (found.expected, found.asks[0].moves, found.asks[0].latest) == (at(17, 1), (), at(17, 59))
    message = replace(FRIDAY, waiting=(replace(wait, due=None),), ahead=())
    assert plan(message, now=at(16, 5)).expected == at(16, 5)


def test_steps_that_need_each_other_in_a_ring_do_not_hang_the_plan() -> None:
    ring = (Ahead(step="a", after=("b",)), Ahead(step="b", after=("a",)))
    assert plan(replace(FRIDAY, ahead=ring), now=at(16, 5)).verdict == "if"


@pytest.mark.parametrize("state", ["done", "failed", "cancelled", "suspended"])
def test_what_is_over_or_rests_is_not_chased(state: str) -> None:
    over = plan(replace(FRIDAY, state=state), now=at(17, 30))  # type: ignore[arg-type]  # one of them
    assert (over.asks, over.next_move) == ((), None)


# -- Laws --------------------------------------------------------------------------------------------

STARTS = st.integers(0, 14 * 1440).map(lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + minutes * MINUTE)
LENGTHS = st.integers(1, 10 * 1440).map(lambda minutes: minutes * MINUTE)
ASKS = st.builds(
    lambda since, usual, stand_in, chain, due: Waiting(
        step="a",
        name="A",
        since=since,
        addressee="Mira Holt",
        usual=usual,
        stand_in=stand_in,
        escalate_to=chain,
        due=due and since + due,
        sent=(since,),
        calendar=UTC_OFFICE,
    ),
    STARTS,
    st.none() | LENGTHS,
    st.sampled_from([None, "Jon Park"]),
    st.sampled_from([(), ("Tom Reed",), ("Tom Reed", "Priya Nair")]),
    st.none() | LENGTHS,
)


@given(ASKS, st.none() | LENGTHS, LENGTHS)
def test_moves_keep_their_manners(ask: Waiting, needed: timedelta | None, later: timedelta) -> None:
    needed_by = None if needed is None else ask.since + needed
    found = plan(Run(needed_by=needed_by, waiting=(ask,)), now=ask.since + later).asks[0]
    reminders = [move.at for move in found.moves if move.kind == "remind"]
    assert reminders == sorted(reminders)
    hours = found.ask.calendar
    assert all(hours.is_working(at) or hours.last_working(at) == at for at in reminders)
    assert all(
        abs(one - other) >= DEFAULT.quiet for one in (*reminders, ask.since) for other in reminders if one != other
    )
    assert all(at >= ask.since + later for at in reminders)


@given(ASKS, LENGTHS)
def test_an_answer_is_wanted_between_the_ask_and_its_latest(ask: Waiting, needed: timedelta) -> None:
    found = plan(Run(needed_by=ask.since + needed, waiting=(ask,), ahead=AHEAD), now=ask.since).asks[0]
    assert found.latest == ask.since + needed
    assert found.answer_by is not None
    assert ask.since <= found.answer_by <= found.latest
    rescues = [move for move in found.moves if move.kind in ("stand-in", "escalate")]
    assert [move.at for move in rescues] == sorted(move.at for move in rescues)


@given(STARTS, st.integers(0, 599))
def test_times_are_rounded_to_the_nearest_five_minutes(start: datetime, seconds: int) -> None:
    near = rounded(start + timedelta(seconds=seconds))
    assert near.minute % 5 == near.second == 0
    assert abs(near - start - timedelta(seconds=seconds)) <= timedelta(seconds=150)
