"""What a page uses: the systems it acts on or asks in, the controls it carries out, the pages it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from doorstep.reading.page import Do, FactKind, Page, RunProcess, SetFields, Step, Tell

What = Literal["system", "control", "page"]

_PAGE = re.compile(r"(?:https?://[^/\s]+)?/library/(?P<key>[a-z0-9-]+)/?(?:[?#].*)?")
_PEOPLE = frozenset({"e-mail", "mail", "page"})
"""Channels that are a way to people, not a system."""


class Use(NamedTuple):
    """One thing a page uses, and the step that does; empty: the page as a whole.  A page is named by its key."""

    what: What
    name: str
    step: str = ""


def uses_of(page: Page) -> tuple[Use, ...]:
    """Return what a page uses, each once for each step."""
    return tuple(dict.fromkeys(_uses(page)))


def _uses(page: Page) -> Iterator[Use]:
    records = {fact.name: _system(fact.kind) for fact in page.facts}
    yield from (Use("system", system) for system in records.values() if system)
    yield from (Use("control", name) for name in _controls(page.card.control))
    for step in page.walk():
        yield from (Use("system", name, step.name) for name in _systems(step, records) if name)
        yield from (Use("control", name, step.name) for name in _controls(step.card.control if step.card else None))
        yield from (Use("page", key, step.name) for key in _pages(step))


def _system(kind: FactKind) -> str:
    """Return the system whose records a fact holds, also in a list; empty for any other."""
    return _system(kind.of) if kind.of else kind.system or ""


def _systems(step: Step, records: dict[str, str]) -> Iterator[str]:
    card = step.card
    if card is None:
        return
    channels = [card.where.channel if card.where else None, card.who.channel if card.who else None]
    match card.action:
        case Do(connector):
            yield connector[:1].upper() + connector[1:]
        case SetFields(assignments):
            yield from (records.get(record, "") for record, _, _ in assignments)
        case Tell(channel=channel):
            channels.append(channel)
        case _:
            pass
    yield from (channel for channel in channels if channel and channel.casefold() not in _PEOPLE)


def _controls(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _pages(step: Step) -> Iterator[str]:
    if step.card and isinstance(step.card.action, RunProcess):
        yield step.card.action.process
    for _, address in step.links:
        if found := _PAGE.fullmatch(address):
            yield found["key"]
