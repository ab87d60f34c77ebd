"""What signs do to values: exact, three-valued, and with a reason where there is no answer.

Every function takes any values and returns one or an Unknown; it never raises.  A fact that is not
known yet passes its reason on; what can never be answered (text against a number) is wrong.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import Money, Months, common_currency, plain
from doorstep.reading.feel.kinds import of_value, said

EXACT = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emax=299, Emin=-299, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""Numbers are IEEE 754 decimals of 34 digits, as FEEL says, within what a JSON number can hold."""

LONGEST_LIST = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """A range at run time; an end that is None is open without limit."""

    low: object
    high: object
    low_closed: bool
    high_closed: bool


def is_null(value: object) -> bool:
    return value is None or isinstance(value, Unknown)


def unknown_of(*values: object) -> Unknown | None:
    """Return the first reason among the values; a wrong one comes first."""
    found = [value for value in values if isinstance(value, Unknown)]
    for value in found:
        if value.wrong:
            return value
    if found:
        return found[0]
    return Unknown("Nothing (null) stands where a value is needed.") if None in values else None


def shown(value: object) -> str:
    """Show a value in a sentence."""
    if isinstance(value, str):
        return f'"{value}"'
    try:
        return str(plain(value))
    except TypeError:
        return said(of_value(value))


def wrong(what: str, left: object, right: object) -> Unknown:
    one, other = said(of_value(left)), said(of_value(right))
    return Unknown(f"{one.capitalize()} cannot be {what} {other} ({shown(left)} and {shown(right)}).", wrong=True)


# -- Comparison ----------------------------------------------------------------------------------------


def equal(left: object, right: object, currency: str = "") -> bool | Unknown:
    """Whether two values are the same; ``= null`` asks whether a value is there at all."""
    if type(left) is type(right) and isinstance(left, str | Decimal | bool | Months):
        return left == right
    if left is None or right is None:
        broken = next((v for v in (left, right) if isinstance(v, Unknown) and v.wrong), None)
        return broken or (is_null(left) and is_null(right))
    if missing := unknown_of(left, right):
        return missing
    return _equal_of_kinds(left, right, currency)


def _equal_of_kinds(left: object, right: object, currency: str) -> bool | Unknown:
    match left, right:
        case (list() | tuple(), list() | tuple()):
            return _all_equal(left, right, currency) if len(left) == len(right) else False
        case (Mapping(), Mapping()):
            if left.keys() != right.keys():
                return False
            return _all_equal(list(left.values()), [right[key] for key in left], currency)
        case (Money() | Decimal(), Money() | Decimal()):
            return _compare_amounts(operator.eq, left, right, currency)
        case (datetime() | time(), datetime() | time()) if type(left) is type(right):
            return _compare_moments(operator.eq, left, right)
        case _ if of_value(left) == of_value(right):
            return bool(left == right)
        case _:
            return wrong("compared with", left, right)


def _all_equal(
    left: list[object] | tuple[object, ...], right: list[object] | tuple[object, ...], currency: str
) -> bool | Unknown:
    """Null is equal to null inside lists and records."""
    answer: bool | Unknown = True
    for one, other in zip(left, right, strict=True):
        same = equal(one, other, currency)
        if same is False:
            return False
        if same is not True:
            answer = same
    return answer


def unequal(left: object, right: object, currency: str = "") -> bool | Unknown:
    same = equal(left, right, currency)
    return same if isinstance(same, Unknown) else not same


