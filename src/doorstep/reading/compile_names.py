"""Which facts and steps an expression may name, by where it stands, and the expressions read there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from doorstep.kernel.program import Formula, Scope, Unknown
from doorstep.reading.facts import FactKinds, NotOfKind, from_plain, given_by, kinds_of
from doorstep.reading.faults import Report
from doorstep.reading.feel import Expression, Names, Read, read
from doorstep.reading.feel.kinds import Kind, of_fact
from doorstep.reading.page import Expr, FactKind, Fault, Page, Place, Step

_BRACED = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Coerced:
    """A derived fact: an expression whose value is read by the kind of the fact."""

    expression: Expression
    kind: FactKind | None
    currency: str

    @property
    def reads(self) -> frozenset[str]:
        return self.expression.reads

    def value(self, scope: Scope) -> object:
        """Return the value, or Unknown; a value of another kind is wrong."""
        value = self.expression.value(scope)
        if isinstance(value, Unknown):
            return value
        try:
            return from_plain(value, self.kind, currency=self.currency)
        except NotOfKind as problem:
            return Unknown(f"{self.expression.text}: {problem}", wrong=True)


@dataclass(frozen=True, slots=True)
class FactList:
    """The list a fact holds, for one instance each."""

    fact: str

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.fact})

    def value(self, scope: Scope) -> object:
        """Return the list, or Unknown while the fact is."""
        value = scope.fact(self.fact)
        return Unknown(f'"{self.fact}" is not known yet.') if value is None else value


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that never changes: the list 0 … n-1 of ``n of <role>``."""

    fixed: object
    reads: frozenset[str] = frozenset()

    def value(self, scope: Scope) -> object:
        """Return the value, whatever the scope."""
        del scope
        return self.fixed


NAMELESS = " "
"""The key of a step whose heading is empty; no heading reads so, and the case's own key is empty."""


@dataclass
class Naming:
    """What compiling a page knows by name, and the faults it found on the way."""

    page: Page
    identities: Mapping[str, str]
    kinds: FactKinds = field(init=False)
    keys: dict[str, str] = field(init=False)  # heading -> key
    steps: dict[str, Step] = field(init=False)
    step_of: dict[str, Step] = field(init=False)  # by key
    repairs: dict[str, frozenset[str]] = field(init=False)  # repair step -> the steps that ask for it
    outside: Names = field(init=False)
    report: Report = field(default_factory=Report)
    expressions: list[tuple[Expression, Place]] = field(default_factory=list)
    arguments: dict[str, tuple[tuple[str, Formula], ...]] = field(default_factory=dict)  # by the key of a Do, Set, Run
    derived_paths: dict[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)  # fields behind a derived fact
    _inside: dict[str, Names] = field(default_factory=dict)
    _read: dict[tuple[str, int, bool], Read] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = kinds_of(self.page)
        self.steps = {}
        self._keep(self.page.steps)
        self.keys = {name: self.identities.get(name, name) or NAMELESS for name in self.steps}
        self.step_of = {self.keys[name]: step for name, step in self.steps.items()}
        self.repairs = {}
        for step in self.steps.values():
            for target in repair_targets(step):
                key = self.keys.get(target, "")
                self.repairs[key] = self.repairs.get(key, frozenset()) | {self.keys[step.name]}
        facts = {name: of_fact(kind) for name, kind in self.kinds.kinds.items()}
        for step in self.page.steps:
            for name in _given_in_lists(step):
                facts[name] = Kind("list", of=facts[name])
        for item in _items(self.page):
            facts.pop(item, None)
        self.outside = Names(facts, self.keys)
        for step in self.page.steps:
            self._place(step, self.outside)

    def _keep(self, steps: Iterable[Step]) -> None:
        """Keep the first step of each name; the second is a fault and left out with what is below it."""
        for step in steps:
            if step.name not in self.steps:
                self.steps[step.name] = step
                self._keep(step.steps)

    def _place(self, step: Step, names: Names) -> None:
        """Note which names hold on a step's card and below it: inside a For each, the item's own."""
        if is_many(step):
            card = step.card
            inner = {name: of_fact(self.kinds.kinds[name]) for below in step.walk() for name, _, _ in given_by(below)}
            if card and card.each:
                inner[card.each.item] = of_fact(self.kinds.kinds.get(card.each.item))
            names = names.within(inner)
        self._inside[step.name] = names
        for below in step.steps:
            self._place(below, names)

    def names_in(self, step: Step | None) -> Names:
        return self._inside[step.name] if step else self.outside

    def names_around(self, step: Step) -> Names:
        """Return the names that hold where a step stands: without its own item."""
        names = self._inside[step.name]
        return names.outer if is_many(step) and names.outer else names

    def expression(self, expr: Expr, names: Names, *, condition: bool = False) -> Expression | None:
        """Read an expression and keep its faults, each at its place."""
        known = (expr.text, id(names), condition)
        if known not in self._read:
            suggest = self.report.suggests
            self._read[known] = read(
                expr.text, names, currency=self.kinds.currency, condition=condition, suggest=suggest
            )
        found = self._read[known]
        for fault in found.faults if not self.report.full else ():
            at = Place(expr.place.line, expr.place.column + fault.at)
            self.report.faults.append(Fault(fault.code, fault.why, at, suggestion=fault.suggestion))
        if found.expression:
            self.expressions.append((found.expression, expr.place))
        return found.expression

    def key(self, name: str, place: Place) -> str | None:
        """Return a step's key by its heading, or note that there is no such step."""
        if name not in self.keys:
            self.report.add("E401", place, came=name, near=self.keys)
        return self.keys.get(name)

    def known(self, names: Iterable[str], where: Names, place: Place) -> tuple[str, ...]:
        """Return the names that are facts here, and note the others."""
        found = []
        for name in names:
            if where.has_fact(name):
                found.append(name)
            else:
                self.report.add("E302", place, came=name, near=where.all_facts())
        return tuple(found)


def braced(text: str) -> tuple[str, ...]:
    """Return the facts a text names in braces."""
    return tuple(name.strip() for name in _BRACED.findall(text))


def repair_targets(step: Step) -> Iterator[str]:
    """Yield the steps that a card names as repair steps."""
    if step.card:
        for handler in (*step.card.if_rejected, *step.card.if_fails):
            if handler.do == "repair" and handler.target:
                yield handler.target


def is_many(step: Step) -> bool:
    """Whether a step has instances: For each, each of {list}, 2 of <role>."""
    card = step.card
    return bool(card and (card.each or (card.who and (card.who.each or card.who.count))))


def _given_in_lists(step: Step) -> Iterator[str]:
    """Yield facts that are lists after the step because its instances give one each."""
    for below in step.steps if not is_many(step) else ():
        yield from _given_in_lists(below)
    if is_many(step):
        yield from dict.fromkeys(name for below in step.walk() for name, _, _ in given_by(below))


def _items(page: Page) -> Iterator[str]:
    written = {fact.name for fact in page.facts}
    for step in page.walk():
        if step.card and step.card.each and step.card.each.item not in written:
            yield step.card.each.item
