"""Events as JSON, for the journal's private part: what is written can be applied again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from doorstep.kernel import events, values
from doorstep.kernel.events import Event

KINDS: Mapping[str, Callable[..., Event]] = {kind.__name__: kind for kind in get_args(Event)}
_BESIDE = frozenset({"node", "old"})
"""Fields that hold a compiled thing; the entry keeps beside them what it is made from."""


def kind_of(event: Event) -> str:
    """Return the event's name."""
    return type(event).__name__


def encode(event: Event) -> dict[str, object]:
    """Return the event's fields as JSON, those that stand at their default left out."""
    return {
        name: write(value)
        for name, default, write in _WRITTEN[type(event)]
        if (value := getattr(event, name)) is not default and value != default
    }


def decode(kind: str, content: Mapping[str, object], *, made: Mapping[str, object] | None = None) -> Event:
    """Return the event again; ``made`` gives the compiled things (node, old) that JSON cannot hold."""
    make: Any = KINDS[kind]
    known = {field.name for field in dataclasses.fields(make)}
    fields: dict[str, Any] = {name: _decode(name, value) for name, value in content.items() if name in known}
    event: Event = make(**fields, **(made or {}))
    return event


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _facts(given: Mapping[str, object]) -> dict[str, object]:
    return {fact: values.encode(value) for fact, value in given.items()}


_WRITERS: Mapping[str, Callable[[Any], object]] = {"at": datetime.isoformat, "facts": _facts, "instance": list}
"""How those fields are written that are no JSON as they are."""

_WRITTEN: Mapping[type, tuple[tuple[str, object, Callable[[Any], object]], ...]] = {
    kind: tuple(
        (field.name, _default(field), _WRITERS.get(field.name, lambda value: value))
        for field in dataclasses.fields(kind)
        if field.name not in _BESIDE
    )
    for kind in get_args(Event)
}
"""The fields of each event that are written, with their defaults and how."""


def _decode(name: str, value: object) -> object:
    match name, value:
        case "at", str():
            return datetime.fromisoformat(value)
        case "facts", dict():
            return {fact: values.decode(given) for fact, given in value.items()}
        case "instance", list():
            return tuple(value)
        case _:
            return value


def instance_text(instance: events.Instance) -> str:
    """Write a place in For each for a column: ``0.1``; empty for the node itself."""
    return ".".join(str(place) for place in instance)


def instance_of(text: str) -> events.Instance:
    """Read what `instance_text` wrote."""
    return tuple(int(place) for place in text.split(".")) if text else ()