_ORDER: Mapping[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(sign: str, left: object, right: object, currency: str = "") -> bool | Unknown:
    """Answer < <= > >= ."""
    order = _ORDER[sign]
    if type(left) is type(right) and isinstance(left, str | Decimal | timedelta | Months):
        return order(left, right)
    if missing := unknown_of(left, right):
        return missing
    match left, right:
        case (Money() | Decimal(), Money() | Decimal()):
            return _compare_amounts(order, left, right, currency)
        case (datetime() | time(), datetime() | time()) if type(left) is type(right):
            return _compare_moments(order, left, right)
        case (date(), date()) if type(left) is type(right):
            return order(left, right)
        case _:
            return wrong("compared with", left, right)


def _compare_amounts(
    order: Callable[..., bool], left: Money | Decimal, right: Money | Decimal, currency: str
) -> bool | Unknown:
    found = common_currency(left, right, process=currency)
    if isinstance(found, Unknown):
        return found
    return order(amount_of(left), amount_of(right))


def amount_of(value: Money | Decimal) -> Decimal:
    return value.amount if isinstance(value, Money) else value


def _compare_moments(order: Callable[..., bool], left: datetime | time, right: datetime | time) -> bool | Unknown:
    try:
        return order(on_clock(left), on_clock(right))
    except TypeError:
        return Unknown("A time with an offset cannot be compared with one without.", wrong=True)


def on_clock(moment: datetime | time) -> datetime | time:
    """Give a time a day, so that one in a zone of changing offset compares, too."""
    if isinstance(moment, time) and moment.tzinfo is not None:
        return datetime.combine(date(2000, 1, 1), moment)
    return moment


def contained(value: object, test: object, currency: str = "") -> bool | Unknown:
    """Whether a value is in a range, one of a list, or the same."""
    if isinstance(test, Span):
        return in_span(value, test, currency)
    if isinstance(test, list | tuple) and not isinstance(value, list | tuple):
        return any_of(contained(value, item, currency) for item in test)
    if isinstance(test, list | tuple):
        return any_of([equal(value, test, currency), *(_in_item(value, item, currency) for item in test)])
    return equal(value, test, currency)


def _in_item(value: object, item: object, currency: str) -> bool | Unknown:
    return equal(value, item, currency) if isinstance(item, list | tuple) else False


def in_span(value: object, span: Span, currency: str = "") -> bool | Unknown:
    low = span.low is None or compare(">=" if span.low_closed else ">", value, span.low, currency)
    high = span.high is None or compare("<=" if span.high_closed else "<", value, span.high, currency)
    return both(low, high)


# -- And, or ---------------------------------------------------------------------------------------------


def both(left: object, right: object) -> bool | Unknown:
    """Answer ``and``: false wins over unknown."""
    if left is False or right is False:
        return False
    if left is True and right is True:
        return True
    return _not_both_known(left, right)


def either(left: object, right: object) -> bool | Unknown:
    """Answer ``or``: true wins over unknown."""
    if left is True or right is True:
        return True
    if left is False and right is False:
        return False
    return _not_both_known(left, right)


def _not_both_known(left: object, right: object) -> Unknown:
    for value in (left, right):
        if not (isinstance(value, bool) or is_null(value)):
            return Unknown(f"and, or want a yes or no, but got {shown(value)}.", wrong=True)
    return unknown_of(left, right) or Unknown("")


def any_of(answers: object) -> bool | Unknown:
    found: bool | Unknown = False
    for answer in answers:  # type: ignore[attr-defined]
        found = either(found, answer)
        if found is True:
            return True
    return found


def all_of(answers: object) -> bool | Unknown:
    found: bool | Unknown = True
    for answer in answers:  # type: ignore[attr-defined]
        found = both(found, answer)
        if found is False:
            return False
    return found


# -- Arithmetic ----------------------------------------------------------------------------------------------


def calculate(sign: str, left: object, right: object, currency: str = "") -> object:
    """Answer + - * / ** for numbers, money, dates, durations and (+ alone) text."""
    if missing := unknown_of(left, right):
        return missing
    try:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return _NUMBERS[sign](left, right)
        return _calculate_of_kinds(sign, left, right, currency)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        return Unknown(f"{shown(left)} {sign} {shown(right)} has no answer.", wrong=True)
    except (ArithmeticError, ValueError):
        return Unknown(f"{shown(left)} {sign} {shown(right)} is beyond what can be counted.", wrong=True)
    except TypeError:
        return wrong(_DONE[sign], left, right)


_NUMBERS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
    "**": EXACT.power,
}
_DONE = {"+": "added to", "-": "less", "*": "multiplied by", "/": "divided by", "**": "raised to"}


def _calculate_of_kinds(sign: str, left: object, right: object, currency: str) -> object:
    match left, right:
        case (str(), str()) if sign == "+":
            return left + right
        case (Money(), _) | (_, Money()):
            return _with_money(sign, left, right, currency)
        case (timedelta() | Months(), _) | (_, timedelta() | Months()):
            return _with_duration(sign, left, right)
        case (date() | time(), date() | time()) if sign == "-":
            return _between(left, right)
        case _:
            raise TypeError


