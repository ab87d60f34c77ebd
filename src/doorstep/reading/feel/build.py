"""From tree to closures: an expression is walked once, then it only runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doorstep.kernel.program import Scope, Unknown
from doorstep.reading.feel import syntax
from doorstep.reading.feel.builtins import call
from doorstep.reading.feel.instances import is_instance
from doorstep.reading.feel.iterate import Inner, Run, filtered, is_position, item_at, listed, too_long, uses_partial
from doorstep.reading.feel.operate import (
    LONGEST_LIST,
    Span,
    all_of,
    any_of,
    both,
    calculate,
    compare,
    contained,
    either,
    equal,
    is_null,
    negated,
    shown,
    unequal,
    unknown_of,
)
from doorstep.reading.feel.paths import field_of


@dataclass(frozen=True, slots=True)
class Lambda:
    """A function that an expression defines."""

    parameters: tuple[str, ...]
    body: Run
    scope: Scope

    def __call__(self, *values: object) -> object:
        if len(values) != len(self.parameters):
            wanted = ", ".join(self.parameters)
            return Unknown(f"This function wants ({wanted}), but got {len(values)} values.", wrong=True)
        return self.body(Inner(self.scope, dict(zip(self.parameters, values, strict=True))))


def build(tree: syntax.Expression, currency: str = "") -> Run:
    """Return a function of the scope that gives the expression's value, or Unknown; it never raises."""
    return _Builder(currency).run(tree)


class _Builder:
    def __init__(self, currency: str) -> None:
        self.currency = currency

    def run(self, tree: syntax.Expression) -> Run:
        return _BUILD[type(tree)](self, tree)

    def literal(self, tree: syntax.Literal) -> Run:
        value = tree.value
        return lambda _: value

    def name(self, tree: syntax.Name) -> Run:
        name = tree.name
        unknown = Unknown(f'"{name}" is not known yet.')

        def fact(scope: Scope) -> object:
            value = scope.fact(name)
            return unknown if value is None else value

        return fact

    def offer(self, tree: syntax.Offer) -> Run:
        key, offer = tree.key, tree.offer
        unknown = Unknown(f'"{tree.step}.{offer}" is not known yet.')

        def offered(scope: Scope) -> object:
            value = scope.step(key, offer)
            return unknown if value is None else value

        return offered

    def path(self, tree: syntax.Path) -> Run:
        of, label = self.run(tree.of), tree.label
        if not isinstance(tree.of, syntax.Name):
            return lambda scope: field_of(of(scope), label)
        unknown = Unknown(f'"{tree.of.name}.{label}" is not known yet.')

        def field(scope: Scope) -> object:
            record = of(scope)
            found = field_of(record, label)
            return unknown if isinstance(record, Mapping) and is_null(found) else found

        return field

    def negate(self, tree: syntax.Negate) -> Run:
        of = self.run(tree.of)
        return lambda scope: negated(of(scope))

    def binary(self, tree: syntax.Binary) -> Run:
        left, right, sign, currency = self.run(tree.left), self.run(tree.right), tree.op, self.currency
        match sign:
            case "and":
                return lambda scope: _and(left(scope), right, scope)
            case "or":
                return lambda scope: _or(left(scope), right, scope)
            case "=":
                return lambda scope: equal(left(scope), right(scope), currency)
            case "!=":
                return lambda scope: unequal(left(scope), right(scope), currency)
            case "<" | "<=" | ">" | ">=":
                return lambda scope: compare(sign, left(scope), right(scope), currency)
            case _:
                return lambda scope: calculate(sign, left(scope), right(scope), currency)

    def between(self, tree: syntax.Between) -> Run:
        of, low, high, currency = self.run(tree.of), self.run(tree.low), self.run(tree.high), self.currency

        def is_between(scope: Scope) -> object:
            value = of(scope)
            at_least = compare(">=", value, low(scope), currency)
            return both(at_least, compare("<=", value, high(scope), currency))

        return is_between

    def one_in(self, tree: syntax.In) -> Run:
        of, currency = self.run(tree.of), self.currency
        tests = [self.test(test) for test in tree.tests]

        def is_in(scope: Scope) -> object:
            value = of(scope)
            return any_of(test(value, scope, currency) for test in tests)

        return is_in

    def test(self, tree: syntax.Expression) -> Callable[[object, Scope, str], bool | Unknown]:
        if isinstance(tree, syntax.Test):
            run, turned = self.run(tree.value), tree.op == "!="
            return lambda value, scope, money: (unequal if turned else equal)(value, run(scope), money)
        run = self.run(tree)
        return lambda value, scope, money: contained(value, run(scope), money)

    def range(self, tree: syntax.Range) -> Run:
        low = self.run(tree.low) if tree.low else None
        high = self.run(tree.high) if tree.high else None
        ends = (tree.low_closed, tree.high_closed)

        def span(scope: Scope) -> object:
            first, last = low(scope) if low else None, high(scope) if high else None
            if missing := unknown_of(*([first] if low else []), *([last] if high else [])):
                return missing
            if low and high and isinstance(order := compare("<=", first, last), Unknown):
                return order
            return Span(first, last, *ends)

        return span

    def lone_test(self, tree: syntax.Test) -> Run:
        run = self.run(tree.value)
        if tree.op == "!=":
            return lambda _: Unknown("!= in brackets needs a value before in.", wrong=True)

        def span(scope: Scope) -> object:
            value = run(scope)
            return Span(value, value, low_closed=True, high_closed=True)

        return span

    def if_then(self, tree: syntax.If) -> Run:
        condition, then, otherwise = self.run(tree.condition), self.run(tree.then), self.run(tree.otherwise)

        def chosen(scope: Scope) -> object:
            answer = condition(scope)
            if answer is True:
                return then(scope)
            return answer if isinstance(answer, Unknown) else otherwise(scope)

        return chosen

    def list_of(self, tree: syntax.ListOf) -> Run:
        items = [self.run(item) for item in tree.items]
        return lambda scope: tuple(item(scope) for item in items)

    def context(self, tree: syntax.Context) -> Run:
        entries = [(name, self.run(value)) for name, value in tree.entries]

        def record(scope: Scope) -> object:
            fields: dict[str, object] = {}
            inner = Inner(scope, fields)
            for name, value in entries:
                fields[name] = value(inner)
            return fields

        return record

    def function(self, tree: syntax.Function) -> Run:
        body, parameters = self.run(tree.body), tree.parameters
        return lambda scope: Lambda(parameters, body, scope)

    def call(self, tree: syntax.Call) -> Run:
        arguments = [self.run(argument) for argument in tree.arguments]
        names = tree.names
        if isinstance(tree.function, str):
            function = tree.function
            if function in ("now", "today"):
                return _CLOCK[function]
            return lambda scope: call(function, tuple(argument(scope) for argument in arguments), names)
        target = self.run(tree.function)
        return lambda scope: _invoked(target(scope), [argument(scope) for argument in arguments], names)

    def instance_of(self, tree: syntax.InstanceOf) -> Run:
        of, kind = self.run(tree.of), tree.kind
        return lambda scope: is_instance(of(scope), kind)

    # -- Over lists ----------------------------------------------------------------------------------

    def filter(self, tree: syntax.Filter) -> Run:
        of, by, at = self.run(tree.of), self.run(tree.by), is_position(tree.by)

        def found(scope: Scope) -> object:
            value = of(scope)
            if isinstance(value, Unknown):
                return value
            items = value if isinstance(value, list | tuple) else () if value is None else (value,)
            if at:
                return item_at(items, by(scope))
            return filtered(items, by, scope)

        return found

    def quantified(self, tree: syntax.Quantified) -> Run:
        over, condition = self.over(tree.over), self.run(tree.condition)
        settle = all_of if tree.all else any_of

        def answer(scope: Scope) -> object:
            inner = over(scope)
            if isinstance(inner, Unknown):
                return inner
            return settle(condition(each) for each in inner)

        return answer

    def for_in(self, tree: syntax.For) -> Run:
        over, result = self.over(tree.over), self.run(tree.result)

        def results(scope: Scope) -> object:
            inner = over(scope)
            if isinstance(inner, Unknown):
                return inner
            partial: list[object] = []
            for each in inner:
                partial.append(result(Inner(each, {"partial": tuple(partial)})) if uses else result(each))
            return tuple(partial)

        uses = uses_partial(tree.result)
        return results

    def over(self, over: tuple[tuple[str, syntax.Expression], ...]) -> Callable[[Scope], list[Scope] | Unknown]:
        """Return what gives the scopes of an iteration, at most LONGEST_LIST of them."""
        runs = [(name, self.run(items)) for name, items in over]

        def scopes(scope: Scope) -> list[Scope] | Unknown:
            found: list[Scope] = [scope]
            for name, run in runs:
                longer: list[Scope] = []
                for outer in found:
                    items = listed(run(outer))
                    if isinstance(items, Unknown):
                        return items
                    longer.extend(Inner(outer, {name: item}) for item in items)
                    if len(longer) > LONGEST_LIST:
                        return too_long()
                found = longer
            return found

        return scopes


