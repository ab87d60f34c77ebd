"""What stands behind a dot: a record's field, or a part of a date, time, duration, amount, file or range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from doorstep.kernel.program import Unknown
from doorstep.reading.feel.kinds import of_value, said
from doorstep.reading.feel.operate import is_null, seconds_of, shown, unknown_of

_Parts = Mapping[str, Callable[..., object]]


def _signed(length: timedelta, part: Callable[[timedelta], int]) -> Decimal:
    return Decimal(-part(-length) if length < timedelta() else part(length))


def _offset(moment: time | datetime) -> timedelta | None:
    return moment.utcoffset()


def _zone(moment: time | datetime) -> str | None:
    return moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None


_DATE: _Parts = {
    "year": lambda d: Decimal(d.year),
    "month": lambda d: Decimal(d.month),
    "day": lambda d: Decimal(d.day),
    "weekday": lambda d: Decimal(d.isoweekday()),
}
_TIME: _Parts = {
    "hour": lambda t: Decimal(t.hour),
    "minute": lambda t: Decimal(t.minute),
    "second": lambda t: Decimal(t.second),
    "time offset": _offset,
    "timezone": _zone,
}
PARTS: Mapping[str, _Parts] = {
    "date": _DATE,
    "time": _TIME,
    "date and time": {**_DATE, **_TIME},
    "duration": {
        "days": lambda d: _signed(d, lambda length: length.days),
        "hours": lambda d: _signed(d, lambda length: length.seconds // 3600),
        "minutes": lambda d: _signed(d, lambda length: length.seconds // 60 % 60),
        "seconds": lambda d: seconds_of(d) % 60,
    },
    "months": {
        "years": lambda m: Decimal(abs(m.count) // 12 * (1 if m.count >= 0 else -1)),
        "months": lambda m: Decimal(abs(m.count) % 12 * (1 if m.count >= 0 else -1)),
    },
    "money": {"amount": lambda m: m.amount, "currency": lambda m: m.currency},
    "file": {
        "name": lambda f: f.name,
        "size": lambda f: Decimal(f.size),
        "media type": lambda f: f.media_type,
    },
    "range": {
        "start": lambda r: r.low,
        "end": lambda r: r.high,
        "start included": lambda r: r.low_closed,
        "end included": lambda r: r.high_closed,
    },
}


def field_of(value: object, label: str) -> object:
    """Return a field of a record, a part of a value, or for a list the list of them."""
    if isinstance(value, Mapping):
        found = value.get(label)
        return Unknown(f'"{label}" is not known yet.') if found is None else found
    if is_null(value):
        return unknown_of(value) or Unknown("")
    if isinstance(value, list | tuple):
        return tuple(None if is_null(item) else field_of(item, label) for item in value)
    part = PARTS.get(of_value(value), {}).get(label)
    if part is None:
        return Unknown(f'{said(of_value(value)).capitalize()} has no "{label}" ({shown(value)}).', wrong=True)
    return part(value)
