"""What can be known of an expression before it runs: the kind of its value, and what can never fit.

Only what is certain is refused: text against a number, yes where a number is needed, a choice that
is not one of its options.  Fields of linked records can be anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from doorstep.reading.feel import syntax
from doorstep.reading.feel.builtins import BUILTINS, accepts, form_of
from doorstep.reading.feel.kinds import ANY, BOOLEAN, NUMBER, Kind, comparable, of_value, said
from doorstep.reading.feel.names import OFFERS, Names
from doorstep.reading.feel.paths import PARTS
from doorstep.reading.feel.syntax import FeelError
from doorstep.reading.nearness import nearest

_DAYS = frozenset({"date", "date and time", "time"})
_LENGTHS = frozenset({"duration", "months", "length"})


def infer(tree: syntax.Expression, names: Names) -> tuple[Kind, tuple[FeelError, ...]]:
    """Return the kind of an expression's value (any, where it is not certain) and what is wrong with it."""
    typing = _Typing(names)
    return typing.of(tree), tuple(typing.found)


class _Typing:
    def __init__(self, names: Names) -> None:
        self.names = names
        self.found: list[FeelError] = []

    def of(self, tree: syntax.Expression) -> Kind:
        return _INFER[type(tree)](self, tree)

    def refuse(self, why: str, tree: syntax.Expression, suggestion: str | None = None) -> None:
        self.found.append(FeelError(why, tree.at, code="E304", suggestion=suggestion))

    def within(self, names: Mapping[str, Kind], tree: syntax.Expression, *, opened: bool = False) -> Kind:
        outside = self.names
        self.names = outside.within(names, opened=opened)
        kind = self.of(tree)
        self.names = outside
        return kind

    def literal(self, tree: syntax.Literal) -> Kind:
        return Kind(of_value(tree.value))

    def name(self, tree: syntax.Name) -> Kind:
        return ANY if self.names.open else self.names.kind(tree.name)

    def offer(self, tree: syntax.Offer) -> Kind:
        return OFFERS[tree.offer]

    def path(self, tree: syntax.Path) -> Kind:
        of = self.of(tree.of)
        if of.name in PARTS and tree.label not in PARTS[of.name]:
            parts = ", ".join(PARTS[of.name])
            why = f'{said(of.name).capitalize()} has no "{tree.label}"; it has {parts}.'
            self.refuse(why, tree, nearest(tree.label, PARTS[of.name]))
        elif of.name in ("text", "number", "boolean"):
            self.refuse(f'{said(of.name).capitalize()} has no parts, so "{tree.label}" cannot be read of it.', tree)
        return ANY

    def filter(self, tree: syntax.Filter) -> Kind:
        of = self.of(tree.of)
        by = self.within({"item": of.of or ANY}, tree.by, opened=True)
        return (of.of or ANY) if by.name == "number" else of if of.name == "list" and by.name == "boolean" else ANY

    def negate(self, tree: syntax.Negate) -> Kind:
        of = self.of(tree.of)
        if of.name not in ("number", "money", "any", "null", *_LENGTHS):
            self.refuse(f"Expected a number or a duration after the minus, but got {said(of.name)}.", tree)
        return of

    def binary(self, tree: syntax.Binary) -> Kind:
        left, right = self.of(tree.left), self.of(tree.right)
        if tree.op in ("and", "or"):
            self.wants_boolean(tree.left, left, f"on the left of {tree.op}")
            self.wants_boolean(tree.right, right, f"on the right of {tree.op}")
            return BOOLEAN
        if tree.op in ("+", "-", "*", "/", "**"):
            return self.arithmetic(tree, left, right)
        self.compared(tree.left, left, tree.right, right)
        return BOOLEAN

    def wants_boolean(self, tree: syntax.Expression, kind: Kind, where: str) -> None:
        if kind.name not in ("boolean", "any", "null"):
            self.refuse(f"Expected a yes or no {where}, but got {said(kind.name)}.", tree)

    def compared(self, one: syntax.Expression, left: Kind, other: syntax.Expression, right: Kind) -> bool:
        """Refuse a comparison that can never hold."""
        fits = comparable(left.name, right.name)
        if not fits:
            text = (
                one if _text(one) is not None or (isinstance(one, syntax.Literal) and _text(other) is None) else other
            )
            other_kind = right.name if text is one else left.name
            mend = _as_kind(text, other_kind)
            why = f"{said(left.name).capitalize()} cannot be compared with {said(right.name)}."
            self.refuse(why + (f" Write {mend}." if mend else ""), text, mend)
        self.offered(left, other)
        self.offered(right, one)
        return fits

    def offered(self, choice: Kind, value: syntax.Expression) -> None:
        """Refuse a text that is none of a choice's options."""
        text = _text(value)
        if choice.options and text is not None and text not in choice.options:
            near = nearest(text, choice.options)
            hint = f' Did you mean "{near}"?' if near else ""
            self.refuse(f'Expected one of {", ".join(choice.options)}, but got "{text}".{hint}', value, near)

    def arithmetic(self, tree: syntax.Binary, left: Kind, right: Kind) -> Kind:
        one, other, sign = left.name, right.name, tree.op
        if "any" in (one, other) or "null" in (one, other) or "length" in (one, other):
            return ANY
        if one == other == "number":
            return NUMBER
        result = _SUMS.get((sign, one, other))
        if result is None:
            self.refuse(f"{said(one).capitalize()} {sign} {said(other)} has no meaning.", tree)
            return ANY
        return Kind(result)

    def between(self, tree: syntax.Between) -> Kind:
        of = self.of(tree.of)
        for end in (tree.low, tree.high):
            self.compared(tree.of, of, end, self.of(end))
        return BOOLEAN

    def one_in(self, tree: syntax.In) -> Kind:
        of = self.of(tree.of)
        for test in tree.tests:
            self.tested(tree.of, of, test)
        return BOOLEAN

    def tested(self, one: syntax.Expression, of: Kind, test: syntax.Expression) -> None:
        """Refuse a test on the right of ``in`` that can never hold."""
        match test:
            case syntax.ListOf(_, items) if of.name != "list":
                for item in items:
                    self.tested(one, of, item)
            case syntax.Range(_, low, high):
                ends = [end for end in (low, high) if end is not None]
                all(self.compared(one, of, end, self.of(end)) for end in ends)  # one misfit is told once
            case syntax.Test(_, _, value):
                self.compared(one, of, value, self.of(value))
            case _:
                kind = self.of(test)
                if kind.name not in ("list", "range"):
                    self.compared(one, of, test, kind)

    def range(self, tree: syntax.Range) -> Kind:
        for end in (tree.low, tree.high):
            if end is not None:
                self.of(end)
        return Kind("range")

    def lone_test(self, tree: syntax.Test) -> Kind:
        self.of(tree.value)
        return Kind("range")

    def if_then(self, tree: syntax.If) -> Kind:
        self.wants_boolean(tree.condition, self.of(tree.condition), "after if")
        then, otherwise = self.of(tree.then), self.of(tree.otherwise)
        return then if then == otherwise else ANY

    def over(self, over: tuple[tuple[str, syntax.Expression], ...], result: syntax.Expression) -> Kind:
        outside = self.names
        for name, items in over:
            self.names = self.names.within({name: self.of(items).of or ANY, "partial": ANY})
        kind = self.of(result)
        self.names = outside
        return kind

    def for_in(self, tree: syntax.For) -> Kind:
        return Kind("list", of=self.over(tree.over, tree.result))

    def quantified(self, tree: syntax.Quantified) -> Kind:
        self.over(tree.over, tree.condition)
        return BOOLEAN

    def list_of(self, tree: syntax.ListOf) -> Kind:
        kinds = [self.of(item) for item in tree.items]
        alike = bool(kinds) and all(kind == kinds[0] for kind in kinds)
        return Kind("list", of=kinds[0] if alike else None)

    def context(self, tree: syntax.Context) -> Kind:
        outside = self.names
        for name, value in tree.entries:
            self.names = self.names.within({name: self.of(value)})
        self.names = outside
        return Kind("context")

    def function(self, tree: syntax.Function) -> Kind:
        self.within(dict.fromkeys(tree.parameters, ANY), tree.body)
        return Kind("function")

    def call(self, tree: syntax.Call) -> Kind:
        kinds = [self.of(argument) for argument in tree.arguments]
        if not isinstance(tree.function, str):
            self.of(tree.function)
            return ANY
        entries = [entry for entry in BUILTINS[tree.function] if entry.fits(len(kinds), tree.names)]
        if not entries:
            self.refuse(f"{tree.function} takes {form_of(tree.function)}, not {len(kinds)} values.", tree)
            return ANY
        if len(entries) == 1 and not tree.names:
            self.fits(entries[0].parameter, tree, kinds)
        results = {entry.result for entry in entries}
        return results.pop() if len(results) == 1 else ANY

    def fits(self, parameter: Callable[[int], object], tree: syntax.Call, kinds: list[Kind]) -> None:
        """Refuse an argument that a builtin can never take; lists of one stand for their item."""
        for index, kind in enumerate(kinds):
            wanted = parameter(index)
            certain = kind.name not in ("any", "null", "list", "length", "record", "range")
            if certain and wanted.kind != "list" and not accepts(wanted.kind, kind.name):  # type: ignore[attr-defined]
                why = f'{tree.function} wants {said(wanted.kind)} as "{wanted.name}", but got {said(kind.name)}.'  # type: ignore[attr-defined]
                self.refuse(why, tree.arguments[index])

    def instance_of(self, tree: syntax.InstanceOf) -> Kind:
        self.of(tree.of)
        return BOOLEAN


