"""Functions over yes and no, and over records."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.kernel.program import Unknown
from doorstep.reading.feel.builtins import builtin
from doorstep.reading.feel.kinds import of_value
from doorstep.reading.feel.operate import equal, is_null

Record = Mapping[str, object]


@builtin("not(boolean negand) -> boolean")
def negation(value: bool) -> bool:
    return not value


@builtin("is(any value1, any value2) -> boolean", nulls=True)
def identical(one: object, other: object) -> object:
    """Whether two values are of one kind and equal."""
    if is_null(one) or is_null(other):
        return is_null(one) and is_null(other)
    return of_value(one) == of_value(other) and equal(one, other)


@builtin("get value(context m, text key) -> any")
def get_value(record: Record, key: str) -> object:
    found = record.get(key)
    return Unknown(f'"{key}" is not known yet.') if found is None else found


@builtin("get value(context m, list keys) -> any")
def get_value_at(record: Record, keys: tuple[object, ...]) -> object:
    found: object = record
    for key in keys:
        found = found.get(str(key)) if isinstance(found, Mapping) else None
    return Unknown("There is nothing at this path.") if found is None or not keys else found


@builtin("get entries(context m) -> list")
def get_entries(record: Record) -> tuple[Record, ...]:
    return tuple({"key": key, "value": value} for key, value in record.items())


@builtin("context(list entries) -> context")
def context(entries: tuple[object, ...]) -> object:
    record: dict[str, object] = {}
    for entry in entries:
        if (
            not (isinstance(entry, Mapping) and isinstance(entry.get("key"), str) and "value" in entry)
            or entry["key"] in record
        ):
            return Unknown("context wants entries with a key of their own and a value.", wrong=True)
        record[entry["key"]] = entry["value"]
    return record


@builtin("context put(context context, text key, any value) -> context", nulls=True)
def context_put(record: object, key: object, value: object) -> object:
    if not isinstance(record, Mapping) or not isinstance(key, str):
        return Unknown("context put wants a record and the name of a field.", wrong=True)
    return {**record, key: value}


@builtin("context put(context context, list keys, any value) -> context", nulls=True)
def context_put_at(record: object, keys: object, value: object) -> object:
    if not isinstance(record, Mapping) or not isinstance(keys, list | tuple) or not keys:
        return Unknown("context put wants a record and the path of a field.", wrong=True)
    first, *rest = keys
    if not isinstance(first, str):
        return Unknown("context put wants names of fields.", wrong=True)
    if not rest:
        return {**record, first: value}
    inner = context_put_at(record.get(first, {}), rest, value)
    return inner if isinstance(inner, Unknown) else {**record, first: inner}


@builtin("context merge(list contexts) -> context")
def context_merge(records: tuple[object, ...]) -> object:
    merged: dict[str, object] = {}
    for record in records:
        if not isinstance(record, Mapping):
            return Unknown("context merge wants records.", wrong=True)
        merged.update(record)
    return merged
