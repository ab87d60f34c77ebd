"""The plan: when whom must have answered so that a case makes it, and how silence is chased until then.

Planned backwards from needed by.  The time there is goes two thirds to the addressee and one third to
whoever is asked if they stay silent; the reminder falls at three quarters of the first part.  Without
needed by, or with more time than policy takes, the policy's own times hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from doorstep.chase.moves import Move, late_move, moves_of, rounded, who_else
from doorstep.chase.run import Ahead, Run, Waiting
from doorstep.chase.working import ROUND_THE_CLOCK, ZERO, Calendar, NoWorkingTime

Verdict = Literal["no date", "makes", "if", "unlikely", "missed"]


@dataclass(frozen=True, slots=True)
class AskPlan:
    """The plan for one thing waited for."""

    ask: Waiting
    expected: datetime  # when it will be answered, from promise or history
    latest: datetime | None  # answered later, the case misses needed by
    answer_by: datetime | None  # what we ask for: leaves time for somebody else
    moves: tuple[Move, ...]  # in order, none made yet; those due have a time not after now

    @property
    def late_promise(self) -> bool:
        """Promised for a time that is too late: the starter decides."""
        return self.latest is not None and self.ask.promised is not None and self.ask.promised > self.latest


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether it will make it, and what happens until then."""

    verdict: Verdict
    expected: datetime  # when the case ends
    asks: tuple[AskPlan, ...]  # the most pressing first

    @property
    def next_move(self) -> Move | None:
        """What the chase does next, over all asks."""
        return min((move for ask in self.asks for move in ask.moves), key=lambda move: move.at, default=None)


def plan(run: Run, *, now: datetime) -> Plan:
    """Plan a case backwards from needed by.  Call it at any moment: it keeps nothing and is cheap.

    A case that is over or suspended waits for nothing.
    """
    if run.state != "open":
        run = replace(run, waiting=(), ahead=())
    run = replace(run, waiting=tuple(_with_hours(ask) for ask in run.waiting))
    latest = _latest(run)
    ends = _expected(run, now, latest)
    sent: dict[str, list[datetime]] = defaultdict(list)
    for ask in run.waiting:
        sent[ask.addressee].extend(ask.sent)
    asks = [
        _plan_ask(ask, latest=latest.get(ask.step), expected=ends[ask.step], now=now, sent=sent[ask.addressee])
        for ask in sorted(run.waiting, key=lambda ask: ask.since)
    ]
    asks.sort(key=lambda ask: ask.answer_by or ask.expected)
    end = max(ends.values(), default=now)
    return Plan(_verdict(run, end=end, latest=latest, now=now), end, tuple(asks))


def _plan_ask(
    ask: Waiting, *, latest: datetime | None, expected: datetime, now: datetime, sent: list[datetime]
) -> AskPlan:
    """Plan one ask; the moves planned for a person are kept in ``sent``, so that the next ask sees them."""
    if latest is not None:
        ask = replace(ask, calendar=_hours_until(ask, latest))
    answer_by = None if latest is None else _answer_by(ask, latest)
    moves = moves_of(ask, answer_by=answer_by, latest=latest, now=now, sent=sent) if ask.addressee else ()
    late = late_move(ask)
    if answer_by and late:
        answer_by = min(answer_by, late.at)
    return AskPlan(ask, expected, latest, answer_by, moves)


# -- Hours -----------------------------------------------------------------------------------------


def _with_hours(ask: Waiting) -> Waiting:
    """Give an ask whose addressee never works again (left, absent for years) the usual hours."""
    try:
        ask.calendar.next_working(ask.since)
    except NoWorkingTime:
        return replace(ask, calendar=Calendar(zone=ask.calendar.zone))
    return ask


def _hours_until(ask: Waiting, latest: datetime) -> Calendar:
    """Return the hours an ask may be chased in: the addressee's, unless needed by says otherwise.

    The working day of needed by is stretched to it.  Where no working time is left at all, and the
    addressee is not away, every hour counts.
    """
    hours = ask.calendar.open_until(latest)
    day = ask.since.astimezone(hours.zone).date()
    away = any(first <= day <= last for first, last in hours.absences)
    if hours.between(ask.since, latest) <= ZERO and not away:
        return Calendar(zone=hours.zone, week=ROUND_THE_CLOCK)
    return hours


