"""A fact's new name, taken over wherever the page uses it: cards, conditions, other facts, placeholders in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from doorstep.reading.facts import STARTER, kinds_of
from doorstep.reading.page import (
    AnswerIt,
    Approve,
    Card,
    Choose,
    Decide,
    Do,
    EachOf,
    Expr,
    Fact,
    FactHolder,
    Field,
    Page,
    Place,
    RunProcess,
    SetFields,
    Step,
    Where,
    Who,
)

_Part = TypeVar("_Part")
_NAMED: dict[type, frozenset[str]] = {
    AnswerIt: frozenset({"fact"}),
    Approve: frozenset({"covered"}),
    Card: frozenset({"show", "attach"}),
    Choose: frozenset({"fact"}),
    Decide: frozenset({"fact"}),
    EachOf: frozenset({"item", "items"}),
    FactHolder: frozenset({"fact"}),
    Field: frozenset({"name", "source"}),
    Where: frozenset({"record"}),
    Who: frozenset({"each"}),
}
"""Where the parts of a card name a fact, or a field of a record, without braces."""

_FIRST: dict[type, str] = {Do: "gives", RunProcess: "gives", SetFields: "assignments"}
"""Where they name it first in each of several."""


@dataclass(frozen=True, slots=True)
class _Names:
    """From what to what; ``said`` finds any name a condition may use, the longest first, and texts in quotes."""

    old: str
    new: str
    said: re.Pattern[str]
    braced: re.Pattern[str]

    def path(self, text: str) -> str:
        """Return a name, or the path to a field of a record, with the new name."""
        root, dot, rest = text.partition(".")
        return f"{self.new}{dot}{rest}" if root.strip() == self.old else text

    def condition(self, text: str) -> str:
        """Return a condition or a formula with the new name; other names that hold the old one stay, as do texts in quotes."""
        return self.said.sub(lambda found: self.new if found[0] == self.old else found[0], text)

    def text(self, text: str) -> str:
        """Return text with the new name in its placeholders."""
        return self.braced.sub(lambda found: f"{{{self.new}{found[1] or ''}}}", text)


def fact_renamed(page: Page, old: str, new: str) -> Page:
    """Return the page with a fact's new name wherever it uses the old one; its own row has the new one already."""
    names = _names(page, old, new)
    return replace(
        _fields(replace(page, facts=(), steps=()), names),
        facts=tuple(_fact(fact, names, page) for fact in page.facts),
        steps=tuple(_step(step, names) for step in page.steps),
    )


def _names(page: Page, old: str, new: str) -> _Names:
    known = {old, new, *kinds_of(page).kinds, *(step.name for step in page.walk())}
    longest = "|".join(re.escape(name) for name in sorted(known, key=lambda name: (-len(name), name)))
    said = re.compile(rf'"(?:[^"\\]|\\.)*"|(?<![\w.])(?:{longest})(?!\w)')
    return _Names(old, new, said, re.compile(rf"\{{[ \t]*{re.escape(old)}[ \t]*(\.[^{{}}]*)?\}}"))


def _fact(fact: Fact, names: _Names, page: Page) -> Fact:
    """Return a fact whose formula or field follows; who gives it, and a step that does, are no facts."""
    givers = {STARTER, *(step.name for step in page.walk())}
    stays = fact.source.casefold() == STARTER or fact.source.strip('"') in givers
    return fact if stays else replace(fact, source=names.condition(names.text(fact.source)))


def _step(step: Step, names: _Names) -> Step:
    """Return a step with the new name on its card, in its prose and in the head of its decision table."""
    card = _part(step.card, names) if step.card else None
    body = names.text(step.body)
    if step.card and isinstance(step.card.action, Decide):
        body = _with_head(body, names)
    return replace(step, card=card, body=body, steps=tuple(_step(inner, names) for inner in step.steps))


def _with_head(body: str, names: _Names) -> str:
    """Return prose whose first table has the new name in its head: a decision table names facts there."""
    lines = body.split("\n")
    head = next((at for at, line in enumerate(lines) if line.lstrip().startswith("|")), None)
    if head is not None:
        lines[head] = "|".join(names.condition(cell) for cell in lines[head].split("|"))
    return "\n".join(lines)


def _part(part: _Part, names: _Names) -> _Part:
    """Return a value of a card with the new name in it, at any depth."""
    found: Any = part
    match part:
        case Expr(text):
            found = replace(part, text=names.condition(text))
        case str():
            found = names.text(part)
        case tuple():
            found = tuple(_part(one, names) for one in part)
        case _ if is_dataclass(part) and not isinstance(part, type | Place):
            found = _fields(part, names)
    return found  # type: ignore[no-any-return]


def _fields(part: _Part, names: _Names) -> _Part:
    changed = {field.name: _field(part, field.name, names) for field in fields(part)}  # type: ignore[arg-type]
    return replace(part, **changed)  # type: ignore[type-var]


def _field(part: object, name: str, names: _Names) -> object:
    value = _part(getattr(part, name), names)
    if name in _NAMED.get(type(part), ()):
        return tuple(names.path(one) for one in value) if isinstance(value, tuple) else value and names.path(value)
    if name == _FIRST.get(type(part)):
        return tuple((names.path(first), *others) for first, *others in value)
    return value
