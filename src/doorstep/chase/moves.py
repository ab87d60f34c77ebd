"""What is done about silence, ask by ask: remind, other channel, stand-in, escalate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from doorstep.chase.policy import Policy
from doorstep.chase.run import MoveKind, Waiting
from doorstep.chase.spec import when
from doorstep.chase.working import DAY, Calendar


@dataclass(frozen=True, slots=True)
class Move:
    """One thing the chase will do.  (step, kind, n) is its identity within a round; n counts from 1.

    A ``late`` move is the page's own If late: the kernel makes it, the chase only shows it.
    """

    step: str
    kind: MoveKind
    n: int
    at: datetime
    to: str  # a person's or role's name; of "other channel": the channel


def moves_of(
    ask: Waiting, *, answer_by: datetime | None, latest: datetime | None, now: datetime, sent: list[datetime]
) -> tuple[Move, ...]:
    """Return the moves still to be made, in order.  Reminders are added to ``sent``.

    None while the addressee waits for an answer to a question, or has promised a time that is too
    late: both wait for the starter.
    """
    too_late = latest is not None and ask.promised is not None and ask.promised > latest
    if ask.question or too_late:
        return ()
    wished = sorted(_wished(ask, answer_by=answer_by, latest=latest), key=lambda move: move.at)
    left = [move for move in wished if (move.kind, move.n) not in ask.made and not _was_late(move, now)]
    return tuple(_settle(ask, _overtaken(left, now), now=now, sent=sent))


def late_move(ask: Waiting) -> Move | None:
    """Return what the page itself does when the ask is late, unless it came by that."""
    if ask.late_to is None or ask.due is None or ask.due <= ask.since:
        return None
    return Move(ask.step, "late", 1, ask.due, ask.late_to)


def who_else(ask: Waiting) -> list[Move]:
    """Return who and what comes after reminders, in order and not yet timed.

    The chain of policy is what happens where the page does not say what to do when it is late.
    """
    found = []
    if ask.other_channel:
        found.append(Move(ask.step, "other channel", 1, ask.since, ask.other_channel))
    if ask.stand_in:
        found.append(Move(ask.step, "stand-in", 1, ask.since, ask.stand_in))
    if late_move(ask) is None:
        found += [Move(ask.step, "escalate", n, ask.since, who) for n, who in enumerate(ask.escalate_to, 1)]
    return found


def _was_late(move: Move, now: datetime) -> bool:
    """Say whether the page has done already what it does when it is late."""
    return move.kind == "late" and move.at <= now


def _wished(ask: Waiting, *, answer_by: datetime | None, latest: datetime | None) -> list[Move]:
    """Return the whole chase as policy and needed by want it, before manners."""
    late = late_move(ask)
    page = [late] if late else []
    patient = _of_policy(ask)
    if answer_by is None or latest is None or patient[-1].at <= answer_by:
        return patient + page
    reminders = [move for move in patient if move.kind == "remind" and move.at + ask.policy.quiet <= answer_by]
    if not reminders and not ask.promised:
        reminders = _squeezed(ask, answer_by)
    rescue = _rescue(ask, answer_by=answer_by, latest=latest)
    return reminders + rescue + [move for move in page if move.at <= latest]


def _of_policy(ask: Waiting) -> list[Move]:
    """Return the chase without hurry: reminders, then one working day apart whoever comes next."""
    times = list(_policy_times(ask))
    moves = _reminders(ask, times)
    at = times[-1]
    for move in who_else(ask):
        at = _next_day(ask, at)
        moves.append(replace(move, at=at))
    return moves


def _policy_times(ask: Waiting) -> Iterator[datetime]:
    """Yield when policy reminds: halfway to the due time, or when a promise has passed, and then each day."""
    policy = ask.policy
    due = ask.due if ask.due and ask.due > ask.since else when(policy.due, start=ask.since, calendar=ask.calendar)
    half = max(ask.calendar.between(ask.since, due or ask.since) / 2, timedelta(0))
    at = ask.promised or ask.calendar.add(ask.since, half)
    yield at
    for _ in range(policy.times):
        at = _next_reminder(ask, at)
        yield at


def _next_reminder(ask: Waiting, at: datetime) -> datetime:
    """Return the reminder after another."""
    every = ask.policy.remind_every
    ends = when(every, start=at, calendar=ask.calendar) or at
    return _morning(ask, ends) if "day" in every else ends


def _next_day(ask: Waiting, at: datetime) -> datetime:
    """Return the time to remind on the next working day."""
    return _morning(ask, ask.calendar.add_days(at, 1))


def _morning(ask: Waiting, at: datetime) -> datetime:
    """Return the time of day to remind at, on a day and within its hours."""
    hours = ask.calendar
    day = at.astimezone(hours.zone).date()
    return hours.next_working(hours.instant(day, ask.policy.remind_at))


def _reminders(ask: Waiting, times: Sequence[datetime]) -> list[Move]:
    return [Move(ask.step, "remind", n, at, ask.addressee) for n, at in enumerate(times, 1)]


def _squeezed(ask: Waiting, answer_by: datetime) -> list[Move]:
    """Return the one reminder there is time for, and the other channel if there is one."""
    there_is = ask.calendar.between(ask.since, answer_by)
    if there_is <= timedelta(0):
        return []
    late = _rounded_within(ask.calendar.add(ask.since, there_is * 3 / 4), ask, answer_by)
    if not ask.other_channel:
        return _reminders(ask, [late])
    early = _rounded_within(ask.calendar.add(ask.since, there_is / 2), ask, answer_by)
    return [*_reminders(ask, [early]), Move(ask.step, "other channel", 1, late, ask.other_channel)]


def _rounded_within(at: datetime, ask: Waiting, answer_by: datetime) -> datetime:
    """Return the nearest five minutes, if that is still between the ask and its answer."""
    near = rounded(at)
    return near if ask.since < near < answer_by else at


def rounded(at: datetime) -> datetime:
    """Return the nearest five minutes: people do not say 17:19."""
    five = timedelta(minutes=5)
    over = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return at - over if over < five / 2 else at - over + five


def _rescue(ask: Waiting, *, answer_by: datetime, latest: datetime) -> list[Move]:
    """Return who is brought in when the addressee stays silent: the first at once, the next halfway to the end."""
    at = max(answer_by, ask.promised) if ask.promised else answer_by
    moves = []
    for move in who_else(ask):
        if move.kind != "other channel":
            moves.append(replace(move, at=at))
            at = _halfway(at, latest)
    return moves


def _halfway(at: datetime, latest: datetime) -> datetime:
    """Return the middle, to the nearest five minutes if that is still between the two."""
    middle = at + (latest - at) / 2
    return rounded(middle) if at <= rounded(middle) <= latest else middle


def _overtaken(moves: list[Move], now: datetime) -> list[Move]:
    """Leave out the reminders that a later one, due as well, makes pointless."""
    due = [move for move in moves if move.kind == "remind" and move.at <= now]
    return [move for move in moves if move not in due[:-1]]


def _settle(ask: Waiting, moves: list[Move], *, now: datetime, sent: list[datetime]) -> Iterator[Move]:
    """Yield the moves at the times manners allow; a reminder that would come after a rescue is left out."""
    rescue = min((move.at for move in moves if move.kind not in ("remind", "other channel")), default=None)
    for move in moves:
        if move.kind not in ("remind", "other channel"):
            yield move
            continue
        at = _polite(ask, max(move.at, now) if move.at <= now else move.at, sent)
        if rescue is None or move.at > rescue or at < rescue:
            sent.append(at)
            yield replace(move, at=at)


def _polite(ask: Waiting, at: datetime, sent: Sequence[datetime]) -> datetime:
    return polite(at, hours=ask.calendar, sent=sent, policy=ask.policy)


def polite(at: datetime, *, hours: Calendar, sent: Sequence[datetime], policy: Policy) -> datetime:
    """Return the first time from ``at`` on in working hours, away from other messages and within the budget.

    ``sent`` are the times at which the person gets, or got, something from us.
    """
    while True:
        at = hours.next_working(at)
        near = [other for other in sent if abs(other - at) < policy.quiet]
        if near:
            at = max(near) + policy.quiet
        elif _on_the_day(hours, at, sent) >= policy.budget:
            at = hours.instant(at.astimezone(hours.zone).date() + DAY, time(0))
        else:
            return at


def _on_the_day(hours: Calendar, at: datetime, sent: Sequence[datetime]) -> int:
    """Count the messages sent on the person's day."""
    day = at.astimezone(hours.zone).date()
    return sum(1 for other in sent if other.astimezone(hours.zone).date() == day)
