"""What a page says, cut into small comparable parts, each of a kind: the ground that `differences` stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from doorstep.reading.addressees import write_addressee
from doorstep.reading.kinds import write_kind
from doorstep.reading.page import (
    Action,
    Addressee,
    AnswerIt,
    Approve,
    Card,
    CardHandler,
    Choose,
    Confirm,
    Decide,
    Do,
    Fact,
    FillIn,
    OrderOf,
    Page,
    Read,
    RunProcess,
    SetFields,
    Step,
    Tell,
    Wait,
    Who,
)
from doorstep.reading.titles import write_starts
from doorstep.reading.verbs import write_action, write_gives
from doorstep.reading.writing import write_order


class Kind(StrEnum):
    """What kind of thing something on a page is.  The first six are never editorial (`CONTESTED`)."""

    THRESHOLD = "threshold"
    ADDRESSEE = "addressee"
    DEADLINE = "deadline"
    KILLER_ITEM = "killer item"
    PROOF = "proof"
    CONNECTED_FIELD = "connected field"
    STEP = "step"
    NAME = "name"
    QUESTION = "question"
    WAY_ON = "way on"
    ORDER = "order"
    CHANNEL = "channel"
    FACT = "fact"
    CHECKLIST = "checklist"
    REFERENCE = "reference"
    QUOTATION = "quotation"
    GUIDANCE = "guidance"
    STEWARDSHIP = "stewardship"


CONTESTED = frozenset(
    {Kind.THRESHOLD, Kind.ADDRESSEE, Kind.DEADLINE, Kind.KILLER_ITEM, Kind.PROOF, Kind.CONNECTED_FIELD}
)
"""The kinds whose change is not editorial, whatever its author says."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing a step or a page may say: its kind, and the label people know it by, mostly the card's key."""

    kind: Kind
    label: str


Aspects = dict[Aspect, str]
"""What is said, by aspect; what is not said is absent."""

_NUMBER = re.compile(r"(?<![\w.])\d[\d.,]*(?<![.,])(?:\s?%)?")
_LISTED = re.compile(r"(?m)^\s*\d+[.)]\s")
_ADDRESS = re.compile(r"<?https?://[^\s)>]+>?")
_TABLE = re.compile(r"(?m)^[ \t]*\|.*$")


def aspects_of_step(step: Step, page: Page) -> Aspects:
    """Return what a step says, without its name and its place among the others."""
    card = step.card or Card()
    records = frozenset(fact.name for fact in page.facts if fact.kind.name == "record")
    said = (
        *_who(card),
        *(_action(card.action) if card.action else ()),
        *_times(card),
        *_ways(card),
        *_conditions(card, records),
        *_turns(card),
        *_beside(card),
        *_prose(step.guidance),
        *_checklist(step),
        *_tables(step),
        (Kind.QUOTATION, "What is said", step.quotation or ""),
        (Kind.REFERENCE, "Links", _lines(f"{text} {address}" for text, address in step.links)),
        (Kind.GUIDANCE, "Not understood", _lines(card.unread)),
    )
    return _kept(said)


def aspects_of_page(page: Page) -> Aspects:
    """Return what a page says beside its steps: its title's card, its facts, its text."""
    card = page.card
    said = (
        (Kind.NAME, "Title", page.title),
        (Kind.STEWARDSHIP, "Owner", _person(card.owner)),
        (Kind.STEWARDSHIP, "Expert", _person(card.expert)),
        (Kind.STEWARDSHIP, "Group", card.group or ""),
        (Kind.ADDRESSEE, "Audience", ", ".join(card.audience)),
        (Kind.NAME, "Called", card.called or ""),
        (Kind.QUESTION, "Starts", write_starts(card.starts) if card.starts else ""),
        (Kind.DEADLINE, "Needed by", card.needed_by or ""),
        (Kind.DEADLINE, "Again", card.again or ""),
        (Kind.STEWARDSHIP, "Review", card.review or ""),
        (Kind.DEADLINE, "Calendar", card.calendar or ""),
        (Kind.THRESHOLD, "Currency", card.currency or ""),
        (Kind.STEWARDSHIP, "Category", card.category or ""),
        (Kind.STEWARDSHIP, "Control", card.control or ""),
        *(part for fact in page.facts for part in _fact(fact)),
        *_prose("\n\n".join(text for text in (page.preamble, page.body, page.tail) if text.strip())),
        (Kind.GUIDANCE, "Not understood", _lines((*card.unread, *page.unread))),
    )
    return _kept(said)


