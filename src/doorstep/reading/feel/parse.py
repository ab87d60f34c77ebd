"""From text to tree: precedence climbing over a scanner that knows the names.

From loosest to tightest: or · and · comparison, between, in · + - · * / · ** · unary minus ·
instance of · path, filter, call.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from doorstep.reading.feel.builtins import BUILTINS
from doorstep.reading.feel.kinds import ANY, Kind
from doorstep.reading.feel.names import OFFERS, Names
from doorstep.reading.feel.scan import Scanner
from doorstep.reading.feel.syntax import (
    Between,
    Binary,
    Call,
    Context,
    Expression,
    FeelError,
    Filter,
    For,
    Function,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Negate,
    Offer,
    Path,
    Quantified,
    Range,
    Test,
)
from doorstep.reading.nearness import nearest

DEEPEST = 50
MOST_OPERATIONS = 300

_POWER = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), 3),
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "**": 6,
    "instance of": 8,
    ".": 9,
    "[": 9,
    "(": 9,
}
_MINUS = 7
_CONSTANTS = {"true": True, "false": False, "null": None}
_PARAMETER = re.compile(r"([^\W\d][\w ]*?)\s*:")
_KEY = re.compile(r"([^\W\d][^\":{}\[\](),]*?)\s*:")
_TYPE = re.compile(r"[^\W\d]\w*(?:\s+(?!and\b(?!\s+(?:time|months)\b)|or\b|then\b|else\b)\w+)*")
_SIGNS = ("<=", ">=", "<", ">", "!=", "=")


def parse(text: str, names: Names) -> Expression:
    """Read one expression.  Raises FeelError with the place and, where there is one, the mend."""
    return _Parser(text, names).whole()


class _Parser(Scanner):
    depth = 0
    operations = 0

    def whole(self) -> Expression:
        if not self.text[self.at :]:
            raise FeelError("Expected a condition, but got nothing.", 0)
        tree = self.expression()
        if self.at < len(self.text):
            self.fail(f"Expected the end of the condition, or and, or, a comparison, but {self.came()}")
        return tree

    def expression(self, power: int = 0) -> Expression:
        """Read operands and what joins them, as long as it binds tighter than ``power``."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FeelError(f"A condition may be nested {DEEPEST} levels deep, but this one is deeper.", self.at)
        left = self.operand()
        while (sign := self.infix()) and _POWER.get(sign, 0) > power:
            self.operations += 1
            if self.operations > MOST_OPERATIONS:
                raise FeelError(f"A condition may have {MOST_OPERATIONS} operations, but this one has more.", self.at)
            left = self.joined(left, sign)
        self.depth -= 1
        return left

    def joined(self, left: Expression, sign: str) -> Expression:
        """Read what follows an operand from its sign on."""
        at = self.at
        match sign:
            case ".":
                return self.path(left)
            case "[":
                return self.filter(left)
            case "(":
                return Call(left.at, left, *self.arguments())
            case "between":
                return self.between(left)
            case "in":
                self.take_word("in")
                return In(at, left, self.tests())
            case "instance of":
                return self.instance_of(left)
            case _:
                self.at += len(sign)
                self.skip()
                return Binary(at, sign, left, self.expression(_POWER[sign]))

    # -- Operands ------------------------------------------------------------------------------------

    def operand(self) -> Expression:
        at = self.at
        sign = self.text[at : at + 1]
        if sign == '"':
            return Literal(at, self.string())
        if sign in _OPENERS:
            return _OPENERS[sign](self)
        if sign == "@" and self.text[at + 1 : at + 2] == '"':
            return Literal(at, self.literal_in_quotes())
        return self.called_or_named()

    def called_or_named(self) -> Expression:
        """Read a call, the longest known name, a keyword's expression or a number."""
        at = self.at
        found = self.names.longest(self.text, at)
        called = self.called()
        if called and len(called) >= (len(found[0]) if found else 0):
            if called == "step":
                return self.step_in_quotes()
            if called in BUILTINS:
                self.at = self.text.index("(", at)
                return Call(at, called, *self.arguments())
        if found:
            return self.named(*found)
        for word, read in _PHRASES.items():
            if self.take_word(word):
                return read(self, at)
        for word, value in _CONSTANTS.items():
            if self.take_word(word):
                return Literal(at, value)
        number = self.number()
        return self.unknown() if number is None else Literal(at, number)

    def named(self, name: str, what: str) -> Expression:
        at = self.at
        self.at += len(name)
        self.skip()
        key = self.names.key(name)
        if key is not None and (what == "step" or self._offer_follows(name)):
            return self.offer(at, name, key)
        return Name(at, name)

    def _offer_follows(self, name: str) -> bool:
        found = re.compile(r"\.\s*(\w+)").match(self.text, self.at)
        return bool(found and found[1] in OFFERS and self.names.kind(name).name not in ("record", "any"))

    def offer(self, at: int, name: str, key: str) -> Expression:
        """Read what a step offers, from the dot on."""
        offers = ", ".join(OFFERS)
        if not self.take("."):
            raise FeelError(f'"{name}" is a step: say what of it with a dot and one of {offers}.', at, code="E302")
        place = self.at
        offer = self.word() or ""
        if offer not in OFFERS:
            near = nearest(offer, OFFERS)
            raise FeelError(f'A step offers {offers}, but not "{offer}".', place, code="E302", suggestion=near)
        return Offer(at, name, key, offer)

    def step_in_quotes(self) -> Expression:
        at = self.at
        self.at = self.text.index("(", at)
        self.take("(")
        place = self.at
        if not self.stands('"'):
            self.fail(f'Expected the name of a step in double quotes, as in step("Review"), but {self.came()}')
        name = self.string()
        self.expect(")", "after the name of the step")
        key = self.names.key(name)
        if key is None:
            near = nearest(name, self.names.all_steps())
            hint = f' Did you mean "{near}"?' if near else ""
            raise FeelError(f'"{name}" is not a step of this page.{hint}', place, code="E302", suggestion=near)
        return self.offer(at, name, key)

    def unknown(self) -> Expression:
        """Take an unknown name for a field of the item inside a filter; refuse it everywhere else."""
        at = self.at
        found = re.compile(r"[^\W\d]|\d+[^\W\d]").match(self.text, at)
        name = self.label() if found else None
        if name is None:
            self.fail(f"Expected a fact, a step or a value, but {self.came()}")
        if not self.names.open:
            self.fail_unknown(name, at)
        return Name(at, name)

    # -- What follows an operand ---------------------------------------------------------------------

    def path(self, of: Expression) -> Expression:
        at = self.at
        self.take(".")
        place = self.at
        label = self.label()
        if label is None:
            self.fail(f"Expected the name of a field after the dot, but {self.came()}")
        return Path(place if isinstance(of, Name) else at, of, label)

    def filter(self, of: Expression) -> Expression:
        at = self.at
        self.take("[")
        outside = self.names
        self.names = outside.within({"item": ANY}, opened=True)
        by = self.expression()
        self.names = outside
        self.expect("]", "after the filter")
        return Filter(at, of, by)

    def between(self, of: Expression) -> Expression:
        at = self.at
        self.take_word("between")
        low = self.expression(3)
        self.expect_word("and", "in between … and …")
        return Between(at, of, low, self.expression(3))

    def instance_of(self, of: Expression) -> Expression:
        at = self.at
        self.take_word("instance")
        self.take_word("of")
        return InstanceOf(at, of, self.type_name())

    def type_name(self) -> str:
        found = _TYPE.match(self.text, self.at)
        if found is None:
            self.fail(f"Expected the name of a type, but {self.came()}")
        self.at = found.end()
        self.skip()
        name = " ".join(found[0].split())
        while self.take("<"):
            name += "<"
            while not self.take(">") and self.at < len(self.text):
                name += self.text[self.at]
                self.at += 1
            name += ">"
            if self.take("->"):
                name += f"->{self.type_name()}"
        return name

    def tests(self) -> tuple[Expression, ...]:
        """Read what stands on the right of ``in``: a test, or several in brackets."""
        at = self.at
        if self.take("("):
            tests = [self.test()]
            if self.stands(".."):
                return (self.range(at, tests[0], closed=False),)
            while self.take(","):
                tests.append(self.test())
            self.expect(")", "after the values")
            return tuple(tests)
        return (self.test(),)

    def test(self) -> Expression:
        at = self.at
        for sign in _SIGNS:
            if self.take(sign):
                value = self.expression(3)
                return Test(at, sign, value) if sign in ("=", "!=") else _half(at, sign, value)
        return self.expression(3)

    def arguments(self) -> tuple[tuple[Expression, ...], tuple[str, ...]]:
        """Read the arguments of a call from the bracket on, with their names where they are named."""
        self.take("(")
        values: list[Expression] = []
        names: list[str] = []
        while not self.take(")"):
            if values:
                self.expect(",", "or ) after an argument")
            if named := _PARAMETER.match(self.text, self.at):
                names.append(named[1])
                self.at = named.end()
                self.skip()
            values.append(self.argument())
        return tuple(values), tuple(names)

    def argument(self) -> Expression:
        if self.at >= len(self.text):
            self.fail("Expected ) after the arguments, but the condition ends here.")
        return self.test()

    # -- Brackets ------------------------------------------------------------------------------------

    def group(self) -> Expression:
        at = self.at
        self.take("(")
        inner = self.test() if self.text[self.at : self.at + 1] in ("<", ">", "=") else self.expression()
        if self.stands(".."):
            return self.range(at, inner, closed=False)
        self.expect(")", "to close the bracket")
        return inner

    def list_or_range(self) -> Expression:
        at = self.at
        self.take("[")
        items: list[Expression] = []
        while not self.take("]"):
            if items:
                self.expect(",", "or ] in the list")
            items.append(self.argument())
            if len(items) == 1 and self.stands(".."):
                return self.range(at, items[0], closed=True)
        return ListOf(at, tuple(items))

    def open_range(self) -> Expression:
        at = self.at
        self.take("]")
        return self.range(at, self.expression(), closed=False)

    def range(self, at: int, low: Expression, *, closed: bool) -> Range:
        self.expect("..", "in the range")
        high = self.expression()
        if self.take("]"):
            return Range(at, low, high, closed, high_closed=True)
        if self.take(")") or self.take("["):
            return Range(at, low, high, closed, high_closed=False)
        self.fail(f"Expected ] or ) after the range, but {self.came()}")

    def context(self) -> Expression:
        at = self.at
        self.take("{")
        entries: dict[str, Expression] = {}
        outside = self.names
        while not self.take("}"):
            if entries:
                self.expect(",", "or } in the record")
            key = self.key()
            if key in entries:
                self.fail(f'"{key}" stands twice in this record.')
            entries[key] = self.expression()
            self.names = outside.within(dict.fromkeys(entries, ANY))
        self.names = outside
        return Context(at, tuple(entries.items()))

    def key(self) -> str:
        if self.stands('"'):
            name = self.string()
        elif found := _KEY.match(self.text, self.at):
            name = " ".join(found[1].split())
            self.at += len(found[1])
            self.skip()
        else:
            self.fail_outside_braces()
        self.expect(":", "after the name of a field")
        return name

    def fail_outside_braces(self) -> NoReturn:
        found = re.compile(r"([\w' -]+)\}").match(self.text, self.at)
        if found:
            why = "A condition names facts without braces, as in value > 25000."
            raise FeelError(why, self.at - 1, suggestion=found[1].strip())
        self.fail(f"Expected the name of a field, but {self.came()}")

    def minus(self) -> Expression:
        at = self.at
        self.take("-")
        return Negate(at, self.expression(_MINUS))

    # -- Phrases -------------------------------------------------------------------------------------

    def if_then(self, at: int) -> Expression:
        condition = self.expression()
        self.expect_word("then", "in if … then … else …")
        then = self.expression()
        self.expect_word("else", "in if … then … else …")
        return If(at, condition, then, self.expression())

    def for_in(self, at: int) -> Expression:
        outside = self.names
        over = self.iterators()
        self.names = self.names.within({"partial": Kind("list")})
        self.expect_word("return", "in for … in … return …")
        result = self.expression()
        self.names = outside
        return For(at, over, result)

    def quantified(self, at: int, *, every: bool) -> Expression:
        outside = self.names
        over = self.iterators()
        self.expect_word("satisfies", "in some … in … satisfies …")
        condition = self.expression()
        self.names = outside
        return Quantified(at, every, over, condition)

    def iterators(self) -> tuple[tuple[str, Expression], ...]:
        """Read ``x in list, y in 1..5``; the names hold from there on."""
        over: list[tuple[str, Expression]] = []
        while not over or self.take(","):
            name = self.label()
            if name is None:
                self.fail(f"Expected a name for the item, but {self.came()}")
            self.expect_word("in", "after the name of the item")
            at, items = self.at, self.expression()
            if self.take(".."):
                items = Range(at, items, self.expression(), low_closed=True, high_closed=True)
            over.append((name, items))
            self.names = self.names.within({name: ANY})
        return tuple(over)

    def function(self, at: int) -> Expression:
        self.expect("(", "after function")
        parameters: list[str] = []
        while not self.take(")"):
            if parameters:
                self.expect(",", "or ) after a parameter")
            name = self.label()
            if name is None:
                self.fail(f"Expected the name of a parameter, but {self.came()}")
            parameters.append(name)
            if self.take(":"):
                self.type_name()
        outside = self.names
        self.names = outside.within(dict.fromkeys(parameters, ANY))
        body = self.expression()
        self.names = outside
        return Function(at, tuple(parameters), body)


def _half(at: int, sign: str, end: Expression) -> Range:
    closed = sign.endswith("=")
    if sign.startswith("<"):
        return Range(at, None, end, low_closed=False, high_closed=closed)
    return Range(at, end, None, low_closed=closed, high_closed=False)


_OPENERS: dict[str, Callable[[_Parser], Expression]] = {
    "(": _Parser.group,
    "[": _Parser.list_or_range,
    "]": _Parser.open_range,
    "{": _Parser.context,
    "-": _Parser.minus,
}
_PHRASES: dict[str, Callable[[_Parser, int], Expression]] = {
    "if": _Parser.if_then,
    "for": _Parser.for_in,
    "some": lambda parser, at: parser.quantified(at, every=False),
    "every": lambda parser, at: parser.quantified(at, every=True),
    "function": _Parser.function,
}
