"""What a fact can be: typed values, their lossless JSON form and their plain one.

A fact is text, a yes or no, an exact number, money, a date, a time, a date and time (aware), a
duration (days and hours, or years and months), a file, a list, a linked record, or None: unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from doorstep.kernel.program import Unknown

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months: it has no length in days until it is added to a date."""

    count: int


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217, or empty: the process's, whichever that is)."""

    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file by the hash of its content; plays know only its name and leave the hash empty."""

    name: str
    sha256: str = ""
    media_type: str = ""
    size: int = 0


def common_currency(one: Money | Decimal, other: Money | Decimal, *, process: str = "") -> str | Unknown:
    """Return the currency in which two amounts compare; a bare number is in the process's currency.

    Two currencies never compare: that is Unknown and wrong.
    """
    first, second = (v.currency if isinstance(v, Money) and v.currency else process for v in (one, other))
    if first and second and first != second:
        return Unknown(f"{first} and {second} cannot be compared: they are two currencies.", wrong=True)
    return first or second


# -- Durations in ISO 8601 ---------------------------------------------------------------------------

_DAYS = re.compile(
    r"(-?)P(?:(\d{1,12})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{1,9}))?S)?)?", re.ASCII
)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)


def duration_from_iso(text: str) -> timedelta | Months | None:
    """Read ``P2DT4H`` or ``P1Y2M``; None when it is neither."""
    if text.endswith(("P", "T")):
        return None
    if found := _MONTHS.fullmatch(text):
        count = int(found[2] or 0) * 12 + int(found[3] or 0)
        return Months(-count if found[1] else count)
    if found := _DAYS.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in found.group(2, 3, 4, 5))
        micros = int((found[6] or "").ljust(6, "0")[:6])
        return _length(found[1], days, hours * 3600 + minutes * 60 + seconds, micros)
    return None


def _length(sign: str, days: int, seconds: int, micros: int) -> timedelta | None:
    factor = -1 if sign else 1
    try:
        return timedelta(days=factor * days, seconds=factor * seconds, microseconds=factor * micros)
    except OverflowError:  # more than 999,999,999 days
        return None


def duration_to_iso(length: timedelta | Months) -> str:
    """Write a duration in its shortest ISO 8601 form: ``PT4H``, ``P1Y2M``, ``PT0S``, ``P0M``."""
    if isinstance(length, Months):
        years, months = divmod(abs(length.count), 12)
        parts = f"{years}Y" * bool(years) + f"{months}M" * (bool(months) or not years)
        return ("-P" if length.count < 0 else "P") + parts
    total = abs(length)
    hours, rest = divmod(total.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{total.microseconds:06}".rstrip("0") if total.microseconds else ""
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    clock += f"{seconds}{fraction}S" * bool(seconds or fraction or not (total.days or clock))
    sign = "-P" if length < timedelta() else "P"
    return sign + f"{total.days}D" * bool(total.days) + (f"T{clock}" if clock else "")


# -- The lossless form -----------------------------------------------------------------------------------


def encode(value: object) -> JSON:
    """Write a value so that `decode` gives back the same one, type included.

    Text, yes and no, None and lists are themselves; everything else is an object with one key that
    starts with ``$``.  Raises TypeError for what is not a fact's value.
    """
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return {"$number": str(value)}
        case list() | tuple():
            return [encode(item) for item in value]
        case Mapping():
            return {"$record": {str(name): encode(item) for name, item in value.items()}}
        case Money(amount, currency):
            return {"$money": [str(amount), currency]}
        case FileRef(name, sha256, media_type, size):
            return {"$file": [name, sha256, media_type, size]}
        case timedelta() | Months():
            return {"$duration": duration_to_iso(value)}
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case time():
            return {"$time": value.isoformat()}
        case int():
            return {"$number": str(value)}
        case _:
            raise TypeError(f"Expected the value of a fact, but got a {type(value).__name__}: {value!r}.")


_DECODERS: Mapping[str, Callable[..., object]] = {
    "$number": Decimal,
    "$money": lambda parts: Money(Decimal(parts[0]), parts[1]),
    "$file": lambda parts: FileRef(*parts),
    "$duration": duration_from_iso,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$record": lambda fields: {name: decode(item) for name, item in fields.items()},
}


def decode(form: object) -> object:
    """Read what `encode` wrote.  Raises ValueError for anything else."""
    match form:
        case None | bool() | str():
            return form
        case list():
            return tuple(decode(item) for item in form)
        case dict() if len(form) == 1:
            ((kind, content),) = form.items()
            if kind in _DECODERS:
                return _DECODERS[kind](content)
    raise ValueError(f"Expected an encoded value such as {{'$number': '2'}}, but got {form!r}.")


# -- The plain form ----------------------------------------------------------------------------------------


def plain(value: object, *, currency: str = "") -> JSON:
    """Show a value as people write it in JSON: dates in ISO 8601, money in the process's currency as a number.

    Money in another currency keeps it: ``{"amount": 100, "currency": "USD"}``.
    """
    match value:
        case Money(amount, own):
            foreign = own and currency and own != currency
            return {"amount": _plain_number(amount), "currency": own} if foreign else _plain_number(amount)
        case FileRef():
            return _plain_file(value)
        case Mapping():
            return {str(name): plain(item, currency=currency) for name, item in value.items()}
        case list() | tuple():
            return [plain(item, currency=currency) for item in value]
        case Decimal():
            return _plain_number(value)
        case timedelta() | Months():
            return duration_to_iso(value)
        case date() | time():  # a datetime is a date
            return value.isoformat()
        case None | bool() | str() | int() | float():
            return value
        case _:
            raise TypeError(f"Expected the value of a fact, but got a {type(value).__name__}: {value!r}.")


def _plain_number(number: Decimal) -> int | float:
    """Give an int where the number is whole and of a size people write, so that 25000 stays 25000."""
    if number.adjusted() < 30 and number == number.to_integral_value():
        return int(number)
    return float(number)


def _plain_file(file: FileRef) -> JSON:
    if not file.sha256:
        return file.name
    known: dict[str, JSON] = {"name": file.name, "sha256": file.sha256}
    known |= {"media_type": file.media_type} if file.media_type else {}
    return known | ({"size": file.size} if file.size else {})
