"""Functions over numbers and money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import Money, Months
from doorstep.reading.feel.builtins import builtin
from doorstep.reading.feel.operate import EXACT


def _rounding(name: str, mode: str, *, scale: str) -> None:
    """Enter one of the functions that round; money keeps its currency."""

    @builtin(f"{name}(amount n, number scale{scale}) -> any")
    def rounded(value: Decimal | Money, places: Decimal = Decimal(0)) -> object:
        if abs(places) > 6_176:
            return Unknown(f"{name} cannot round to {places} places.", wrong=True)
        if isinstance(value, Money):
            return Money(_to_places(value.amount, int(places), mode), value.currency)
        return _to_places(value, int(places), mode)


def _to_places(number: Decimal, places: int, mode: str) -> Decimal:
    """Round to so many decimal places; negative ones round to tens, hundreds and so on."""
    if -number.as_tuple().exponent <= places:  # type: ignore[operator]
        return number
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=EXACT)
    return rounded if places >= 0 else rounded.quantize(Decimal(1))


for _name, _mode, _scale in (
    ("decimal", ROUND_HALF_EVEN, ""),
    ("floor", ROUND_FLOOR, "?"),
    ("ceiling", ROUND_CEILING, "?"),
    ("round up", ROUND_UP, ""),
    ("round down", ROUND_DOWN, ""),
    ("round half up", ROUND_HALF_UP, ""),
    ("round half down", ROUND_HALF_DOWN, ""),
):
    _rounding(_name, _mode, scale=_scale)


@builtin("abs(any n) -> any")
def absolute(value: object) -> object:
    match value:
        case Decimal() | timedelta():
            return abs(value)
        case Money(amount, currency):
            return Money(abs(amount), currency)
        case Months(count):
            return Months(abs(count))
    return Unknown("abs wants a number or a duration.", wrong=True)


@builtin("modulo(number dividend, number divisor) -> number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The sign is the divisor's, as FEEL says."""
    quotient = EXACT.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return EXACT.subtract(dividend, EXACT.multiply(divisor, quotient))


@builtin("odd(number number) -> boolean")
def odd(number: Decimal) -> bool:
    return number % 2 in (1, -1)


@builtin("even(number number) -> boolean")
def even(number: Decimal) -> bool:
    return number % 2 == 0


def _positive(name: str, function: Callable[[Decimal], Decimal]) -> None:
    builtin(f"{name}(number number) -> number")(function)


_positive("sqrt", EXACT.sqrt)
_positive("exp", EXACT.exp)


@builtin("log(number number) -> number")
def log(number: Decimal) -> object:
    return EXACT.ln(number) if number > 0 else Unknown("log wants a number above 0.", wrong=True)
