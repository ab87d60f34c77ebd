"""A page in the units two people's texts are compared by: the top, each fact, each step, by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from doorstep.library.identity import candidates
from doorstep.reading.card_form import FactRow, Filled, filled, filled_title, rows_of
from doorstep.reading.keys import VERBS
from doorstep.reading.page import Page, Step

ALIKE = 0.6
"""From here on a heading that vanished and one that is new are one step, renamed."""

_WORDS = {
    "name": "its name",
    "heading": "its name",
    "title": "the title",
    "verb": "what is done",
    "rest": "lines that cannot be read",
    "body": "the text",
    "preamble": "the text above the title",
    "tail": "the text below the facts",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One step without those below it; ``parent`` is what it stands below, empty for the page."""

    step: Step
    parent: str
    fields: Mapping[str, str]

    def says(self, other: Unit) -> bool:
        """Say whether two units say the same, wherever they stand."""
        return self.fields == other.fields

    def same_as(self, other: Unit) -> bool:
        """Say whether two units say the same in the same place."""
        return self.says(other) and self.parent == other.parent


@dataclass(frozen=True, slots=True)
class Side:
    """One of the three pages: its steps by identity in page order, its facts by name, what stands at the top."""

    top: Mapping[str, str]
    facts: Mapping[str, Mapping[str, str]]
    unread: tuple[str, ...]
    units: dict[str, Unit] = field(default_factory=dict)

    def below(self, parent: str) -> list[str]:
        """Return the steps directly below one, in order."""
        return [one for one, unit in self.units.items() if unit.parent == parent]

    def above(self, one: str) -> Iterator[str]:
        """Yield what a step stands below, the nearest first."""
        while parent := self.units[one].parent:
            yield parent
            one = parent


Sides = tuple[Side, Side, Side]
"""Base, mine, theirs."""


def sides_of(pages: tuple[Page, Page, Page]) -> Sides:
    """Return the three pages in units; the steps of the sides carry the identities of the base."""
    base, mine, theirs = pages
    return _side(base, {}), _side(mine, _renamed(base, mine)), _side(theirs, _renamed(base, theirs))


def what_of(name: str) -> str:
    """Say what a field is to its author."""
    return _WORDS.get(name, name.removeprefix("key "))


def card_in(fields: Mapping[str, str]) -> Filled:
    """Return the card that fields say."""
    values = {name.removeprefix("key "): value for name, value in fields.items() if name.startswith("key ") and value}
    for line in fields.get("verb", "").split("\n"):
        key, _, value = line.partition(": ")
        if key:
            values[key] = value
    return Filled(values, tuple(line for line in fields["rest"].split("\0") if line))


def fact_in(name: str, fields: Mapping[str, str]) -> FactRow:
    """Return the row that fields say."""
    return FactRow(name, fields["kind"], fields["from"], required=fields["required"] == "yes")


def _renamed(base: Page, page: Page) -> dict[str, str]:
    """Return the headings of a page that are most likely those of the base under a new name."""
    found = candidates(base, page, before={})
    return {one.appeared: one.vanished for one in found if one.likeness >= ALIKE}


def _side(page: Page, renamed: Mapping[str, str]) -> Side:
    facts = {row.name: _fact(row) for row in rows_of(page.facts, ())}
    side = Side(_top(page), facts, page.unread)
    for one, step, parent in _steps(page.steps, "", renamed, {}):
        side.units[one] = Unit(replace(step, steps=()), parent, _fields(step))
    return side


def _steps(
    steps: tuple[Step, ...], parent: str, renamed: Mapping[str, str], seen: dict[str, int]
) -> Iterator[tuple[str, Step, str]]:
    """Yield the identity of each step, the step, and what it stands below; a name that comes again is numbered."""
    for step in steps:
        name = renamed.get(step.name, step.name)
        seen[name] = seen.get(name, 0) + 1
        one = name if seen[name] == 1 else f"{name}\0{seen[name]}"
        yield one, step, parent
        yield from _steps(step.steps, one, renamed, seen)


def _fact(row: FactRow) -> dict[str, str]:
    return {"kind": row.kind, "from": row.source, "required": "yes" if row.required else "no"}


def _top(page: Page) -> dict[str, str]:
    texts = {"title": page.title, "heading": page.heading, "body": page.body, "tail": page.tail}
    return {**texts, "preamble": page.preamble, **_card(filled_title(page.card))}


def _fields(step: Step) -> dict[str, str]:
    return {"name": step.name, "heading": step.heading, "body": step.body, **_card(filled(step.card))}


def _card(card: Filled) -> dict[str, str]:
    """Return a card as fields; the verb and what it gives are one."""
    verb = [f"{key}: {value}" for key, value in card.values.items() if key in (*VERBS, "Gives")]
    keys = {f"key {key}": value for key, value in card.values.items() if key not in (*VERBS, "Gives")}
    return {**keys, "verb": "\n".join(verb), "rest": "\0".join(card.rest)}
