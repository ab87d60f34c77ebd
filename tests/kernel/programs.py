"""Small programs and a case to drive them: the kernel's tests read as statements about these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from doorstep.kernel import events as happened
from doorstep.kernel.commands import Command, Tell
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import Event, Instance
from doorstep.kernel.program import (
    ROOT,
    Derived,
    Kind,
    Link,
    Node,
    Order,
    Program,
    Scope,
    Unknown,
    Verb,
)
from doorstep.kernel.state import Deviation, NodeState, State, every_node, name_of, running
from doorstep.kernel.step import step

AT = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
ANA, MIRA, SAM, PRIYA, JON = (f"{name}@northwind.example" for name in ("ana", "mira", "sam", "priya", "jon"))


# -- Conditions and formulas ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class When:
    """A condition made of a function over the facts it reads, unknown while one of them is."""

    names: tuple[str, ...]
    holds: Callable[..., object]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(self.names)

    def truth(self, scope: Scope) -> bool | Unknown:
        value = self.value(scope)
        return value if isinstance(value, Unknown) else bool(value)

    def value(self, scope: Scope) -> object:
        values = [scope.fact(name) for name in self.names]
        if None in values:
            return Unknown(f"{self.names[values.index(None)]} is not known yet.")
        return self.holds(*values)


@dataclass(frozen=True)
class Offers:
    """A condition over what a step offers."""

    key: str
    offer: str

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({f"#{self.key}"})

    def truth(self, scope: Scope) -> bool | Unknown:
        return bool(self.value(scope))

    def value(self, scope: Scope) -> object:
        return scope.step(self.key, self.offer)


@dataclass(frozen=True)
class Wrong:
    """A condition with a type error."""

    names: tuple[str, ...] = ()

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(self.names)

    def truth(self, scope: Scope) -> bool | Unknown:
        return Unknown("A text cannot be compared with a number.", wrong=True)


def when(names: str, holds: Callable[..., object] = lambda *values: all(values)) -> When:
    """``when("value", lambda v: v > 5)``; several names stand apart by commas."""
    return When(tuple(name.strip() for name in names.split(",") if name.strip()), holds)


def field(path: str) -> When:
    """A field of a linked record, ``release.Status``; unknown while it is not there."""
    record, *names = path.split(".")

    def read(value: Any) -> object:
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return Unknown(f"{path} is not known yet.") if value is None else value

    return When((record,), read)


def derived(name: str, formula: Any) -> Derived:
    return Derived(name, formula)


# -- Nodes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A node with what is in it; `program` gives it its parent and, in turn, its link."""

    node: Node
    parts: tuple[Part, ...] = ()


def ask(name: str, who: str | None = "somebody", **fields: Any) -> Part:
    return Part(Node(name, name, Kind.ASK, who=who, **_names(fields)))


def approve(name: str, who: str | None = "somebody", **fields: Any) -> Part:
    return ask(name, who, verb=Verb.APPROVE, **fields)


def fill_in(name: str, *gives: str, who: str = "somebody", **fields: Any) -> Part:
    return ask(name, who, verb=Verb.FILL_IN, gives=gives, **fields)


def action(name: str, **fields: Any) -> Part:
    return Part(Node(name, name, Kind.ACTION, call=f"do.{name}", **fields))


def tells(name: str, who: str = "somebody", **fields: Any) -> Part:
    return Part(Node(name, name, Kind.TELL, who=who, **fields))


def wait(name: str, **fields: Any) -> Part:
    return Part(Node(name, name, Kind.WAIT, **fields))


def decide(name: str, decision: Any, **fields: Any) -> Part:
    return Part(Node(name, name, Kind.DECIDE, decision=decision, **fields))


def run(name: str, **fields: Any) -> Part:
    return Part(Node(name, name, Kind.RUN, call=f"process {name}", **fields))


def group(name: str, *parts: Part, order: Order = Order.IN_TURN, **fields: Any) -> Part:
    return Part(Node(name, name, Kind.GROUP, order=order, **fields), parts)


def at_once(name: str, *parts: Part, **fields: Any) -> Part:
    return group(name, *parts, order=Order.ALL_AT_ONCE, **fields)


def first_of(name: str, wanted: int, *parts: Part, **fields: Any) -> Part:
    return group(name, *parts, order=Order.N_OF, wanted=wanted, **fields)


def one_of(name: str, *parts: Part, **fields: Any) -> Part:
    return group(name, *parts, order=Order.ONE_OF, **fields)


def any_order(name: str, *parts: Part, **fields: Any) -> Part:
    return group(name, *parts, order=Order.ANY_ORDER, **fields)


