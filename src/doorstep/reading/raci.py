"""Who is responsible, accountable, consulted and informed, step by step: derived from the cards, never written by hand.

letter   who
R        whoever does the step; Doorstep where nobody is asked
A        whoever approves, of an approval; of every other step the page's owner
C        whoever is also asked, or asked instead, when it is late or rejected
I        whoever is told: by a Tell, or when it is late, rejected or failed
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from doorstep.reading import words
from doorstep.reading.page import Addressee, Approve, Card, CardHandler, Page, Step, Tell

US = "Doorstep"
LETTERS = "RACI"


@dataclass(frozen=True, slots=True)
class Row:
    """One step, and the letters of each party in it, in the order R, A, C, I."""

    step: str
    letters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Raci:
    """``parties`` are the columns, in the order in which the page first needs them."""

    parties: tuple[str, ...]
    rows: tuple[Row, ...]


def raci(page: Page) -> Raci:
    """Return the table of a page: a row for each step without steps of its own."""
    owner = _named(page.card.owner) if page.card.owner else ""
    rows = tuple(Row(step.name, _letters(step, owner)) for step in page.walk() if not step.steps)
    return Raci(tuple(dict.fromkeys(party for row in rows for party in row.letters)), rows)


def _letters(step: Step, owner: str) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for party, letter in _parts(step.card or Card(), owner):
        found.setdefault(party, set()).add(letter)
    return {party: "".join(sorted(letters, key=LETTERS.index)) for party, letters in found.items()}


def _parts(card: Card, owner: str) -> Iterator[tuple[str, str]]:
    """Yield who has a part in a step, and which."""
    does = _who(card)
    yield does, "R"
    if isinstance(card.action, Approve):
        yield does, "A"
    elif owner:
        yield owner, "A"
    if isinstance(card.action, Tell):
        yield _named(card.action.addressee), "I"
    for handler in (*card.if_late, *card.if_rejected, *card.if_fails):
        yield from _brought_in(handler)


def _who(card: Card) -> str:
    if card.who is None:
        return US
    return f"Each of the {card.who.each}" if card.who.each else _named(card.who.addressee)


def _brought_in(handler: CardHandler) -> Iterator[tuple[str, str]]:
    if handler.who:
        yield _named(handler.who), "I" if handler.do == "tell" else "C"
    if handler.then:
        yield from _brought_in(handler.then)


def _named(addressee: Addressee) -> str:
    said = words.addressee(addressee)
    return said[:1].upper() + said[1:] if "@" not in said else said