def _text(tree: syntax.Expression) -> str | None:
    """Return the text a literal is, else None."""
    return tree.value if isinstance(tree, syntax.Literal) and isinstance(tree.value, str) else None


def _as_kind(tree: syntax.Expression, wanted: str) -> str | None:
    """Return how a text literal is written as another kind of value."""
    text = _text(tree)
    if text is None:
        return None
    match wanted:
        case "date" | "time":
            return f'{wanted}("{text}")'
        case "date and time":
            return f'date and time("{text}")'
        case "duration" | "months" | "length":
            return f'duration("{text}")'
        case "number" | "money" if text.replace(".", "", 1).isdigit():
            return text
        case "boolean" if text.lower() in ("yes", "no", "true", "false"):
            return "true" if text.lower() in ("yes", "true") else "false"
    return None


_SUMS: Mapping[tuple[str, str, str], str] = {
    ("+", "text", "text"): "text",
    **{
        (sign, one, other): "money"
        for sign in "+-"
        for one, other in (("money", "money"), ("money", "number"), ("number", "money"))
    },
    ("*", "money", "number"): "money",
    ("*", "number", "money"): "money",
    ("/", "money", "number"): "money",
    ("/", "money", "money"): "number",
    **{("-", one, other): "duration" for one in ("date", "date and time") for other in ("date", "date and time")},
    ("-", "time", "time"): "duration",
    **{(sign, day, "duration"): day for sign in "+-" for day in _DAYS},
    **{("+", "duration", day): day for day in _DAYS},
    **{(sign, day, "months"): day for sign in "+-" for day in ("date", "date and time")},
    **{("+", "months", day): day for day in ("date", "date and time")},
    **{(sign, length, length): length for sign in "+-" for length in ("duration", "months")},
    **{("*", length, "number"): length for length in ("duration", "months")},
    **{("*", "number", length): length for length in ("duration", "months")},
    **{("/", length, "number"): length for length in ("duration", "months")},
    **{("/", length, length): "number" for length in ("duration", "months")},
}

_INFER: Mapping[type, Callable[..., Kind]] = {
    syntax.Literal: _Typing.literal,
    syntax.Name: _Typing.name,
    syntax.Offer: _Typing.offer,
    syntax.Path: _Typing.path,
    syntax.Filter: _Typing.filter,
    syntax.Negate: _Typing.negate,
    syntax.Binary: _Typing.binary,
    syntax.Between: _Typing.between,
    syntax.In: _Typing.one_in,
    syntax.Range: _Typing.range,
    syntax.Test: _Typing.lone_test,
    syntax.If: _Typing.if_then,
    syntax.For: _Typing.for_in,
    syntax.Quantified: _Typing.quantified,
    syntax.ListOf: _Typing.list_of,
    syntax.Context: _Typing.context,
    syntax.Function: _Typing.function,
    syntax.Call: _Typing.call,
    syntax.InstanceOf: _Typing.instance_of,
}