def after(part: Part, *sources: str, **fields: Any) -> Part:
    """The part with links of its own: ``after(part, "A", "B")``; no source is the start of the group."""
    links = tuple(Link(source) for source in sources)
    return replace(part, node=replace(part.node, links=links or (Link(""),), **fields))


def linked(part: Part, *links: Link, **fields: Any) -> Part:
    """The part with links that have conditions."""
    return replace(part, node=replace(part.node, links=links, **fields))


def program(*parts: Part, order: Order = Order.IN_TURN, **fields: Any) -> Program:
    """A program of these parts; in turn each member follows the one before it, repair steps aside."""
    root = group("", *parts, order=order)
    return Program(nodes=tuple(_nodes(root, None)), **fields)


def _nodes(part: Part, parent: str | None) -> Iterable[Node]:
    yield replace(part.node, parent=parent)
    before: str | None = None
    for inner in part.parts:
        node = inner.node
        links = () if node.links == (Link(""),) else node.links
        if part.node.order is Order.IN_TURN and not node.links and not node.repair_of and before is not None:
            links = (Link(before),)
        if not node.repair_of:
            before = node.key
        yield from _nodes(replace(inner, node=replace(node, links=links)), part.node.key)


def _names(fields: dict[str, Any]) -> dict[str, Any]:
    """A card names what it covers and gives, as the page's compiler has it."""
    names = set(fields.get("names", ())) | set(fields.get("covers", ())) | set(fields.get("gives", ()))
    for condition in (fields.get("only_if"), fields.get("done_when"), fields.get("not_before")):
        if condition is not None:
            names |= {name for name in condition.reads if not name.startswith("#")}
    return {**fields, "names": frozenset(names)}


# -- A case ----------------------------------------------------------------------------------------------------


