"""Functions over text.  Those with patterns (matches, replace, split) wait for an engine that cannot be made to hang."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import Months, duration_to_iso
from doorstep.reading.feel.builtins import builtin
from doorstep.reading.feel.operate import Span, is_null, shown


@builtin("string length(text string) -> number")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@builtin("substring(text string, number start position, number length?) -> text")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> object:
    """Positions count from 1, from the end with a minus."""
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    if not start or first < 0 or first >= len(text) or (length is not None and length < 1):
        return Unknown(f'There is no position {start} in "{text}".', wrong=True)
    return text[first:] if length is None else text[first : first + int(length)]


@builtin("upper case(text string) -> text")
def upper_case(text: str) -> str:
    return text.upper()


@builtin("lower case(text string) -> text")
def lower_case(text: str) -> str:
    return text.lower()


@builtin("trim(text string) -> text")
def trim(text: str) -> str:
    return text.strip()


@builtin("substring before(text string, text match) -> text")
def substring_before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after(text string, text match) -> text")
def substring_after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@builtin("contains(text string, text match) -> boolean")
def contains(text: str, match: str) -> bool:
    return match in text


@builtin("starts with(text string, text match) -> boolean")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with(text string, text match) -> boolean")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("string join(list list, text delimiter?) -> text")
def string_join(texts: tuple[object, ...], delimiter: str | None = None) -> object:
    found = [text for text in texts if not is_null(text)]
    if not all(isinstance(text, str) for text in found):
        return Unknown("string join wants a list of texts.", wrong=True)
    return (delimiter or "").join(str(text) for text in found)


@builtin("string(any from) -> text")
def string(value: object) -> str:
    return written(value) if isinstance(value, str) else written(value, inside=False)


def written(value: object, *, inside: bool = False) -> str:
    """Write a value as FEEL does; text stands in quotes inside lists and records."""
    match value:
        case str():
            return f'"{value}"' if inside else value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _plain_digits(value)
        case list() | tuple():
            return "[" + ", ".join(written(item, inside=True) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{name}: {written(item, inside=True)}" for name, item in value.items()) + "}"
        case Span(low, high, low_closed, high_closed):
            ends = f"{written(low, inside=True)}..{written(high, inside=True)}"
            return f"{'[' if low_closed else '('}{ends}{']' if high_closed else ')'}"
        case None | Unknown():
            return "null"
        case Months():
            return duration_to_iso(value)
        case datetime() | time():
            zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
            return (
                f"{value.replace(tzinfo=None).isoformat()}@{zone}" if zone else value.isoformat().replace("+00:00", "Z")
            )
        case _:
            return shown(value)


def _plain_digits(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@builtin("number(text from, text grouping separator?, text decimal separator?) -> number", nulls=True)
def number(text: object, grouping: object = None, point: object = None) -> object:
    """Read a number with the separators it was written with."""
    refused = Unknown(f"{text!r} is not a number.", wrong=True)
    if (
        not isinstance(text, str)
        or grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (grouping is not None and grouping == point)
    ):
        return refused
    bare = text.replace(str(grouping), "") if grouping else text
    bare = bare.replace(str(point), ".") if point else bare
    digits = bare.removeprefix("-").replace(".", "", 1)
    return Decimal(bare) if digits.isascii() and digits.isdigit() else refused