_Said = tuple[Kind, str, str]


def _kept(said: Iterable[_Said]) -> Aspects:
    return {Aspect(kind, label): text for kind, label, text in said if text}


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _person(addressee: Addressee | None) -> str:
    return write_addressee(addressee) if addressee else ""


def _fact(fact: Fact) -> Iterator[_Said]:
    required = ", required" if fact.required else ""
    yield Kind.FACT, f"Fact {fact.name}", f"{write_kind(fact.kind)}{required}"
    kind = Kind.CONNECTED_FIELD if "." in fact.source else Kind.FACT
    yield kind, f"Where {fact.name} comes from", fact.source


# -- The card --------------------------------------------------------------------------------------


def _who(card: Card) -> Iterator[_Said]:
    if card.who:
        yield from _asked(card.who)
    if card.where:
        yield Kind.CHANNEL, "Where", card.where.channel
        yield Kind.CONNECTED_FIELD, "Where", card.where.record or card.where.new_in or ""
    yield Kind.ADDRESSEE, "Not by", ", ".join(_person(one) for one in card.not_by)
    yield Kind.ADDRESSEE, "Same person as", _person(card.same_as)
    yield Kind.PROOF, "Proof", card.proof or ""


def _asked(who: Who) -> Iterator[_Said]:
    yield Kind.ADDRESSEE, "Who", f"each of {who.each}" if who.each else _person(who.addressee)
    yield Kind.THRESHOLD, "How many are asked", str(who.count or "")
    yield Kind.CHANNEL, "By which channel", who.channel or ""
    yield Kind.ORDER, "One after another", "yes" if who.one_at_a_time else ""


def _action(action: Action) -> Iterator[_Said]:
    key, value = write_action(action)
    match action:
        case Confirm() | Approve() | Choose() | Read() | AnswerIt():
            yield Kind.QUESTION, key, value or key
        case FillIn(fields=fields):
            names = (f"{one.name} ({write_kind(one.kind)})" if one.kind else one.name for one in fields)
            yield Kind.QUESTION, key, ", ".join(names)
            yield Kind.CONNECTED_FIELD, key, ", ".join(f"{one.name}: {one.source}" for one in fields if one.source)
        case Do() | SetFields():
            yield Kind.CONNECTED_FIELD, key, value
            yield Kind.CONNECTED_FIELD, "Gives", write_gives(action.gives) if isinstance(action, Do) else ""
        case Wait(message=message):
            yield (Kind.QUESTION if message else Kind.DEADLINE), key, value
        case RunProcess(gives=gives):
            yield Kind.QUESTION, key, value
            yield Kind.QUESTION, "Gives", write_gives(gives)
        case Decide():
            yield Kind.QUESTION, key, value
        case Tell(addressee=addressee, channel=channel, sender=sender):
            yield Kind.ADDRESSEE, key, _person(addressee)
            yield Kind.CHANNEL, key, channel or ""
            yield Kind.ADDRESSEE, "From whom", _person(sender)
        case _:
            assert_never(action)


def _times(card: Card) -> Iterator[_Said]:
    yield Kind.DEADLINE, "Due", card.due.time if card.due else ""
    if card.remind:
        times = f", {card.remind.times} times" if card.remind.times else ""
        yield Kind.DEADLINE, "Remind", f"every {card.remind.every}{times}"
    yield Kind.DEADLINE, "Not before", card.not_before_time or ""