def _and(left: object, right: Run, scope: Scope) -> object:
    return False if left is False else both(left, right(scope))


def _or(left: object, right: Run, scope: Scope) -> object:
    return True if left is True else either(left, right(scope))


def _invoked(target: object, values: list[object], names: tuple[str, ...]) -> object:
    if not callable(target):
        return unknown_of(target) or Unknown(f"{shown(target)} is not a function.", wrong=True)
    if names and isinstance(target, Lambda) and set(names) == set(target.parameters):
        given = dict(zip(names, values, strict=True))
        values = [given[name] for name in target.parameters]
    return target(*values)


_CLOCK: Mapping[str, Run] = {"now": lambda scope: scope.now, "today": lambda scope: scope.now.date()}

_BUILD: Mapping[type, Callable[..., Run]] = {
    syntax.Literal: _Builder.literal,
    syntax.Name: _Builder.name,
    syntax.Offer: _Builder.offer,
    syntax.Path: _Builder.path,
    syntax.Filter: _Builder.filter,
    syntax.Negate: _Builder.negate,
    syntax.Binary: _Builder.binary,
    syntax.Between: _Builder.between,
    syntax.In: _Builder.one_in,
    syntax.Range: _Builder.range,
    syntax.Test: _Builder.lone_test,
    syntax.If: _Builder.if_then,
    syntax.For: _Builder.for_in,
    syntax.Quantified: _Builder.quantified,
    syntax.ListOf: _Builder.list_of,
    syntax.Context: _Builder.context,
    syntax.Function: _Builder.function,
    syntax.Call: _Builder.call,
    syntax.InstanceOf: _Builder.instance_of,
}
