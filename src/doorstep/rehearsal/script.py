"""One line of a script, read: what is done, when, and by whom.

A line is a JSON object with the key ``do``; keys that nothing is known of are left alone, so that a
script can carry notes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NoReturn

from doorstep.kernel.events import (
    ActionEnded,
    AnswerArrived,
    AnswerWithdrawn,
    CaseCancelled,
    CaseResumed,
    CaseStarted,
    CaseSuspended,
    Event,
    FactsChanged,
    Instance,
    MessageArrived,
    RecordObserved,
    StepDeferred,
    StepDoneAhead,
    StepOverridden,
    StepReopened,
    StepRetried,
    StepSkipped,
)
from doorstep.kernel.program import Program, Verb
from doorstep.kernel.values import duration_from_iso
from doorstep.reading.facts import FactKinds, NotOfKind
from doorstep.reading.nearness import nearest

_WEEKS = re.compile(r"P(\d{1,6})W", re.ASCII)
RESULTS = ("ok", "failed", "unknown")


class NotUnderstood(ValueError):
    """A line is not what a play understands; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line whose JSON is sound.  ``plain`` is all of it."""

    do: str
    plain: Mapping[str, object]
    at: datetime | None = None

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there."""
        value = self.plain.get(key, default)
        if not isinstance(value, str):
            came = "nothing" if key not in self.plain else json.dumps(value, default=str)[:80]
            raise NotUnderstood(f'Expected the text "{key}" to do "{self.do}", but got {came}.')
        return value

    def maybe(self, key: str) -> str | None:
        """Return a text, or None where there is none."""
        return None if self.plain.get(key) is None else self.text(key)

    def object(self, key: str) -> Mapping[str, object]:
        """Return an object, empty where there is none."""
        value = self.plain.get(key, {})
        if not isinstance(value, Mapping):
            raise NotUnderstood(
                f'Expected an object in "{key}" to do "{self.do}", but got {json.dumps(value, default=str)[:80]}.'
            )
        return value

    def length(self, key: str) -> timedelta:
        """Return a length of time, which is not negative."""
        weeks = _WEEKS.fullmatch(self.text(key))
        length = timedelta(weeks=int(weeks[1])) if weeks else duration_from_iso(self.text(key))
        if not isinstance(length, timedelta) or length < timedelta(0):
            raise NotUnderstood(f'Expected a duration such as "PT4H" or "P2D" in "{key}", but got "{self.text(key)}".')
        return length


def read_line(line: str | Mapping[str, object]) -> Line:
    """Read a line.  Raises NotUnderstood."""
    plain = _json(line) if isinstance(line, str) else line
    if not isinstance(plain, Mapping):
        raise NotUnderstood(
            f'Expected an object such as {{"do": "start"}}, but got {json.dumps(plain, default=str)[:80]}.'
        )
    do = plain.get("do")
    if not isinstance(do, str) or do not in DOES:
        near = nearest(do, DOES) if isinstance(do, str) else None
        hint = f' Did you mean "{near}"?' if near else ""
        came = "nothing" if do is None else json.dumps(do, default=str)[:80]
        raise NotUnderstood(f'Expected "do" to be one of {", ".join(DOES)}, but got {came}.{hint}')
    return Line(do, plain, _at(plain.get("at")))


def _json(text: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError) as reason:
        raise NotUnderstood(f"Expected a line of JSON, but it cannot be read: {reason}.") from reason


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _at(value: object) -> datetime | None:
    """Read when a line happens; a time without an offset is in UTC."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        came = json.dumps(value, default=str)[:80]
        raise NotUnderstood(f'Expected a time such as "2026-03-06T16:00:00-05:00" in "at", but got {came}.') from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# -- Steps -------------------------------------------------------------------------------------------

_INSTANCE = re.compile(r"(?P<name>.*?)(?P<instance>(?:\[\d{1,9}\])*)", re.DOTALL)


def id_of(program: Program, name: str) -> tuple[str, Instance]:
    """Return the key and the instance a public name means: ``NAME``, ``NAME[0]``.  Raises NotUnderstood."""
    keys = {node.name: node.key for node in program.nodes if node.parent is not None}
    found = _INSTANCE.fullmatch(name)
    assert found is not None
    if name in keys:
        return keys[name], ()
    if found["name"] not in keys:
        near = nearest(found["name"], keys)
        hint = f' Did you mean "{near}"?' if near else ""
        raise NotUnderstood(f'Expected a step of this page, but got "{name}".{hint}')
    return keys[found["name"]], tuple(int(number) for number in re.findall(r"\d+", found["instance"]))


# -- Events ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """What an event is made from: the line, and what it is read against."""

    line: Line
    at: datetime
    program: Program
    kinds: FactKinds

    def facts(self) -> dict[str, object]:
        """Return the line's facts, each by its kind."""
        try:
            return self.kinds.read(self.line.object("facts"))
        except NotOfKind as reason:
            raise NotUnderstood(str(reason)) from reason

    def id(self, key: str = "step") -> tuple[str, Instance]:
        """Return which step the line means."""
        return id_of(self.program, self.line.text(key))

    @property
    def by(self) -> str | None:
        return self.line.maybe("by")

    @property
    def reason(self) -> str:
        return self.line.text("reason", "")


