"""A page written as text: prose as it was, cards and the table of facts in their canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorstep.reading.addressees import write_addressee, write_who
from doorstep.reading.blocks import escaped, plain
from doorstep.reading.handlers import write_handler, write_handlers
from doorstep.reading.page import (
    After,
    Card,
    Do,
    EachOf,
    OrderOf,
    Page,
    Remind,
    RunProcess,
    TitleCard,
    Until,
    Where,
)
from doorstep.reading.phrase import quoted
from doorstep.reading.table import write_facts
from doorstep.reading.titles import write_starts
from doorstep.reading.verbs import write_action, write_gives

BYTE_ORDER_MARK = "\ufeff"
_CLOSED = re.compile(r"(?:^|\s)#+$")
_LIST = re.compile(r"-(?!\s+\[[ xX]\](?:\s|$))(?:\s|$)")
_NOT_BARE = re.compile(r"[\",“”\\]|\b(?:and|or)\b|^(?:start$|any of\b|\s|$)", re.IGNORECASE)
"""What keeps the name of a step from standing without quotation marks."""


def write(page: Page) -> str:
    """Write a page; reading it again gives the same page."""
    parts = [page.preamble, *_title(page)]
    for step in page.walk():
        parts += [_heading(step.name, step.heading, step.level), write_card(step.card, above=step.body), step.body]
    text = "\n\n".join(part for part in parts if part) + "\n"
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""  # reading takes one off
    return mark + text.replace("\n", page.newline)


def _title(page: Page) -> Iterator[str]:
    card = _items(title_items(page.card), page.card, above=page.body)
    table = write_facts(page.facts, page.unread) if page.facts or page.unread or page.tail else ""
    if page.title or card or page.body or table:
        yield _heading(page.title, page.heading, 1)
    yield from (card, page.body, table, page.tail)


def _heading(name: str, heading: str, level: int) -> str:
    """Write a heading, with its markup if the name is still what it says."""
    name = " ".join(name.split())
    said = next((text for text in (heading, name) if plain(text) == name), None)
    said = escaped(name) if said is None else said
    closed = f"{said} #" if _CLOSED.search(said) else said  # signs at the end would close the heading
    return f"{'#' * level} {closed}".rstrip()


def write_card(card: Card | None, *, above: str = "") -> str:
    """Write the card of a step that stands above a text."""
    return _items(card_items(card), card, above=above) if card else ""


def _items(items: dict[str, str], card: Card | TitleCard, *, above: str) -> str:
    """Write a list of keys in the author's order, then what could not be read.

    Above a list with the same bullets it takes another one, else the two would be one list.
    """
    bullet = "*" if _LIST.match(above) else "-"
    order = {key: at for at, (key, _) in enumerate(card.places)}
    lines = [
        f"{key}: {items[key]}" if items[key] else key
        for key in sorted(items, key=lambda key: order.get(key, len(order)))
    ]
    lines += (raw.replace("\n", "\n  ") for raw in card.unread)
    return "\n".join(f"{bullet} {line}" for line in lines)


def title_items(card: TitleCard) -> dict[str, str]:
    """Return the keys of the title's card with their values as text."""
    said = {
        "Owner": card.owner and write_addressee(card.owner),
        "Expert": card.expert and write_addressee(card.expert),
        "Group": card.group,
        "Audience": ", ".join(card.audience),
        "Called": card.called,
        "Starts": card.starts and write_starts(card.starts),
        "Needed by": card.needed_by,
        "Again": card.again,
        "Review": card.review and f"every {card.review}",
        "Calendar": card.calendar,
        "Currency": card.currency,
        "Category": card.category,
        "Control": card.control,
    }
    return {key: str(value) for key, value in said.items() if value}


def card_items(card: Card) -> dict[str, str]:
    """Return the keys of a step's card with their values as text."""
    said = {
        "Who": card.who and write_who(card.who),
        "Where": card.where and _where(card.where),
        **_action(card),
        "Due": card.due and card.due.time,
        "Remind": card.remind and _remind(card.remind),
        "If late": write_handlers(card.if_late),
        "If rejected": write_handlers(card.if_rejected),
        "If it fails": write_handlers(card.if_fails),
        "Only if": card.only_if and card.only_if.text,
        "Not before": (card.not_before and card.not_before.text) or card.not_before_time,
        "Done when": card.done_when and card.done_when.text,
        "Order": card.order and write_order(card.order),
        "After": card.after and _after(card.after),
        "For each": card.each and _each(card.each),
        "Until": card.until and _until(card.until),
        "Not by": ", ".join(write_addressee(person) for person in card.not_by),
        "Same person as": card.same_as and write_addressee(card.same_as),
        "Proof": card.proof,
        "Then": card.then and write_handler(card.then),
        "Show": ", ".join(f"{{{fact}}}" for fact in card.show),
        "See": ", ".join(card.see),
        "Attach": ", ".join(f"{{{fact}}}" for fact in card.attach),
        "Again": card.again,
        "Checklist": card.checklist,
        "Control": card.control,
    }
    return {key: str(value) for key, value in said.items() if value or key == "Confirm"}


def _action(card: Card) -> dict[str, str]:
    if card.action is None:
        return {}
    key, value = write_action(card.action)
    gives = card.action.gives if isinstance(card.action, Do | RunProcess) else ()
    return {key: value, "Gives": write_gives(gives)}


def _where(where: Where) -> str:
    if where.new_in is not None:
        return f"{where.channel}, new in {where.new_in}"
    if where.record is None:
        return where.channel
    return f"{where.channel}, {'on' if where.channel == 'Salesforce' else 'in'} {{{where.record}}}"


def _remind(remind: Remind) -> str:
    if remind.times is None:
        return f"every {remind.every}"
    return f"every {remind.every}, {'once' if remind.times == 1 else f'{remind.times} times'}"


def write_order(order: OrderOf) -> str:
    """Write how the steps of a group take turns."""
    match order.how:
        case "n of":
            return f"{order.wanted} of them"
        case "any order":
            return "any order, one at a time"
        case _:
            return order.how


def _after(after: After) -> str:
    if not after.steps:
        return "start"
    names = [quoted(step) if _NOT_BARE.search(step) else step for step in after.steps]
    return f"any of {', '.join(names)}" if after.any_of else " and ".join(names)


def _each(each: EachOf) -> str:
    return f"{each.item} in {each.items}" + (", one at a time" if each.one_at_a_time else "")


def _until(until: Until) -> str:
    return until.condition.text if until.condition else f"{until.count} {until.outcome}"
