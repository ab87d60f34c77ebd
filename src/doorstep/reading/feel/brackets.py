"""What stands in brackets, and the phrases that begin with a word: if, for, some, every, function."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import NoReturn

from doorstep.reading.feel.kinds import ANY, Kind
from doorstep.reading.feel.scan import Scanner
from doorstep.reading.feel.syntax import (
    Context,
    Expression,
    FeelError,
    For,
    Function,
    If,
    ListOf,
    Quantified,
    Range,
    Test,
)

_PARAMETER = re.compile(r"([^\W\d][\w ]*?)\s*:")
_KEY = re.compile(r"([^\W\d][^\":{}\[\](),]*?)\s*:")
_TYPE = re.compile(r"[^\W\d]\w*(?:\s+(?!and\b(?!\s+(?:time|months)\b)|or\b|then\b|else\b)\w+)*")
_BRACED = re.compile(r"([\w' -]+)\}")
_SIGNS = ("<=", ">=", "<", ">", "!=", "=")


class Brackets(Scanner, ABC):
    """Reads what is inside brackets by reading expressions, however those are read."""

    @abstractmethod
    def expression(self, power: int = 0) -> Expression:
        """Read operands and what joins them, as long as it binds tighter than ``power``."""

    def type_name(self) -> str:
        found = _TYPE.match(self.text, self.at)
        if found is None:
            self.fail(f"Expected the name of a type, but {self.came()}")
        self.at = found.end()
        self.skip()
        name = " ".join(found[0].split())
        return name + self.type_arguments()

    def type_arguments(self) -> str:
        """Read what stands in angle brackets behind a type, as written."""
        if not self.stands("<"):
            return ""
        start, open_brackets = self.at, 0
        while self.at < len(self.text):
            open_brackets += {"<": 1, ">": -1}.get(self.text[self.at], 0)
            self.at += 1
            if not open_brackets:
                break
        else:
            self.fail("Expected > after the type, but the condition ends here.")
        inside = self.text[start : self.at]
        self.skip()
        return f"{inside}->{self.type_name()}" if self.take("->") else inside

    def tests(self) -> tuple[Expression, ...]:
        """Read what stands on the right of ``in``: a test, or several in brackets."""
        at = self.at
        if self.take("("):
            tests = [self.argument()]
            if self.stands(".."):
                return (self.range(at, tests[0], closed=False),)
            while self.take(","):
                tests.append(self.argument())
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
            self.fail("Expected a value, but the condition ends here.")
        return self.test() if self.text[self.at] in "<>=!" else self.expression()

    def group(self) -> Expression:
        at = self.at
        self.take("(")
        inner = self.argument()
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
        if not (self.take(")") or self.take("[")):
            self.fail(f"Expected ] or ) after the range, but {self.came()}")
        return Range(at, low, high, closed, high_closed=False)

    def context(self) -> Expression:
        at = self.at
        self.take("{")
        entries: dict[str, Expression] = {}
        outside = self.names
        while not self.take("}"):
            if entries:
                self.expect(",", "or } in the record")
            place, key = self.at, self.key()
            if key in entries:
                raise FeelError(f'"{key}" stands twice in this record.', place)
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
        found = _BRACED.match(self.text, self.at)
        if found:
            why = "A condition names facts without braces, as in value > 25000."
            raise FeelError(why, self.at - 1, suggestion=found[1].strip())
        self.fail(f"Expected the name of a field, but {self.came()}")

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
