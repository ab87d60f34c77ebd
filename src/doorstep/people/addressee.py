"""What a card's addressee means with the facts as they are: a role with its scope, addresses, or people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from doorstep.reading import page


class NotKnownYet(Exception):
    """A fact or a step the addressee needs has given nothing yet; the message is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Holders:
    """The holders of a role, in a scope."""

    role: str
    scope: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class People:
    """People by id, by address, or by what a fact holds (a role's or a person's name)."""

    ids: tuple[UUID, ...] = ()
    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Managers:
    """The managers of whoever is meant."""

    of: Holders | People | Managers


Meant = Holders | People | Managers

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_NAMED = re.compile(r"[^<>]*<\s*(?P<address>[^<>]+?)\s*>")
_FACT = re.compile(r"\{([^{}]+)\}")
_ADDRESS_KEYS = ("email", "e-mail", "mail", "address", "emailaddress")


def is_address(text: str) -> bool:
    """Say whether a text is an e-mail address."""
    return bool(_ADDRESS.fullmatch(text.strip()))


def meant(
    addressee: page.Addressee, *, facts: Mapping[str, object], starter: UUID | None, doers: Mapping[str, UUID]
) -> Meant:
    """Return whom an addressee means.  Raises NotKnownYet."""
    match addressee:
        case page.Role(name, scope):
            return Holders(name, tuple((part, _filled(value, facts)) for part, value in scope))
        case page.Address(address):
            return _held(address)
        case page.FactHolder(fact):
            return _held(_known(fact, facts))
        case page.Starter():
            if starter is None:
                raise NotKnownYet("Nobody started this: it started by itself. Name a person or a role instead.")
            return People(ids=(starter,))
        case page.Doer(step):
            if step not in doers:
                raise NotKnownYet(
                    f'Nobody has done "{step}" yet, so it is not known who is meant. Ask again when it is done.'
                )
            return People(ids=(doers[step],))
        case page.ManagerOf(of):
            return Managers(meant(of, facts=facts, starter=starter, doers=doers))


def _known(fact: str, facts: Mapping[str, object]) -> object:
    """Return a fact's value, also a field of a record.  Raises NotKnownYet."""
    value: object = facts.get(fact)
    if value is None and "." in fact:
        record, _, field = fact.partition(".")
        inner = facts.get(record)
        value = _known(field, inner) if isinstance(inner, Mapping) else None
    if value is None or value == "":
        raise NotKnownYet(
            f'The fact "{fact}" says who is meant, but it is not known yet. Fill it in, or name somebody.'
        )
    return value


def _filled(text: str, facts: Mapping[str, object]) -> str:
    """Return a scope's value with its fact filled in."""
    return _FACT.sub(lambda found: str(_known(found[1].strip(), facts)), text)


def _held(value: object) -> People:
    """Return the people a value holds."""
    match value:
        case UUID():
            return People(ids=(value,))
        case str() if is_address(value):
            return People(addresses=(value.strip().lower(),))
        case str() if (named := _NAMED.fullmatch(value.strip())) and is_address(named["address"]):
            return People(addresses=(named["address"].lower(),))
        case str():
            return _by_id_or_name(value.strip())
        case Mapping():
            return _held(_address_in(value))
        case list() | tuple():
            return _all([_held(item) for item in value])
        case _:
            raise NotKnownYet(f'Expected a person, a role or an address, but got "{value}". Name somebody.')


def _by_id_or_name(text: str) -> People:
    """Return whom a text that is no address names."""
    try:
        return People(ids=(UUID(text),))
    except ValueError:
        return People(names=(text,))


def _address_in(record: Mapping[object, object]) -> object:
    """Return the address a record of a person holds, else its name."""
    plain = {str(name).casefold().replace(" ", ""): value for name, value in record.items()}
    found = next((plain[key] for key in (*_ADDRESS_KEYS, "name") if plain.get(key)), None)
    if found is None:
        raise NotKnownYet("Expected a person with an e-mail address, but the record holds none. Add the address there.")
    return found


def _all(parts: list[People]) -> People:
    """Return several people as one."""
    return People(
        ids=tuple(one for part in parts for one in part.ids),
        addresses=tuple(one for part in parts for one in part.addresses),
        names=tuple(one for part in parts for one in part.names),
    )
