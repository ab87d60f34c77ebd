"""Whether a value is an instance of a type that FEEL names."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.kernel.program import Unknown
from doorstep.reading.feel.kinds import of_value
from doorstep.reading.feel.operate import is_null

_TYPES: Mapping[str, str] = {
    "string": "text",
    "text": "text",
    "number": "number",
    "money": "money",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "duration",
    "years and months duration": "months",
    "list": "list",
    "context": "context",
    "function": "function",
    "range": "range",
    "file": "file",
}


def is_instance(value: object, kind: str) -> bool | Unknown:
    """Answer ``value instance of kind``; nothing is an instance of Null alone."""
    name, _, inner = kind.partition("<")
    if name in ("Any", "Null"):
        return is_null(value) == (name == "Null")
    if name not in _TYPES:
        return Unknown(f'"{kind}" is not a type.', wrong=True)
    if is_null(value) or of_value(value) != _TYPES[name]:
        return False
    if inner and name in ("context", "function", "range") and inner != ">":
        return Unknown(f"What is inside {kind} cannot be asked yet.", wrong=True)
    if name == "list" and inner and isinstance(value, list | tuple):
        return all(is_instance(item, inner[:-1]) is True for item in value)
    return True
