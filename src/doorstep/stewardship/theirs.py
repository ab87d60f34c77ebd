"""Which steps of a page are somebody's: those that ask, tell or bring in a role they hold, or them by address.

A role of the Audience has the whole page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from doorstep.reading import page
from doorstep.reading.page import Page, Step


@dataclass(frozen=True, slots=True)
class Somebody:
    """As whom somebody meets a page: the names of their roles and their addresses, without case."""

    roles: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """Return what steps know them by: a role's name, or an address."""
        return self.roles | self.addresses


@dataclass(frozen=True, slots=True)
class Parts:
    """Whose each step of a page is, by role or address, and the steps each stands in."""

    of: Mapping[str, frozenset[str]] = field(default_factory=dict)  # a role or an address -> identities
    audience: frozenset[str] = frozenset()
    every: frozenset[str] = frozenset()
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)  # a step -> the groups it stands in

    def all_of(self, somebody: Somebody) -> frozenset[str]:
        """Return the identities of somebody's steps."""
        if somebody.roles & self.audience:
            return self.every
        return frozenset().union(*(self.of.get(key, frozenset()) for key in somebody.keys))

    def concern(self, somebody: Somebody) -> bool:
        """Say whether the page concerns somebody at all, also where it has no steps."""
        return bool(somebody.roles & self.audience or self.all_of(somebody))


def parts_of(read: Page, identities: Mapping[str, str]) -> Parts:
    """Return whose the steps of a page are."""
    of: dict[str, set[str]] = {}
    above: dict[str, frozenset[str]] = {}
    every: set[str] = set()

    def gather(steps: tuple[Step, ...], groups: frozenset[str]) -> None:
        for step in steps:
            identity = identities.get(step.name, step.name)
            above[identity] = groups
            if not step.steps:
                every.add(identity)
            for key in _named(step):
                of.setdefault(key, set()).add(identity)
            gather(step.steps, groups | {identity})

    gather(read.steps, frozenset())
    audience = frozenset(name.casefold() for name in read.card.audience)
    return Parts({key: frozenset(found) for key, found in of.items()}, audience, frozenset(every), above)


def _named(step: Step) -> Iterator[str]:
    """Yield the roles and addresses a step asks, tells or brings in."""
    card = step.card
    if card is None:
        return
    handlers = (*card.if_late, *card.if_rejected, *card.if_fails)
    addressees = [card.who.addressee if card.who else None, *(handler.who for handler in handlers)]
    addressees += [handler.then.who for handler in handlers if handler.then]
    if isinstance(card.action, page.Tell):
        addressees.append(card.action.addressee)
    for addressee in addressees:
        match addressee:
            case page.Role(name):
                yield name.casefold()
            case page.Address(address):
                yield address.lower()
            case _:
                pass  # whoever started it, a fact, a manager: nobody who can be told before there is a run
