"""A page played line by line on a virtual clock: the engine of `doorstep play` and of stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from doorstep.chase.spec import SpecNotUnderstood
from doorstep.chase.working import OFFICE, Calendar, NoWorkingTime
from doorstep.kernel.commands import Command
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import CaseMigrated, StepAdded
from doorstep.kernel.program import Program
from doorstep.kernel.state import State, running
from doorstep.reading.facts import kinds_of
from doorstep.reading.page import Page
from doorstep.rehearsal.adding import add_step
from doorstep.rehearsal.script import Line, Made, NotUnderstood, event_of, id_of, read_line
from doorstep.rehearsal.shown import Shown, show
from doorstep.rehearsal.virtual import Virtual, advance, happen

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""When a play starts that does not say when: a Monday morning."""

MakeCalendar = Callable[[tzinfo], Calendar]
"""Gives the calendar of a play by the zone of its start."""

OtherPage = Callable[[str], tuple[Page, Program]]
"""Gives another page by the name a script calls it.  Raises NotUnderstood."""


def no_other_page(name: str) -> tuple[Page, Program]:
    """Refuse: this play knows one page."""
    raise NotUnderstood(f'Expected no other page in this play, but got "{name}".')


@dataclass(frozen=True, slots=True)
class _Moment:
    """All a play is at one moment; a refused line leaves it as it is."""

    page: Page
    case: Virtual


Done = tuple[_Moment, tuple[Command, ...]]


class Play:
    """One case of one page, played.

    ``program`` is the page's, without error faults.  Working time is Monday to Friday 09:00-17:00 in
    the start's zone, or as ``calendar`` makes it of that zone.
    """

    def __init__(
        self, page: Page, program: Program, *, calendar: MakeCalendar = Calendar, other_page: OtherPage = no_other_page
    ) -> None:
        self._calendar = calendar
        self._other_page = other_page
        self._moment = _Moment(page, Virtual(_nothing_required(program), BEGIN, OFFICE))

    @property
    def page(self) -> Page:
        """The page as it is now, with the steps added to the case."""
        return self._moment.page

    @property
    def program(self) -> Program:
        """The program as it is now, with the steps added to the case."""
        return running(self._moment.case.program, self._moment.case.state)

    @property
    def state(self) -> State:
        """The case's state in the kernel."""
        return self._moment.case.state

    @property
    def case(self) -> Virtual:
        """The case on its clock, timers included."""
        return self._moment.case

    def do(self, line: str | Mapping[str, object]) -> Shown:
        """Do one line of a script, as JSON text or as an object; a line that does not fit is refused."""
        try:
            moment, commands = self._done(read_line(line))
        except (NotUnderstood, EventNotExpected, SpecNotUnderstood, NoWorkingTime) as reason:
            return self._show((), reason=str(reason))
        except OverflowError:
            return self._show((), reason="Expected a time before the year 9999, but this is later.")
        self._moment = moment
        return self._show(commands)

    def _show(self, commands: tuple[Command, ...], *, reason: str | None = None) -> Shown:
        moment = self._moment
        return show(moment.case, commands, reason=reason, currency=moment.page.card.currency or "")

    def _done(self, line: Line) -> Done:
        """Turn the clock to the line's time, then do what it says."""
        moment = self._moment
        if moment.case.state.case == "":
            return self._start(moment, line)
        at = line.at or moment.case.now
        if at < moment.case.now:
            raise NotUnderstood(f"Expected a time not before {moment.case.now.isoformat()}, but got {at.isoformat()}.")
        case, earlier = advance(moment.case, at)
        moment, commands = self._do(replace(moment, case=case), line)
        return moment, (*earlier, *commands)

    def _start(self, moment: _Moment, line: Line) -> Done:
        if line.do != "start":
            raise NotUnderstood(f'Expected to "start" first, but got "{line.do}".')
        at = line.at or BEGIN
        calendar = self._calendar(at.tzinfo or UTC)
        return _happens(replace(moment, case=replace(moment.case, now=at, calendar=calendar)), line)

    def _do(self, moment: _Moment, line: Line) -> Done:
        match line.do:
            case "wait":
                case, commands = advance(moment.case, moment.case.now + line.length("for"))
                return replace(moment, case=case), commands
            case "add":
                return _add(moment, line)
            case "migrate":
                return self._migrate(moment, line)
            case _:
                return _happens(moment, line)

    def _migrate(self, moment: _Moment, line: Line) -> Done:
        """Move the case to another page."""
        page, program = self._other_page(line.text("page"))
        case = moment.case
        event = CaseMigrated(at=case.now, by=line.maybe("by"), old=case.program, reason=line.text("reason", ""))
        case, commands = happen(replace(case, program=program), event)
        return _Moment(page, case), commands


def _nothing_required(program: Program) -> Program:
    """Return a program that starts with whatever is known: in a play a fact missing at start is unknown, no fault."""
    return replace(program, required=frozenset())


def _happens(moment: _Moment, line: Line) -> Done:
    """Do a line that is one event."""
    case = moment.case
    made = Made(line, case.now, running(case.program, case.state), kinds_of(moment.page))
    case, commands = happen(case, event_of(made))
    return replace(moment, case=case), commands


def _add(moment: _Moment, line: Line) -> Done:
    """Add a step to the case."""
    case = moment.case
    program = running(case.program, case.state)
    after, instance = id_of(program, line.text("after"))
    if instance:
        raise NotUnderstood(
            f'Expected a step to add another after, but got one of its instances, "{line.text("after")}".'
        )
    heading = next(node.name for node in program.nodes if node.key == after)
    added = add_step(moment.page, after=heading, name=line.text("name"), card=line.object("card"))
    reason = line.text("reason", "")
    event = StepAdded(at=case.now, by=line.maybe("by"), node=added.node, after=after, reason=reason)
    case, commands = happen(case, event)
    return _Moment(added.page, case), commands
