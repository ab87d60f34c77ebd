"""The card of a step: what each key says, made into values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from doorstep.reading import verbs
from doorstep.reading.addressees import read_addressee, read_channel, read_who
from doorstep.reading.faults import Report
from doorstep.reading.handlers import read_handlers, read_then
from doorstep.reading.items import Item, Reader, Taken, take
from doorstep.reading.kinds import read_fact_name
from doorstep.reading.page import (
    Action,
    Addressee,
    After,
    Card,
    Do,
    Doer,
    Due,
    EachOf,
    Expr,
    OrderOf,
    Remind,
    RunProcess,
    Starter,
    Until,
    Where,
)
from doorstep.reading.phrase import Phrase, Unreadable, unbraced, unquoted
from doorstep.reading.times import canonical, read_every, read_time

_ORDERS = {
    "in turn": OrderOf("in turn"),
    "all at once": OrderOf("all at once"),
    "any order, one at a time": OrderOf("any order"),
    "any order": OrderOf("any order"),
    "first wins": OrderOf("first wins"),
    "one of them": OrderOf("one of them"),
}
_ORDERS_SAID = "one of in turn, all at once, any order, one at a time, first wins, 2 of them, one of them"
_PROOFS = ("link", "mail", "code", "login", "signature service")
_CHECKLISTS = ("read-do", "do-confirm")
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}

_RECORD = re.compile(r"(?:in|on)\s+\{(?P<record>[^{}]+)\}", re.IGNORECASE)
_NEW = re.compile(r"new\s+in\s+(?P<place>.+)", re.IGNORECASE)
_WANTED = re.compile(r"(?P<count>\d{1,3}|two|three|four|five)\s+of\s+them", re.IGNORECASE)
_EACH = re.compile(r"(?P<item>[^{}()]+?)\sin\s(?P<items>.+)", re.IGNORECASE)
_UNTIL = re.compile(r"(?P<count>\d{1,4})\s+(?P<outcome>done|approved|rejected|changes wanted)", re.IGNORECASE)
_JOINT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|“[^”]*”|(?P<joint>,(?:\s*(?:and|or)\s)?|\s(?:and|or)\s)", re.IGNORECASE)
_ANY_OF = re.compile(r"any\s+of\s+", re.IGNORECASE)


def read_card(items: Sequence[Item], *, names: frozenset[str], report: Report) -> Card:
    """Read the card of a step.  ``names`` are the page's steps, whose names may hold "and" and commas."""
    taken = take(items, _READERS | {"After": lambda phrase: _after(phrase, names)}, report=report)
    values = taken.values
    action = _action(taken, items, report)
    fields: dict[str, Any] = {field: values[key] for key, field in _FIELDS.items() if key in values}
    before = values.get("Not before")
    fields["not_before_time" if isinstance(before, str) else "not_before"] = before
    return Card(**fields, action=action, unread=taken.unread, places=tuple(taken.places))


def _action(taken: Taken, items: Sequence[Item], report: Report) -> Action | None:
    """Return what the verb says, with what it gives."""
    action = taken.values.get(taken.verb or "")
    gives = taken.values.get("Gives")
    if gives is None:
        return action
    if isinstance(action, Do | RunProcess):
        return replace(action, gives=gives)
    item = next(item for item in items if item.key == "gives")
    report.add("E121", item.text.place, key="Gives", expected="a Do or a Run")
    taken.faulty.append(item)
    return action


def _expr(phrase: Phrase) -> Expr:
    return Expr(phrase.text, phrase.place)


def _only_if(phrase: Phrase) -> Expr:
    return Expr("otherwise", phrase.place) if phrase.text.lower() == "otherwise" else _expr(phrase)


def _not_before(phrase: Phrase) -> Expr | str:
    return canonical(phrase.text) or _expr(phrase)


def _where(phrase: Phrase) -> Where:
    channel, *rest = phrase.split(key="Where")
    name = read_channel(channel)
    if not rest:
        return Where(name, place=phrase.place)
    if len(rest) == 1 and (found := _RECORD.fullmatch(rest[0].text)):
        return Where(name, record=found["record"].strip(), place=phrase.place)
    if len(rest) == 1 and (found := _NEW.fullmatch(rest[0].text)):
        return Where(name, new_in=found["place"], place=phrase.place)
    raise Unreadable(
        "E113", phrase, key="Where", expected='a channel and a record, as in "Jira, in {release}" or "Jira, new in DEP"'
    )


def _due(phrase: Phrase) -> Due:
    return Due(read_time(phrase, key="Due"), phrase.place)


def _remind(phrase: Phrase) -> Remind:
    return Remind(*read_every(phrase, key="Remind"))


def _order(phrase: Phrase) -> OrderOf:
    said = " ".join(phrase.text.lower().split())
    if said in _ORDERS:
        return _ORDERS[said]
    found = _WANTED.fullmatch(phrase.text)
    count = (_COUNTS.get(found["count"].lower()) or int(found["count"])) if found else 0
    if not count:
        raise Unreadable("E112", phrase, key="Order", expected=_ORDERS_SAID, near=(*_ORDERS, "2 of them"))
    return OrderOf("n of", count)