def event_of(made: Made) -> Event:
    """Return the event a line means, for everything but wait, add and migrate.  Raises NotUnderstood."""
    return _EVENTS[made.line.do](made)


def _start(made: Made) -> Event:
    return CaseStarted(at=made.at, by=made.by, facts=made.facts())


def _answer(made: Made) -> Event:
    step, instance = made.id()
    line = made.line
    return AnswerArrived(
        at=made.at,
        by=made.by,
        step=step,
        instance=instance,
        outcome=line.text("outcome", "done"),
        facts=made.facts(),
        proof=line.text("proof", "link"),
    )


def _facts(made: Made) -> Event:
    return FactsChanged(at=made.at, by=made.by, facts=made.facts())


def _action(made: Made) -> Event:
    step, instance = made.id()
    result = made.line.text("result", "ok")
    if result not in RESULTS:
        raise NotUnderstood(f'Expected one of {", ".join(RESULTS)} in "result", but got "{result}".')
    why = made.line.text("why", made.reason)
    return ActionEnded(at=made.at, by=made.by, step=step, instance=instance, result=result, facts=made.facts(), why=why)


def _observe(made: Made) -> Event:
    step, instance = made.id()
    failed = made.line.maybe("failed")
    return RecordObserved(at=made.at, by=made.by, step=step, instance=instance, facts=made.facts(), failed=failed)


def _message(made: Made) -> Event:
    about = made.line.plain.get("about", "")
    if isinstance(about, Mapping | list):
        raise NotUnderstood(f'Expected a text or a number in "about", but got {json.dumps(about, default=str)[:80]}.')
    return MessageArrived(
        at=made.at, by=made.by, name=made.line.text("name"), about=str(about or ""), facts=made.facts()
    )


def _skip(made: Made) -> Event:
    step, instance = made.id()
    return StepSkipped(at=made.at, by=made.by, step=step, instance=instance, reason=made.reason)


def _override(made: Made) -> Event:
    step, instance = made.id()
    return StepOverridden(at=made.at, by=made.by, step=step, instance=instance, reason=made.reason, facts=made.facts())


def _reopen(made: Made) -> Event:
    step, instance = made.id()
    return StepReopened(at=made.at, by=made.by, step=step, instance=instance, reason=made.reason)


def _defer(made: Made) -> Event:
    step, instance = made.id()
    until = made.line.maybe("until")
    return StepDeferred(at=made.at, by=made.by, step=step, instance=instance, reason=made.reason, until=until)


def _ahead(made: Made) -> Event:
    step, instance = made.id()
    approves = any(node.key == step and node.verb is Verb.APPROVE for node in made.program.nodes)
    return StepDoneAhead(
        at=made.at,
        by=made.by,
        step=step,
        instance=instance,
        outcome=made.line.text("outcome", "approved" if approves else "done"),
        facts=made.facts(),
        reason=made.reason,
    )


def _retry(made: Made) -> Event:
    step, instance = made.id()
    return StepRetried(at=made.at, by=made.by, step=step, instance=instance, reason=made.reason)


def _withdraw_answer(made: Made) -> Event:
    step, instance = made.id()
    return AnswerWithdrawn(at=made.at, by=made.by, step=step, instance=instance, reason=made.reason)


def _suspend(made: Made) -> Event:
    return CaseSuspended(at=made.at, by=made.by, reason=made.reason)


def _resume(made: Made) -> Event:
    return CaseResumed(at=made.at, by=made.by, reason=made.reason)


def _cancel(made: Made) -> Event:
    return CaseCancelled(at=made.at, by=made.by, reason=made.reason)


_EVENTS: Mapping[str, Callable[[Made], Event]] = {
    "start": _start,
    "answer": _answer,
    "facts": _facts,
    "action": _action,
    "observe": _observe,
    "message": _message,
    "skip": _skip,
    "override": _override,
    "reopen": _reopen,
    "defer": _defer,
    "ahead": _ahead,
    "retry": _retry,
    "withdraw answer": _withdraw_answer,
    "suspend": _suspend,
    "resume": _resume,
    "cancel": _cancel,
}

DOES = (*_EVENTS, "wait", "add", "migrate")
"""Everything a line can do."""