def _ways(card: Card) -> Iterator[_Said]:
    for label, handlers in (
        ("If late", card.if_late),
        ("If rejected", card.if_rejected),
        ("If it fails", card.if_fails),
        ("Then", (card.then,) if card.then else ()),
    ):
        each = [one for handler in handlers for one in _chain(handler)]
        yield Kind.WAY_ON, label, ", ".join(f"{one.do} {one.target}" if one.target else one.do for one in each)
        yield Kind.ADDRESSEE, label, ", ".join(_person(one.who) for one in each if one.who)
        yield Kind.THRESHOLD, label, ", ".join(f"at most {one.rounds} times" for one in each if one.rounds)


def _chain(handler: CardHandler | None) -> Iterator[CardHandler]:
    """Yield a way on and the one that follows it."""
    while handler:
        yield handler
        handler = handler.then


def _conditions(card: Card, records: frozenset[str]) -> Iterator[_Said]:
    """Yield what is compared, and beside it the fields of connected systems that are read."""
    until = card.until
    for label, text in (
        ("Only if", card.only_if.text if card.only_if else ""),
        ("Not before", card.not_before.text if card.not_before else ""),
        ("Done when", card.done_when.text if card.done_when else ""),
        ("Until", until.condition.text if until and until.condition else ""),
    ):
        yield Kind.THRESHOLD, label, text
        yield Kind.CONNECTED_FIELD, label, ", ".join(_paths(text, records))
    if until and until.count is not None:
        yield Kind.THRESHOLD, "Until", f"{until.count} {until.outcome}"


def _paths(text: str, records: frozenset[str]) -> list[str]:
    """Return the fields of records a condition names: ``release.Status``."""
    found = (re.findall(rf"(?<!\w){re.escape(name)}\.[^<>=!,()\"]+", text) for name in sorted(records))
    return [path.strip() for paths in found for path in paths]


def _turns(card: Card) -> Iterator[_Said]:
    yield from _order(card.order) if card.order else ()
    if card.after:
        steps = ", ".join(card.after.steps) or "start"
        yield Kind.ORDER, "After", f"any of {steps}" if card.after.any_of else steps
    if card.each:
        turn = ", one at a time" if card.each.one_at_a_time else ""
        yield Kind.ORDER, "For each", f"{card.each.item} in {card.each.items}{turn}"


def _order(order: OrderOf) -> Iterator[_Said]:
    if order.how == "n of":
        yield Kind.THRESHOLD, "How many are needed", str(order.wanted)
    yield Kind.ORDER, "Order", "some of them" if order.how == "n of" else write_order(order)


def _beside(card: Card) -> Iterator[_Said]:
    yield Kind.REFERENCE, "Show", ", ".join(card.show)
    yield Kind.REFERENCE, "See", ", ".join(card.see)
    yield Kind.REFERENCE, "Attach", ", ".join(card.attach)
    yield Kind.QUESTION, "Again", card.again or ""
    yield Kind.CHECKLIST, "How it is ticked", card.checklist or ""
    yield Kind.STEWARDSHIP, "Control", card.control or ""


# -- Prose -----------------------------------------------------------------------------------------


def _prose(text: str) -> Iterator[_Said]:
    """Yield a text, and the numbers it gives: a changed number is a threshold, wherever it stands."""
    yield Kind.GUIDANCE, "Guidance", text.strip()
    yield Kind.THRESHOLD, "Numbers in the text", ", ".join(numbers_in(text))


def numbers_in(text: str) -> list[str]:
    """Return the numbers a text gives, in its order; those of addresses and of a list's items are none."""
    return [found.strip() for found in _NUMBER.findall(_LISTED.sub("\n", _ADDRESS.sub(" ", text)))]


def _checklist(step: Step) -> Iterator[_Said]:
    items = step.checklist
    yield Kind.KILLER_ITEM, "Killer items", _lines(item.text for item in items if item.killer)
    yield Kind.CHECKLIST, "Checklist", _lines(item.text for item in items if not item.killer)
    plain = " ".join(item.text for item in items)
    yield Kind.THRESHOLD, "Numbers in the checklist", ", ".join(numbers_in(plain))


def _tables(step: Step) -> Iterator[_Said]:
    """Yield the table a Decide reads."""
    if step.card and isinstance(step.card.action, Decide):
        yield Kind.THRESHOLD, "Table", _lines(line.strip() for line in _TABLE.findall(step.body))
