"""Going over lists, ranges and the items that pass a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from doorstep.kernel.program import Scope, Unknown
from doorstep.reading.feel import syntax
from doorstep.reading.feel.operate import LONGEST_LIST, Span, shown, unknown_of

Run = Callable[[Scope], object]


@dataclass(frozen=True, slots=True)
class Inner:
    """A scope with names of its own before those around it."""

    outer: Scope
    own: Mapping[str, object]

    @property
    def now(self) -> datetime:
        return self.outer.now

    def fact(self, name: str) -> object:
        return self.own[name] if name in self.own else self.outer.fact(name)

    def step(self, key: str, offer: str) -> object:
        return self.outer.step(key, offer)


def is_position(by: syntax.Expression) -> bool:
    """Whether a filter is a number: the item at that place, counted from 1 (from the end: -1)."""
    if isinstance(by, syntax.Negate):
        return is_position(by.of)
    if isinstance(by, syntax.Binary):
        return by.op in ("+", "-", "*", "/")
    return isinstance(by, syntax.Literal) and isinstance(by.value, Decimal)


def item_at(items: list[object] | tuple[object, ...], place: object) -> object:
    if not isinstance(place, Decimal) or place != place.to_integral_value() or abs(place) > len(items) or not place:
        return unknown_of(place) or Unknown(f"There is no item {shown(place)} in a list of {len(items)}.")
    index = int(place)
    return items[index - 1 if index > 0 else index]


def filtered(items: list[object] | tuple[object, ...], by: Run, scope: Scope) -> object:
    kept: list[object] = []
    for item in items:
        own = {"item": item, **item} if isinstance(item, Mapping) else {"item": item}
        answer = by(Inner(scope, own))
        if isinstance(answer, Decimal):
            return item_at(items, answer)
        if isinstance(answer, Unknown) and answer.wrong:
            return answer
        if answer is True:
            kept.append(item)
    return tuple(kept)


def listed(value: object) -> Iterable[object] | Unknown:
    """What an iteration goes over: a list, a range of whole numbers or dates, up or down."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, Span):
        return _counted(value)
    return () if value is None else (value,)


def _counted(span: Span) -> Iterable[object] | Unknown:
    low, high = span.low, span.high
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        if abs(high - low) > LONGEST_LIST:
            return too_long()
        return [Decimal(n) for n in _steps(int(low), int(high))]
    if type(low) is date and type(high) is date:
        if abs((high - low).days) > LONGEST_LIST:
            return too_long()
        return [low + timedelta(days=n) for n in _steps(0, (high - low).days)]
    return Unknown("An iteration goes over a list, whole numbers or dates.", wrong=True)


def _steps(low: int, high: int) -> Iterator[int]:
    return iter(range(low, high + 1) if low <= high else range(low, high - 1, -1))


def too_long() -> Unknown:
    return Unknown(f"An iteration may have {LONGEST_LIST:,} turns, but this one has more.", wrong=True)


def uses_partial(tree: syntax.Expression) -> bool:
    return any(isinstance(node, syntax.Name) and node.name == "partial" for node in syntax.walk(tree))