def _answer_by(ask: Waiting, latest: datetime) -> datetime:
    """Return by when to answer so that somebody else still can: a third of the time there is, at most a day.

    At once if the addressee has no working time until then.
    """
    if all(move.kind == "other channel" for move in who_else(ask)):
        return max(ask.since, latest)
    there_is = max(ask.calendar.between(ask.since, latest), ZERO)
    reserve = min(there_is / 3, timedelta(hours=8))
    wanted = min(rounded(ask.calendar.add(latest, -reserve)), latest) if there_is else ask.since
    return max(ask.since, wanted)


# -- The critical path -----------------------------------------------------------------------------


def _latest(run: Run) -> Mapping[str, datetime]:
    """Return, backwards from needed by, when each thing waited for must be there at the latest."""
    if run.needed_by is None:
        return {}
    latest: dict[str, datetime] = {}
    for step in reversed(_in_order(run)):
        begins = _begin(step, latest.get(step.step, run.needed_by), run.needed_by)
        for before in step.after:
            latest[before] = min(latest.get(before, begins), begins)
    return {ask.step: latest.get(ask.step, run.needed_by) for ask in run.waiting}


def _begin(step: Ahead, end: datetime, needed_by: datetime) -> datetime:
    """Return when a step must open to be settled at ``end``."""
    if not step.asks:
        return end - step.policy.action
    hours = step.calendar.open_until(needed_by)
    return hours.add(end, -(step.usual or step.policy.answer))


def _expected(run: Run, now: datetime, latest: Mapping[str, datetime]) -> Mapping[str, datetime]:
    """Return, forwards from now, when each step will be settled; of several asked for one, the first is enough."""
    ends: dict[str, datetime] = {}
    for ask in run.waiting:
        answered = _expected_answer(ask, now, latest.get(ask.step))
        ends[ask.step] = min(ends.get(ask.step, answered), answered)
    for step in _in_order(run):
        begins = max((ends.get(before, now) for before in step.after), default=now)
        ends[step.step] = _end(step, begins, run.needed_by)
    return ends


def _expected_answer(ask: Waiting, now: datetime, latest: datetime | None) -> datetime:
    """Return when something waited for will be there: as promised, at its time, or as usual.

    While nobody knows what is usual, an answer is expected in time as long as it can be.
    """
    if ask.promised is not None:
        return max(now, ask.promised)
    if not ask.addressee:
        return max(now, ask.due or now)
    hours = ask.calendar.open_until(latest) if latest else ask.calendar
    answered = hours.add(ask.since, ask.usual or ask.policy.answer)
    if ask.usual is None and latest is not None:
        answered = min(answered, latest)
    return max(now, answered)


def _end(step: Ahead, begins: datetime, needed_by: datetime | None) -> datetime:
    """Return when a step that opens at ``begins`` will be settled."""
    if not step.asks:
        return begins + step.policy.action
    hours = step.calendar.open_until(needed_by) if needed_by else step.calendar
    return hours.add(begins, step.usual or step.policy.answer)


def _in_order(run: Run) -> list[Ahead]:
    """Return the steps ahead so that each stands after those it needs; with a ring in them, as given."""
    steps = {step.step: step for step in run.ahead}
    needs = {step.step: [before for before in step.after if before in steps] for step in run.ahead}
    try:
        return [steps[key] for key in TopologicalSorter(needs).static_order()]
    except CycleError:
        return list(run.ahead)


def _verdict(run: Run, *, end: datetime, latest: Mapping[str, datetime], now: datetime) -> Verdict:
    """Say whether the case will make needed by."""
    if run.needed_by is None:
        return "no date"
    if now > run.needed_by or any(by < now for by in latest.values()):
        return "missed"
    if any(ask.promised and ask.promised > latest[ask.step] for ask in run.waiting):
        return "missed"
    if end > run.needed_by:
        return "unlikely"
    return "if" if run.waiting else "makes"