def _after(phrase: Phrase, names: frozenset[str]) -> After:
    """Read ``A and B``, ``any of A, B``, ``start``; the longest known name wins over the words between."""
    if phrase.text.lower() == "start":
        return After(())
    any_of = _ANY_OF.match(phrase.text)
    rest = phrase.cut(any_of.end()) if any_of else phrase
    bounds = [0]
    for found in _JOINT.finditer(rest.text):
        if found["joint"]:
            bounds += [found.start(), found.end()]
    bounds.append(len(rest.text))
    steps = _longest(rest.text, list(zip(bounds[::2], bounds[1::2], strict=True)), names)
    if not steps:
        raise Unreadable(
            "E113", phrase, key="After", expected='steps, as in "Sign" and "File", any of "Sign", "File", or start'
        )
    return After(steps, any_of=any_of is not None)


def _longest(text: str, parts: list[tuple[int, int]], names: frozenset[str]) -> tuple[str, ...]:
    steps, at = [], 0
    while at < len(parts):
        upto = next(
            (
                end
                for end in range(min(len(parts), at + 9), at + 1, -1)
                if text[parts[at][0] : parts[end - 1][1]].strip() in names
            ),
            at + 1,
        )
        step = text[parts[at][0] : parts[upto - 1][1]].strip()
        name = unquoted(step)
        steps += [step if name is None else name] if step else []
        at = upto
    return tuple(steps)


def _each(phrase: Phrase) -> EachOf:
    first, *rest = phrase.split(key="For each")
    found = _EACH.fullmatch(first.text)
    if found is None or [part.text.lower() for part in rest] not in ([], ["one at a time"]):
        raise Unreadable(
            "E113", phrase, key="For each", expected='an item and a list, as in "country in countries, one at a time"'
        )
    item, items = first.group(found, "item"), first.group(found, "items")
    return EachOf(read_fact_name(item), unbraced(items.text), one_at_a_time=bool(rest))


def _until(phrase: Phrase) -> Until:
    if found := _UNTIL.fullmatch(phrase.text):
        return Until(int(found["count"]), found["outcome"].lower())
    return Until(condition=_expr(phrase))


def _person(phrase: Phrase) -> Addressee:
    """Read whose step it is or must not be: whoever started this or did another step."""
    addressee = read_addressee(phrase)
    if not isinstance(addressee, Starter | Doer):
        raise Unreadable(
            "E108", phrase, expected='"whoever started this" or whoever did "Step"', near=("whoever started this",)
        )
    return addressee


def _not_by(phrase: Phrase) -> tuple[Addressee, ...]:
    return tuple(_person(part) for part in phrase.split(key="Not by"))


def _one_of(key: str, offered: tuple[str, ...]) -> Reader:
    def read(phrase: Phrase) -> str:
        said = " ".join(phrase.text.lower().split())
        if said not in offered:
            raise Unreadable("E112", phrase, key=key, expected=_either(offered), near=offered)
        return said

    return read


def _either(offered: tuple[str, ...]) -> str:
    return offered[0] if len(offered) == 1 else f"one of {', '.join(offered)}"


def _facts(key: str) -> Reader:
    """Read facts; what is no fact in braces stays as written."""

    def read(phrase: Phrase) -> tuple[str, ...]:
        return tuple(unbraced(part.text) for part in phrase.split(key=key))

    return read


def _words(phrase: Phrase) -> str:
    return phrase.text


def _references(phrase: Phrase) -> tuple[str, ...]:
    return tuple(part.text for part in phrase.split(key="See"))


_READERS: dict[str, Reader] = {
    **verbs.READERS,
    "Gives": verbs.read_gives,
    "Who": read_who,
    "Where": _where,
    "Due": _due,
    "Remind": _remind,
    "If late": lambda phrase: read_handlers(phrase, key="If late"),
    "If rejected": lambda phrase: read_handlers(phrase, key="If rejected"),
    "If it fails": lambda phrase: read_handlers(phrase, key="If it fails"),
    "Only if": _only_if,
    "Not before": _not_before,
    "Done when": _expr,
    "Order": _order,
    "For each": _each,
    "Until": _until,
    "Not by": _not_by,
    "Same person as": _person,
    "Proof": _one_of("Proof", _PROOFS),
    "Then": read_then,
    "Show": _facts("Show"),
    "See": _references,
    "Attach": _facts("Attach"),
    "Again": _one_of("Again", ("always",)),
    "Checklist": _one_of("Checklist", _CHECKLISTS),
    "Control": _words,
}

_FIELDS = {
    "Who": "who",
    "Where": "where",
    "Due": "due",
    "Remind": "remind",
    "If late": "if_late",
    "If rejected": "if_rejected",
    "If it fails": "if_fails",
    "Only if": "only_if",
    "Done when": "done_when",
    "Order": "order",
    "After": "after",
    "For each": "each",
    "Until": "until",
    "Not by": "not_by",
    "Same person as": "same_as",
    "Proof": "proof",
    "Then": "then",
    "Show": "show",
    "See": "see",
    "Attach": "attach",
    "Again": "again",
    "Checklist": "checklist",
    "Control": "control",
}
"""The keys whose value is a field of the card; verbs, Gives and Not before are more."""
