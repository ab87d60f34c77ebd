"""Which integrations there are: those in the box and those other packages bring, by the same door.

An integration is a package with an `Integration` named ``INTEGRATION``.  Another distribution offers
one under the entry point group ``doorstep.integrations``: ``teams = "doorstep_teams:INTEGRATION"``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

from doorstep.plugin_api.channel import Channel
from doorstep.plugin_api.connector import BuiltIn, Connector
from doorstep.plugin_api.directory import Directory

GROUP = "doorstep.integrations"

IN_THE_BOX = (
    "doorstep.integrations.email",
    "doorstep.integrations.graph",
    "doorstep.integrations.jira",
    "doorstep.integrations.ldap",
    "doorstep.integrations.salesforce",
)


class UnknownIntegration(LookupError):
    """There is no integration of a kind; the message names those there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a connection must be told, as its form asks for it.

    ``secret`` values are encrypted and never shown again.  What is ``seldom`` needed stands folded until it is set.
    """

    name: str  # the key in config or secrets: "site"
    label: str  # "Address of the site"
    help: str = ""
    secret: bool = False
    required: bool = False
    seldom: bool = False


EXPIRES = Asked(
    "expires", "Its sign-in ends on", "A day such as 2027-03-12, if known: its owner is told 30 days before"
)
"""What every connection may be told: tokens and client secrets end, and only who made them knows when."""


@dataclass(frozen=True, slots=True)
class Integration:
    """One folder of integrations, as Doorstep sees it.

    ``system`` is the name pages use (Jira, Salesforce, e-mail).  ``channel``, ``connector``
    and ``directory`` make one for a connection, None where the integration does not reach people, holds no records,
    knows nobody.
    """

    kind: str
    system: str
    channel: Callable[[], Channel] | None = None
    connector: Callable[[], Connector] | None = None
    directory: Callable[[], Directory] | None = None
    asks: tuple[Asked, ...] = ()


def integration(kind: str) -> Integration:
    """Return the integration of a kind.  Raises UnknownIntegration."""
    known = integrations()
    if kind not in known:
        raise UnknownIntegration(f'Expected a kind of connection out of {", ".join(sorted(known))}, but got "{kind}".')
    return known[kind]


@cache
def integrations() -> dict[str, Integration]:
    """Return every integration by its kind.  A package that is broken raises where it is loaded."""
    return load(IN_THE_BOX, entry_points(group=GROUP))


_BUILT_IN: dict[str, BuiltIn] = {}


def register(one: BuiltIn) -> None:
    """Let pages act on a system that needs no connection, by its name: ``Do: doorstep.publish``."""
    _BUILT_IN[one.system.casefold()] = one


def built_in(system: str) -> BuiltIn | None:
    """Return the system in the box of a name, None when it takes a connection."""
    return _BUILT_IN.get(system.strip().casefold())


def load(in_the_box: Iterable[str], brought: Iterable[EntryPoint]) -> dict[str, Integration]:
    """Return integrations by kind; one that is brought replaces one in the box of the same kind.

    A folder that was taken out of the box is not missed.
    """
    found = [import_module(name).INTEGRATION for name in in_the_box if _is_there(name)]
    found += [entry.load() for entry in brought]
    for one in found:
        if not isinstance(one, Integration):
            raise TypeError(f"Expected an Integration in the group {GROUP}, but got {one!r}.")
    return {one.kind: one for one in found}


def _is_there(name: str) -> bool:
    """Say whether a package is there; a folder without an ``__init__.py`` is only a folder."""
    spec = find_spec(name)
    return spec is not None and spec.origin is not None
