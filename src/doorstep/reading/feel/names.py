"""Which names an expression may use, and the longest of them at a place in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from doorstep.reading.feel.kinds import ANY, Kind

OFFERS: Mapping[str, Kind] = {
    "done": Kind("boolean"),
    "approved": Kind("boolean"),
    "rejected": Kind("boolean"),
    "skipped": Kind("boolean"),
    "late": Kind("boolean"),
    "round": Kind("number"),
    "by": Kind("text"),
    "at": Kind("date and time"),
    "answers": Kind("list", of=Kind("context")),
}

_START = re.compile(r"\w+|\S")

What = Literal["fact", "step"]


@dataclass(frozen=True)
class Names:
    """Facts by name with their kinds, steps by name with their keys.

    A name that an expression gives itself hides one from outside; in a filter over records any other
    name is taken for a field of the item (``open``).
    """

    facts: Mapping[str, Kind] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    outer: Names | None = None
    open: bool = False
    _index: dict[str, list[tuple[str, What]]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for what, names in (("fact", self.facts), ("step", self.steps)):
            for name in names:
                if found := _START.match(name):
                    self._index.setdefault(found[0], []).append((name, what))  # type: ignore[arg-type]
        for candidates in self._index.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def within(self, names: Mapping[str, Kind], *, opened: bool = False) -> Names:
        """Return these names with inner ones before them."""
        return Names(facts=names, outer=self, open=opened or self.open)

    def longest(self, text: str, at: int) -> tuple[str, What] | None:
        """Return the longest known name that stands at this place as whole words, inner names first."""
        found = _START.match(text, at)
        best = self.outer.longest(text, at) if self.outer else None
        for name, what in self._index.get(found[0], ()) if found else ():
            if text.startswith(name, at) and _ends_word(text, at + len(name)):
                return best if best and len(best[0]) > len(name) else (name, what)
        return best

    def kind(self, fact: str) -> Kind:
        if fact in self.facts:
            return self.facts[fact]
        return self.outer.kind(fact) if self.outer else ANY

    def has_fact(self, name: str) -> bool:
        return name in self.facts or (self.outer is not None and self.outer.has_fact(name))

    def key(self, step: str) -> str | None:
        if step in self.steps:
            return self.steps[step]
        return self.outer.key(step) if self.outer else None

    def all_steps(self) -> Iterable[str]:
        yield from self.steps
        if self.outer:
            yield from self.outer.all_steps()

    def all_facts(self) -> Iterable[str]:
        yield from self.facts
        if self.outer:
            yield from self.outer.all_facts()

    def all(self) -> Iterable[str]:
        yield from self.all_facts()
        yield from self.all_steps()


def _ends_word(text: str, at: int) -> bool:
    return at >= len(text) or not (text[at].isalnum() or text[at] == "_") or not (text[at - 1].isalnum())
