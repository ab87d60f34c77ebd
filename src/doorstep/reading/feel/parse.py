"""From text to tree: precedence climbing over a scanner that knows the names.

From loosest to tightest: or · and · comparison, between, in · + - · * / · ** · unary minus ·
instance of · path, filter, call.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from doorstep.reading.feel.brackets import Brackets
from doorstep.reading.feel.builtins import BUILTINS
from doorstep.reading.feel.kinds import ANY
from doorstep.reading.feel.names import OFFERS, Names
from doorstep.reading.feel.syntax import (
    Between,
    Binary,
    Call,
    Expression,
    FeelError,
    Filter,
    In,
    InstanceOf,
    Literal,
    Name,
    Negate,
    Offer,
    Path,
)

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


def parse(text: str, names: Names, *, suggest: bool = True) -> Expression:
    """Read one expression.  Raises FeelError with the place and, where there is one, the mend."""
    return _Parser(text, names, suggest=suggest).whole()


class _Parser(Brackets):
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
            near = self.near(offer, OFFERS)
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
            near = self.near(name, self.names.all_steps())
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

    def minus(self) -> Expression:
        at = self.at
        self.take("-")
        return Negate(at, self.expression(_MINUS))


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
