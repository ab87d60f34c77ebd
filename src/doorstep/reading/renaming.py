"""A step's new name, taken over wherever the page names it: handlers, After, whoever did it, conditions."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from doorstep.reading.page import After, CardHandler, Doer, Expr, Page, Step

_Part = TypeVar("_Part")
_OUTCOMES = "done|approved|rejected|skipped|answers|overridden|deferred"


def renamed(page: Page, old: str, new: str) -> Page:
    """Return the page with a step's new name wherever its cards name the old one."""
    said = re.compile(rf"(?<![\w.]){re.escape(old)}(?=\.(?:{_OUTCOMES})\b)")
    return replace(page, steps=tuple(_step(step, old, new, said) for step in page.steps))


def _step(step: Step, old: str, new: str, said: re.Pattern[str]) -> Step:
    card = _part(step.card, old, new, said) if step.card else None
    return replace(step, card=card, steps=tuple(_step(inner, old, new, said) for inner in step.steps))


def _part(part: _Part, old: str, new: str, said: re.Pattern[str]) -> _Part:
    """Return a value of a card with the new name in it, at any depth."""
    found: Any = part
    match part:
        case Expr(text):
            found = replace(part, text=said.sub(lambda _: new, text))
        case Doer(name) if name == old:
            found = replace(part, step=new)
        case tuple():
            found = tuple(_part(one, old, new, said) for one in part)
        case After(steps):
            found = replace(part, steps=tuple(new if name == old else name for name in steps))
        case CardHandler(target=target) if target == old and part.do != "run":
            found = replace(_fields(part, old, new, said), target=new)
        case _ if is_dataclass(part) and not isinstance(part, type):
            found = _fields(part, old, new, said)
    return found  # type: ignore[no-any-return]


def _fields(part: _Part, old: str, new: str, said: re.Pattern[str]) -> _Part:
    changed = {field.name: _part(getattr(part, field.name), old, new, said) for field in fields(part)}  # type: ignore[arg-type]
    return replace(part, **changed)  # type: ignore[type-var]
