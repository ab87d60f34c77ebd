"""Whom a typed line means: the known names it begins with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from doorstep.reading.nearness import nearest
from doorstep.reading.page import Address, Addressee, Role, Starter

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`|~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_SELF = frozenset({"i", "me", "myself"})
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may be asked: a person by name and address, or a role (no address)."""

    name: str
    address: str = ""


class NotKnown(ValueError):
    """Nobody, or more than one, is called so; the message is for whoever typed it."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a line means, as sentences say it: ``Mira Holt``; ``you`` for whoever types."""

    addressee: Addressee
    display: str


class Names:
    """Everybody by the names a line may have for them, case aside."""

    def __init__(self, people: Iterable[Known]) -> None:
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.domains: set[str] = set()
        self.addresses: dict[str, Known] = {}
        for one in people:
            for name in dict.fromkeys(_names(one)):
                self.by_name[name].append(one)
            if one.address:
                self.addresses[one.address.casefold()] = one
                self.domains.add(one.address.casefold().rpartition("@")[2])

    def first(self, words: Sequence[str]) -> tuple[Named, int] | None:
        """Return whom the first words name and how many they are, or None.  Raises NotKnown."""
        for count in range(min(len(words), _MOST_WORDS), 0, -1):
            name = " ".join(words[:count]).strip(",:@").casefold().removeprefix("the ")
            if name in _SELF:
                return Named(Starter(), "you"), count
            if found := self.by_name.get(name):
                return _only(found, name), count
        return self._address(words)

    def _address(self, words: Sequence[str]) -> tuple[Named, int] | None:
        address = words[0].strip("<>,:;") if words else ""
        if not _ADDRESS.fullmatch(address):
            return None
        known = self.addresses.get(address.casefold())
        if known is None and address.casefold().rpartition("@")[2] in self.domains:
            raise NotKnown(f'Nobody here has the address "{address}".{self._near(address, self.addresses)}')
        return (_named(known) if known else Named(Address(address), address)), 1

    def unknown(self, name: str) -> NotKnown:
        """Return what to say of a name nobody has."""
        known = {one.name: None for found in self.by_name.values() for one in found}
        firsts = {name.partition(" ")[0]: name for name in known}
        near = nearest(name, known) or firsts.get(nearest(name.partition(" ")[0], firsts) or "")
        hint = f" Did you mean {near}?" if near else " Write a name or an e-mail address that is on record here."
        return NotKnown(f'Nobody here is called "{name}".{hint}')

    @staticmethod
    def _near(name: str, known: Iterable[str]) -> str:
        near = nearest(name, known)
        return f" Did you mean {near}?" if near else ""


def _names(one: Known) -> Iterator[str]:
    """Yield what a line may call somebody: the full name, the first name, the address."""
    name = " ".join(one.name.casefold().split())
    yield name
    if one.address:
        yield name.partition(" ")[0]
        yield one.address.casefold()


def _only(found: Sequence[Known], name: str) -> Named:
    if len(found) == 1:
        return _named(found[0])
    whole = [one for one in found if one.name.casefold() == name]
    if len(whole) == 1:
        return _named(whole[0])
    some = [f"{one.name} ({one.address})" if one.address else one.name for one in found[:6]]
    raise NotKnown(
        f'"{found[0].name.partition(" ")[0]}" may be {" or ".join(some)}. Write the full name or the address.'
    )


def _named(one: Known) -> Named:
    return Named(Address(one.address) if one.address else Role(one.name), one.name)