class Case:
    """A case of a program, driven by name: ``case.answer("Sign off", "approved")``."""

    def __init__(self, of: Program) -> None:
        self.program = of
        self.state = State()
        self.commands: tuple[Any, ...] = ()
        self.journal: list[Event] = []
        self.all_commands: list[Command] = []

    def take(self, event: Event) -> Case:
        self.state, self.commands = step(self.program, self.state, event)
        self.journal.append(event)
        self.all_commands += self.commands
        return self

    # What happens

    def start(self, by: str | None = ANA, **facts: object) -> Case:
        return self.take(happened.CaseStarted(at=AT, by=by, facts=facts))

    def answer(self, name: str, outcome: str = "done", by: str | None = MIRA, round: int = 0, **facts: object) -> Case:  # noqa: A002
        key, instance = _spot(name)
        return self.take(
            happened.AnswerArrived(
                at=AT,
                by=by,
                step=key,
                instance=instance,
                outcome=outcome,
                facts=_facts(facts),
                round=round,
                proof="mail",
            )
        )

    def observe(self, name: str, failed: str | None = None, by: str | None = None, **facts: object) -> Case:
        key, instance = _spot(name)
        return self.take(
            happened.RecordObserved(at=AT, by=by, step=key, instance=instance, facts=_facts(facts), failed=failed)
        )

    def ended(self, name: str, result: str = "ok", why: str = "", round: int = 0, **facts: object) -> Case:  # noqa: A002
        key, instance = _spot(name)
        return self.take(
            happened.ActionEnded(
                at=AT, step=key, instance=instance, result=result, why=why, round=round, facts=_facts(facts)
            )
        )

    def fires(self, name: str, purpose: str = "due", round: int = 0) -> Case:  # noqa: A002
        key, instance = _spot(name)
        return self.take(happened.TimerFired(at=AT, step=key, instance=instance, purpose=purpose, round=round))

    def message(self, name: str, about: str = "", **facts: object) -> Case:
        return self.take(happened.MessageArrived(at=AT, name=name, about=about, facts=_facts(facts)))

    def facts(self, **facts: object) -> Case:
        return self.take(happened.FactsChanged(at=AT, by=ANA, facts=_facts(facts)))

    def case_ended(self, name: str, result: str = "done", purpose: str = "run", **facts: object) -> Case:
        key, instance = _spot(name)
        return self.take(
            happened.CaseEnded(at=AT, step=key, instance=instance, result=result, purpose=purpose, facts=_facts(facts))
        )

    def not_found(self, name: str, why: str = "") -> Case:
        key, instance = _spot(name)
        return self.take(happened.AddresseeNotFound(at=AT, step=key, instance=instance, why=why))

    def skip(self, name: str, by: str | None = ANA, reason: str = "") -> Case:
        return self._person(happened.StepSkipped, name, by=by, reason=reason)

    def override(self, name: str, by: str | None = JON, reason: str = "", **facts: object) -> Case:
        return self._person(happened.StepOverridden, name, by=by, reason=reason, facts=_facts(facts))

    def defer(self, name: str, until: str | None = None, by: str | None = ANA) -> Case:
        return self._person(happened.StepDeferred, name, by=by, until=until)

    def reopen(self, name: str, by: str | None = JON) -> Case:
        return self._person(happened.StepReopened, name, by=by)

    def ahead(self, name: str, outcome: str = "done", by: str | None = MIRA, **facts: object) -> Case:
        return self._person(happened.StepDoneAhead, name, by=by, outcome=outcome, facts=_facts(facts))

    def retry(self, name: str, by: str | None = JON) -> Case:
        return self._person(happened.StepRetried, name, by=by)

    def reassign(self, name: str, to: str, by: str | None = ANA) -> Case:
        return self._person(happened.AskReassigned, name, by=by, to=to)

    def withdraw(self, name: str, by: str | None = MIRA, reason: str = "") -> Case:
        return self._person(happened.AnswerWithdrawn, name, by=by, reason=reason)

    def add(self, part: Part, after: str, reason: str = "") -> Case:
        return self.take(happened.StepAdded(at=AT, by=ANA, node=part.node, after=after, reason=reason))

    def suspend(self) -> Case:
        return self.take(happened.CaseSuspended(at=AT, by=ANA))

    def resume(self) -> Case:
        return self.take(happened.CaseResumed(at=AT, by=ANA))

    def cancel(self) -> Case:
        return self.take(happened.CaseCancelled(at=AT, by=ANA))

    def migrate(self, to: Program) -> Case:
        old, self.program = self.program, to
        return self.take(happened.CaseMigrated(at=AT, by=JON, old=old))

    def _person(self, kind: Callable[..., Event], name: str, **fields: Any) -> Case:
        key, instance = _spot(name)
        return self.take(kind(at=AT, step=key, instance=instance, **fields))

    # What is so

    @property
    def case(self) -> str:
        return self.state.case

    def __getitem__(self, name: str) -> NodeState:
        return self.state.node(*_spot(name))

    def status(self, name: str) -> str:
        return self[name].status

    @property
    def statuses(self) -> dict[str, str]:
        nodes = running(self.program, self.state)
        return {
            name_of(nodes, key, instance): node.status for key, instance, node in every_node(self.program, self.state)
        }

    @property
    def rounds(self) -> dict[str, int]:
        """Rounds beyond the first."""
        return {key: node.round for (key, _), node in self.state.nodes.items() if node.round > 1}

    @property
    def given(self) -> list[str]:
        """What the last event made the outside do, in short: ``SendAsk Sign off``, ``WithdrawTimer Sign off due``."""
        return [short(self.program, self.state, command) for command in self.commands]

    @property
    def deviations(self) -> list[tuple[str, str]]:
        return [(deviation.what, deviation.step) for deviation in self.state.deviations]

    @property
    def full_deviations(self) -> tuple[Deviation, ...]:
        return self.state.deviations


def start(*parts: Part, order: Order = Order.IN_TURN, by: str | None = ANA, facts: Any = None, **fields: Any) -> Case:
    """A started case of a program of these parts."""
    return Case(program(*parts, order=order, **fields)).start(by=by, **(facts or {}))


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """Expect a refusal that says this."""
    with pytest.raises(EventNotExpected) as caught:
        yield
    assert sentence in str(caught.value)


def short(nodes: Program, state: State, command: Command) -> str:
    """``SendAsk NAME purpose (round 2)``, what is usual left out."""
    words = [type(command).__name__, name_of(running(nodes, state), command.step, command.instance)]
    if command.purpose not in ("ask", "call", "run", "look", "close"):
        words.append(command.purpose)
    if isinstance(command, Tell) and command.to:
        words.append(f"to {command.to}")
    if command.round > 1:
        words.append(f"(round {command.round})")
    return " ".join(word for word in words if word)


def _spot(name: str) -> tuple[str, Instance]:
    """``NAME[0][1]`` as a key and an instance."""
    key, *numbers = name.replace("]", "").split("[")
    return key, tuple(int(number) for number in numbers)


def _facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts of keyword arguments: ``go_live`` is ``go-live``."""
    return {name.replace("__", " ").replace("_", "-"): value for name, value in facts.items()}


TOP_KEY = ROOT
