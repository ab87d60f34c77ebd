"""A card as a form has it: a text for each key, and back to what a page says.

Nothing typed is lost: a value that cannot be read stays on the card as it was typed, with its fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from doorstep.reading.cards import read_card
from doorstep.reading.faults import Report
from doorstep.reading.items import OF_STEP, OF_TITLE, Item
from doorstep.reading.keys import STEP_KEYS, TITLE_KEYS, VERBS
from doorstep.reading.kinds import write_kind
from doorstep.reading.page import Card, Fact, TitleCard
from doorstep.reading.phrase import Phrase
from doorstep.reading.table import read_facts
from doorstep.reading.titles import read_title_card
from doorstep.reading.writing import card_items, title_items


@dataclass(frozen=True, slots=True)
class Filled:
    """A card as a form shows it: a text for each key it has, and the lines that have no field."""

    values: Mapping[str, str]
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactRow:
    """A row of the table of facts as a form has it."""

    name: str
    kind: str = ""
    source: str = ""
    required: bool = False


# -- The card of a step --------------------------------------------------------------------------


def filled(card: Card | None) -> Filled:
    """Return a step's card as texts by key; what could not be read stands in its field as it was typed."""
    return _filled(card_items(card), card.unread, OF_STEP) if card else Filled({})


def card_of(form: Filled, *, before: Card | None = None, names: Iterable[str] = ()) -> Card | None:
    """Return the card a form says, its keys in the order the author had them; None for an empty one.

    ``names`` are the steps of the page, whose names may hold "and" and commas.
    """
    items = _items(form, before.places if before else (), STEP_KEYS)
    if not items:
        return None
    return read_card(items, names=frozenset(names), report=Report())


def verb_of(form: Filled) -> str:
    """Return the verb of a card, empty when it has none."""
    return next((verb for verb in VERBS if verb in form.values), "")


# -- The card of the title -----------------------------------------------------------------------


def filled_title(card: TitleCard) -> Filled:
    """Return the title's card as texts by key."""
    return _filled(title_items(card), card.unread, OF_TITLE)


def title_card_of(form: Filled, *, before: TitleCard) -> TitleCard:
    """Return the title's card that a form says."""
    return read_title_card(_items(form, before.places, TITLE_KEYS), Report())


# -- The table of facts --------------------------------------------------------------------------


def rows_of(facts: Iterable[Fact], unread: Iterable[str]) -> tuple[FactRow, ...]:
    """Return the rows of the table of facts, those that could not be read at the end."""
    read = (FactRow(fact.name, write_kind(fact.kind), fact.source, fact.required) for fact in facts)
    return (*read, *(_unread_row(line) for line in unread))


def facts_of(rows: Iterable[FactRow]) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Return the facts that rows say, and the rows with a fault as written; empty rows are left out."""
    said = [_line(row) for row in rows if any(part.strip() for part in (row.name, row.kind, row.source))]
    return read_facts(["| Fact | Kind | From |", "|---|---|---|", *said], 0, Report())


# -- Items and texts -----------------------------------------------------------------------------


def one_line(text: str) -> str:
    """Return typed text in one line."""
    return " ".join(text.split())


def _filled(items: Mapping[str, str], unread: Iterable[str], known: Mapping[str, str]) -> Filled:
    values, rest = dict(items), []
    for raw in unread:
        item = _item(one_line(raw))
        key = known.get(item.key, "")
        if not key or key in values or "\n" in raw or (key in VERBS and any(verb in values for verb in VERBS)):
            rest.append(raw)
        else:
            values[key] = item.text.cut(item.value).text
    return Filled(values, tuple(rest))


def _items(form: Filled, places: Iterable[tuple[str, object]], keys: Iterable[str]) -> list[Item]:
    order = {key: at for at, key in enumerate(dict.fromkeys((*(key for key, _ in places), *keys)))}
    return list(_typed(form, sorted((key for key in form.values if key in order), key=order.__getitem__)))


def _typed(form: Filled, keys: Iterable[str]) -> Iterator[Item]:
    for key in keys:
        value = one_line(form.values[key])
        if value or key == "Confirm":
            yield _item(f"{key}: {value}" if value else key)
    for raw in form.rest:
        if text := one_line(raw):
            several = "\n" in raw.strip("\n")
            yield replace(_item(text), raw=raw.strip("\n"), holds="more than one line") if several else _item(text)


def _item(text: str) -> Item:
    return Item(Phrase(text, 1, 1), text)


def _line(row: FactRow) -> str:
    source = one_line(row.source)
    source = f"{source or 'whoever starts'}, required" if row.required else source
    return "| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in (row.name, row.kind, source)) + " |"


def _unread_row(line: str) -> FactRow:
    cells = [cell.strip().replace("\\|", "|") for cell in line.strip().strip("|").replace("\\|", "\0").split("|")]
    name, kind, source = ([cell.replace("\0", "|") for cell in cells] + ["", "", ""])[:3]
    return FactRow(name, kind, source)
