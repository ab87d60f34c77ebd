"""A page as JSON and back; `schema` publishes the form.

What is absent or as usual is left out.  One of several things says which in ``is``; an expression is
its text.  Where something stands on the page is not part of the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from doorstep.reading import page as values
from doorstep.reading.nearness import nearest
from doorstep.reading.page import Expr, Page

FORMAT = "doorstep-page/1"

TAGS: Mapping[str, type] = {
    "role": values.Role,
    "address": values.Address,
    "fact": values.FactHolder,
    "starter": values.Starter,
    "doer": values.Doer,
    "manager of": values.ManagerOf,
    "confirm": values.Confirm,
    "approve": values.Approve,
    "fill in": values.FillIn,
    "choose": values.Choose,
    "read": values.Read,
    "answer": values.AnswerIt,
    "do": values.Do,
    "set": values.SetFields,
    "decide": values.Decide,
    "wait": values.Wait,
    "run": values.RunProcess,
    "tell": values.Tell,
}
"""What ``is`` says for each kind of addressee and of action."""

_TAG_OF = {kind: tag for tag, kind in TAGS.items()}
_DEEPEST = 60


class NotAPage(ValueError):
    """The JSON is no page; the message says where, what was expected and what came."""


def to_json(page: Page) -> dict[str, Any]:
    """Return a page as plain JSON values."""
    return {"format": FORMAT, **_plain(page)}


def from_json(given: object) -> Page:
    """Return the page that plain JSON values say.  Raises NotAPage."""
    if not isinstance(given, Mapping) or given.get("format") != FORMAT:
        raise NotAPage(f'Expected an object whose "format" is "{FORMAT}", but got {_shown(given)}.')
    page = _value({key: value for key, value in given.items() if key != "format"}, Page, ("page",))
    assert isinstance(page, Page)
    return page


def kept_fields(kind: type) -> Iterator[Field[Any]]:
    """Yield the fields of a value that its form has: all but where it stands."""
    return (each for each in fields(kind) if each.compare)


@cache
def hints(kind: type) -> dict[str, Any]:
    """Return the types of a value's fields."""
    return get_type_hints(kind)


def _plain(value: object) -> Any:
    if isinstance(value, Expr):
        return value.text
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if not is_dataclass(value):
        return value
    kind = type(value)
    said = {each.name: getattr(value, each.name) for each in kept_fields(kind)}
    usual = {each.name: each.default for each in kept_fields(kind)}
    tag = {"is": _TAG_OF[kind]} if kind in _TAG_OF else {}
    return tag | {name: _plain(said[name]) for name in said if said[name] != usual[name]}


def _value(given: object, wanted: Any, path: tuple[str, ...]) -> Any:
    """Read a value of a type.  Raises NotAPage."""
    if len(path) > _DEEPEST:
        raise _unexpected("fewer things inside each other", given, path)
    if get_origin(wanted) in (Union, UnionType):
        return _one_of(given, get_args(wanted), path)
    if get_origin(wanted) is tuple:
        return _values(given, get_args(wanted), path)
    if wanted is Expr:
        return Expr(_value(given, str, path))
    if is_dataclass(wanted):
        return _object(given, wanted, path)  # type: ignore[arg-type]
    if type(given) is not wanted:
        raise _unexpected({str: "a text", int: "a whole number", bool: "true or false"}[wanted], given, path)
    return given


def _one_of(given: object, wanted: tuple[Any, ...], path: tuple[str, ...]) -> Any:
    if given is None and NoneType in wanted:
        return None
    rest = [kind for kind in wanted if kind is not NoneType]
    if len(rest) == 1:
        return _value(given, rest[0], path)
    tags = [_TAG_OF[kind] for kind in rest]
    if not isinstance(given, Mapping) or given.get("is") not in tags:
        raise _unexpected(f'an object whose "is" is one of {", ".join(tags)}', given, path)
    return _value({key: each for key, each in given.items() if key != "is"}, TAGS[given["is"]], path)


def _values(given: object, wanted: tuple[Any, ...], path: tuple[str, ...]) -> tuple[Any, ...]:
    if not isinstance(given, list) or (wanted[-1] is not ... and len(given) != len(wanted)):
        count = "" if wanted[-1] is ... else f" of {len(wanted)}"
        raise _unexpected(f"a list{count}", given, path)
    kinds = [wanted[0]] * len(given) if wanted[-1] is ... else wanted
    return tuple(_value(each, kind, (*path, str(at))) for at, (each, kind) in enumerate(zip(given, kinds, strict=True)))


def _object(given: object, wanted: type, path: tuple[str, ...]) -> Any:
    if not isinstance(given, Mapping):
        raise _unexpected("an object", given, path)
    known = {each.name: each for each in kept_fields(wanted)}
    for name in given:
        if name not in known:
            near = nearest(str(name), known)
            hint = f' Did you mean "{near}"?' if near else ""
            raise NotAPage(f'Expected one of {", ".join(known)} in {_said(path)}, but got "{name}".{hint}')
    for name, each in known.items():
        if name not in given and each.default is MISSING:
            raise NotAPage(f'Expected "{name}" in {_said(path)}, but it is missing.')
    read = {name: _value(value, hints(wanted)[name], (*path, name)) for name, value in given.items()}
    return wanted(**read)


def _unexpected(expected: str, came: object, path: tuple[str, ...]) -> NotAPage:
    return NotAPage(f"Expected {expected} as {_said(path)}, but got {_shown(came)}.")


def _said(path: tuple[str, ...]) -> str:
    return ".".join(path)


def _shown(came: object) -> str:
    text = repr(came)
    return text if len(text) <= 80 else f"{text[:79]}…"