def _with_money(sign: str, left: object, right: object, currency: str) -> object:
    """Add and subtract amounts of one currency, multiply and divide by numbers."""
    if not isinstance(left, Money | Decimal) or not isinstance(right, Money | Decimal):
        raise TypeError
    found = common_currency(left, right, process=currency)
    if sign in "+-" and isinstance(found, Unknown):
        return found
    twice = isinstance(left, Money) and isinstance(right, Money)
    if sign == "**" or (sign == "*" and twice) or (sign == "/" and isinstance(left, Decimal)):
        raise TypeError
    amount = _NUMBERS[sign](amount_of(left), amount_of(right))
    if sign == "/" and twice:
        return found if isinstance(found, Unknown) else amount
    own = next(money.currency for money in (left, right) if isinstance(money, Money))
    return Money(amount, own if isinstance(found, Unknown) or sign in "*/" else found)


def _with_duration(sign: str, left: object, right: object) -> object:
    match sign, left, right:
        case ("+" | "-", timedelta(), timedelta()):
            return left + right if sign == "+" else left - right
        case ("+" | "-", Months(a), Months(b)):
            return Months(a + b if sign == "+" else a - b)
        case ("+", timedelta() | Months(), date() | time()):
            return shifted(right, left)
        case ("+", date() | time(), timedelta() | Months()):
            return shifted(left, right)
        case ("-", date() | time(), timedelta()):
            return shifted(left, -right)
        case ("-", date() | time(), Months(count)):
            return shifted(left, Months(-count))
        case ("*", timedelta() | Months(), Decimal()):
            return _times(left, right)
        case ("*", Decimal(), timedelta() | Months()):
            return _times(right, left)
        case ("/", timedelta() | Months(), Decimal()):
            return _times(left, EXACT.divide(Decimal(1), right))
        case ("/", timedelta(), timedelta()):
            return EXACT.divide(seconds_of(left), seconds_of(right))
        case ("/", Months(a), Months(b)):
            return EXACT.divide(Decimal(a), Decimal(b))
    raise TypeError


def seconds_of(length: timedelta) -> Decimal:
    return Decimal(length.days * 86400 + length.seconds) + Decimal(length.microseconds) / 1_000_000


def _times(length: timedelta | Months, factor: Decimal) -> timedelta | Months:
    if isinstance(length, Months):
        return Months(int(EXACT.multiply(Decimal(length.count), factor)))
    micros = EXACT.multiply(seconds_of(length), factor) * 1_000_000
    return timedelta(microseconds=int(micros.to_integral_value(ROUND_HALF_EVEN)))


def shifted(moment: date | time, by: timedelta | Months) -> date | time:
    """Move a date, a time (round the clock) or both by a duration."""
    if isinstance(by, Months):
        if isinstance(moment, time):
            raise TypeError
        return _months_later(moment, by.count)
    if isinstance(moment, time):
        return (datetime.combine(date(2000, 1, 3), moment) + by % timedelta(days=1)).timetz()
    if isinstance(moment, datetime):
        return moment + by
    return (datetime.combine(moment, time()) + by).date()


def _months_later(day: date, count: int) -> date:
    """The same day of another month, or its last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _between(left: date | time, right: date | time) -> timedelta:
    """From one moment to another; a date is its midnight (in UTC against a time with an offset)."""
    if isinstance(left, time) or isinstance(right, time):
        if not (isinstance(left, time) and isinstance(right, time)):
            raise TypeError
        day = date(2000, 1, 1)
        return datetime.combine(day, left) - datetime.combine(day, right)
    return _midnight(left, right) - _midnight(right, left)


def _midnight(moment: date, beside: date) -> datetime:
    if isinstance(moment, datetime):
        return moment
    aware = isinstance(beside, datetime) and beside.tzinfo is not None
    return datetime.combine(moment, time(), tzinfo=UTC if aware else None)


def negated(value: object) -> object:
    """Answer unary minus."""
    match value:
        case Decimal():
            return EXACT.minus(value)
        case Money(amount, currency):
            return Money(EXACT.minus(amount), currency)
        case timedelta() if value > timedelta.min:
            return -value
        case Months(count):
            return Months(-count)
    return unknown_of(value) or Unknown(f"{shown(value)} cannot be negative.", wrong=True)
