"""The scanner: what stands at a place depends on what may stand there, so the parser asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NoReturn

from doorstep.kernel.values import Months
from doorstep.reading.feel.names import Names
from doorstep.reading.feel.operate import EXACT
from doorstep.reading.feel.syntax import FeelError
from doorstep.reading.feel.temporal import temporal
from doorstep.reading.nearness import nearest

LONGEST_TEXT = 4_000

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_INFIX = re.compile(
    r"\*\*|<=|>=|!=|\.\.|=(?!=)|<(?!>)|[-+*/>.(]|\[(?!\s*(?:$|[)\],}<>=!.]|(?:and|or|then|else)\b))|(?:and|or|in|between|instance\s+of)(?!\w)",
)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_WORD = re.compile(r"[\w'’]+(?:-[^\W\d][\w'’]*)*")
_CALLED = re.compile(r"([A-Za-z]\w*(?:\s+[A-Za-z]\w*)*)\s*\(")
_AMOUNT = re.compile(r"(?:[A-Z]{3}|[€$£¥])\s*(\d(?:[\d.,' ]*\d)?)")
_THOUSANDS = re.compile(r"(?<![\w.])\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?(?!\w)")
KEYWORDS = frozenset({"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"})

_MENDS = (
    ("==", 'Write = to compare, as in status = "Done".', "="),
    ("&&", "Write and between two conditions.", "and"),
    ("||", "Write or between two conditions.", "or"),
    ("<>", "Write != for unequal.", "!="),
    ("!", "Write not(…) to turn a condition around.", "not("),
    ("'", 'Text stands in double quotes, as in "Done".', None),
    ("‘", 'Text stands in double quotes, as in "Done".', None),
    ("“", 'Text stands in straight double quotes, as in "Done".', None),
    ("„", 'Text stands in straight double quotes, as in "Done".', None),
    ("{", "A condition names facts without braces, as in value > 25000.", None),
    ("%", "There is no percent sign: write 0.05 for 5 %.", None),
)


class Scanner:
    """A text and a place in it."""

    def __init__(self, text: str, names: Names, *, suggest: bool = True) -> None:
        if len(text) > LONGEST_TEXT:
            raise FeelError(f"A condition may have {LONGEST_TEXT:,} characters, but this one has {len(text):,}.", 0)
        self.text = text
        self.at = 0
        self.names = names
        self.suggest = suggest
        self.skip()

    def skip(self) -> None:
        """Go over blanks and comments."""
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]

    def stands(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def take(self, sign: str) -> bool:
        """Go over a sign if it stands here."""
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        self.skip()
        return True

    def expect(self, sign: str, where: str) -> None:
        if not self.take(sign):
            self.fail(f"Expected {sign} {where}, but {self.came()}")

    def take_word(self, word: str) -> bool:
        """Go over a keyword if it stands here as a whole word."""
        end = self.at + len(word)
        if self.text[end : end + 1].isalnum() or not self.stands(word):
            return False
        return self.take(word)

    def expect_word(self, word: str, where: str) -> None:
        if not self.take_word(word):
            self.fail(f"Expected {word} {where}, but {self.came()}")

    def infix(self) -> str:
        """Return the sign or word between operands that stands here, or nothing."""
        found = _INFIX.match(self.text, self.at)
        return "instance of" if found and found[0][:2] == "in" and len(found[0]) > 2 else found[0] if found else ""

    def number(self) -> Decimal | None:
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            return None
        try:
            number = EXACT.create_decimal(found[0])
        except ArithmeticError:
            self.fail(f"{found[0]} is beyond what can be counted.")
        self.at = found.end()
        self.skip()
        return number

    def string(self) -> str:
        """Read the text in double quotes that begins here."""
        found = _STRING.match(self.text, self.at)
        if found is None:
            self.fail('The text that begins here has no end: expected a closing ".')
        self.at = found.end()
        self.skip()
        return _without_escapes(found[1]) if "\\" in found[1] else found[1]

    def literal_in_quotes(self) -> date | time | datetime | timedelta | Months:
        """Read the literal ``@"2026-03-12"`` that begins here."""
        start = self.at
        self.at += 1
        text = self.string()
        value = temporal(text)
        if value is None:
            raise FeelError(f'Expected a date, a time or a duration after @, but got "{text}".', start)
        return value

    def word(self) -> str | None:
        """Read one word, hyphens between letters included."""
        found = _WORD.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        self.skip()
        return found[0]

    def label(self) -> str | None:
        """Read the longest run of words up to a sign or keyword: ``Delivery status``, ``Go-live date``."""
        words: list[str] = []
        while (found := _WORD.match(self.text, self.at)) and not (
            found[0] in KEYWORDS if words else found[0].isdigit()
        ):
            words.append(found[0])
            self.at = found.end()
            self.skip()
        return " ".join(words) or None

    def called(self) -> str | None:
        """Return the words before the bracket of a call that stands here, without going over them."""
        found = _CALLED.match(self.text, self.at)
        return found and " ".join(found[1].split())

    def came(self) -> str:
        """Say what stands here, as the end of a sentence."""
        found = re.match(r"[\w'’-]+|\S", self.text[self.at : self.at + 40])
        return f'got "{found[0]}".' if found else "the condition ends here."

    def fail(self, why: str) -> NoReturn:
        """Refuse what stands here, with the mend where the mistake is a known one."""
        for sign, mend, suggestion in _MENDS:
            if self.stands(sign):
                raise FeelError(mend, self.at, suggestion=suggestion)
        for grouped in _THOUSANDS.finditer(self.text):
            if grouped.start() < self.at < grouped.end():
                _refuse_amount(grouped[0], grouped[0], grouped.start())
        if amount := _AMOUNT.match(self.text, self.at):
            _refuse_amount(amount[0], amount[1], self.at)
        raise FeelError(why, self.at)

    def near(self, name: str, known: Iterable[str]) -> str | None:
        """Return the known name that was meant, if any, and if suggestions are wanted."""
        return nearest(name, known) if self.suggest else None

    def fail_unknown(self, name: str, at: int) -> NoReturn:
        if amount := _AMOUNT.match(self.text, at):
            _refuse_amount(amount[0], amount[1], at)
        near = self.near(name, self.names.all())
        hint = (
            f' Did you mean "{near}"?'
            if near
            else " Facts and steps are written as on the page, text in double quotes."
        )
        raise FeelError(f'"{name}" is not a fact or a step.{hint}', at, code="E302", suggestion=near)


def _refuse_amount(written: str, digits: str, at: int) -> NoReturn:
    number = re.sub(r"[,' ]", "", digits)
    why = (
        f'"{written}" is not a number a condition can read. '
        f"Write {number}: money compares with a number in the currency of the process."
    )
    raise FeelError(why, at, code="E303", suggestion=number)


def _without_escapes(text: str) -> str:
    """Put escaped characters in their places, the two halves of a surrogate pair as one."""
    plain = _ESCAPE.sub(_unescaped, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(found: re.Match[str]) -> str:
    if code := found[1] or found[2]:
        return chr(min(int(code, 16), 0x10FFFF))
    return _ESCAPED.get(found[3], found[0])
