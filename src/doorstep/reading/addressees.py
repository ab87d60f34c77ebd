"""Who something is for: the words a card has for it, both ways."""

from __future__ import annotations

import re
from typing import assert_never

from doorstep.reading.page import Address, Addressee, Doer, FactHolder, ManagerOf, Role, Starter, Who
from doorstep.reading.phrase import Phrase, Unreadable, quoted, unbraced, unquoted

EXPECTED = 'an addressee such as "Legal counsel", {contact}, mira@northwind.example or "whoever started this"'
FORMS = ("whoever started this", 'whoever did "Step"', "manager of whoever started this")

_MANAGER = re.compile(r"(?:the\s+)?manager\s+of\s+", re.IGNORECASE)
_STARTER = re.compile(r"whoever\s+started(?:\s+(?:this|it))?", re.IGNORECASE)
_DOER = re.compile(r"whoever\s+did\s+(?P<step>.+)", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"<?(?:mailto:)?(?P<address>[\w.!#$%&'*+/=?^`|~-]{1,64}@[\w-]+(?:\.[\w-]+)+)>?", re.IGNORECASE)
_FACT = re.compile(r"\{[^{}\"]+\}")
_ROLE = re.compile(r"(?P<name>\w[^(){}\[\]\"“”<>@:;,=|\\]*)(?:\((?P<scope>[^()]+)\))?")
_COUNT = re.compile(r"(?P<count>\d{1,3}|two|three|four|five)\s+of\s+(?P<role>.+)", re.IGNORECASE)
_EACH = re.compile(r"each\s+of\s+(?P<list>.+)", re.IGNORECASE)
_BY = re.compile(r"by\s+(?P<channel>.+)", re.IGNORECASE)
_ONE_AFTER = re.compile(r"one\s+after\s+another", re.IGNORECASE)
_MAIL = frozenset({"e-mail", "email", "mail"})
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}
_RESERVED = ("whoever", "each of", "manager of", "any of")
_DEEPEST = 5  # managers of managers


def read_addressee(phrase: Phrase, *, deep: int = 0) -> Addressee:
    """Read one addressee.  Raises Unreadable."""
    text = phrase.text
    if (found := _MANAGER.match(text)) and deep < _DEEPEST:
        return ManagerOf(read_addressee(phrase.cut(found.end()), deep=deep + 1))
    if _STARTER.fullmatch(text):
        return Starter()
    if found := _DOER.fullmatch(text):
        return Doer(_step(phrase.group(found, "step")))
    if _FACT.fullmatch(text):
        return FactHolder(unbraced(text))
    if found := _ADDRESS.fullmatch(text):
        return Address(found["address"])
    return _role(phrase)


def read_who(phrase: Phrase) -> Who:
    """Read the Who of a card.  Raises Unreadable."""
    first, *rest = phrase.split(key="Who")
    one_at_a_time, channel = False, None
    for part in rest:
        if _ONE_AFTER.fullmatch(part.text):
            one_at_a_time = True
        elif channel is None and (by := _BY.fullmatch(part.text)):
            channel = read_channel(part.group(by, "channel"))
        else:
            expected = '", by" and a channel, or nothing more; to ask several people make a step for each'
            raise Unreadable("E108", part, expected=expected, near=("by e-mail", "one after another"))
    who = _several(first, channel)
    if one_at_a_time and who.each is None:
        raise Unreadable("E108", phrase, expected='"one after another" after "each of {list}"')
    return Who(who.addressee, channel, who.count, who.each, one_at_a_time=one_at_a_time, place=phrase.place)


def read_channel(phrase: Phrase) -> str:
    """Return a channel as written, mail as ``e-mail``."""
    return "e-mail" if phrase.text.lower() in _MAIL else phrase.text


def _several(phrase: Phrase, channel: str | None) -> Who:
    """Read ``2 of Legal counsel``, ``each of {list}`` or one addressee."""
    if found := _EACH.fullmatch(phrase.text):
        name = unbraced(found["list"].strip())
        return Who(FactHolder(name), channel, each=name)
    found = _COUNT.fullmatch(phrase.text)
    if found is None:
        return Who(read_addressee(phrase), channel)
    role = read_addressee(phrase.group(found, "role"))
    count = _COUNTS.get(found["count"].lower()) or int(found["count"])
    if not isinstance(role, Role) or count == 0:
        raise Unreadable("E108", phrase, expected='a number from 1 and a role, as in "2 of Legal counsel"')
    return Who(role, channel, count)


def _step(phrase: Phrase) -> str:
    """Return the name of a step; quotation marks are welcome, not demanded."""
    name = unquoted(phrase.text)
    if name is None and '"' in phrase.text:
        raise Unreadable("E108", phrase, expected='the name of one step in quotation marks after "whoever did"')
    return phrase.text if name is None else name


def _role(phrase: Phrase) -> Role:
    found = _ROLE.fullmatch(phrase.text)
    if found is None or phrase.text.lower().startswith(_RESERVED):
        raise Unreadable("E108", phrase, expected=EXPECTED, near=FORMS)
    if found["scope"] is None:
        return Role(found["name"].strip())
    return Role(found["name"].strip(), tuple(_scope(part) for part in phrase.group(found, "scope").split()))


def _scope(phrase: Phrase) -> tuple[str, str]:
    name, colon, value = (part.strip() for part in phrase.text.partition(":"))
    if not (name and colon and value):
        raise Unreadable("E108", phrase, expected='a scope such as "country: {country}"')
    return name, value


def write_addressee(addressee: Addressee) -> str:
    """Write an addressee as cards do; the canonical text that programs and asks carry."""
    match addressee:
        case Role(name, scope):
            return f"{name} ({', '.join(f'{key}: {value}' for key, value in scope)})" if scope else name
        case Address(address):
            return address
        case FactHolder(fact):
            return f"{{{fact}}}"
        case Starter():
            return "whoever started this"
        case Doer(step):
            return f"whoever did {quoted(step)}"
        case ManagerOf(of):
            return f"manager of {write_addressee(of)}"
        case _:
            assert_never(addressee)


def write_who(who: Who) -> str:
    """Write the Who of a card."""
    if who.each is not None:
        text = f"each of {{{who.each}}}" + (", one after another" if who.one_at_a_time else "")
    else:
        text = (f"{who.count} of " if who.count else "") + write_addressee(who.addressee)
    return f"{text}, by {who.channel}" if who.channel else text


def addressee_from(text: str) -> Addressee:
    """Read an addressee from text that stands on no page.  Raises ValueError with the reason."""
    try:
        return read_addressee(Phrase(text.strip(), 1, 1))
    except Unreadable as reason:
        raise ValueError(str(reason)) from reason
