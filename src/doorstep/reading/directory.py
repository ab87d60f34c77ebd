"""Who and what the organisation knows, as far as a page can name it, and what of a page it does not know."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Protocol

from doorstep.reading.faults import Report
from doorstep.reading.page import (
    EVERYBODY,
    Address,
    Addressee,
    Card,
    CardHandler,
    Do,
    ManagerOf,
    Page,
    Place,
    Role,
    Step,
    Tell,
    TitleCard,
)
from doorstep.reading.titles import starters

IN_THE_BOX = ("Jira", "Salesforce")
CHANNELS_IN_THE_BOX = ("e-mail", "page")
OWN_CONNECTOR = "doorstep"
"""The connector by which a process amends the library; it is always there."""


class Directory(Protocol):
    """Names to check a page against, case aside.  An empty collection means: not known, so not checked."""

    @property
    def roles(self) -> Collection[str]: ...

    @property
    def people(self) -> Collection[str]:
        """Addresses of people, in lower case."""

    @property
    def channels(self) -> Collection[str]:
        """Names that stand after "by" and in Where: e-mail, Jira, Salesforce."""

    @property
    def systems(self) -> Collection[str]:
        """Connected systems, as kinds of linked records name them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A directory from lists."""

    roles: Collection[str] = ()
    people: Collection[str] = ()
    channels: Collection[str] = ()
    systems: Collection[str] = ()


def from_csv(text: str) -> Listed:
    """Read the file that ``people import`` reads: its columns email, aliases, roles, channel and accounts count.

    Channels and systems are those in the box and those the file names.  Raises ValueError when there is
    neither an email nor a role.
    """
    rows = _rows(text.removeprefix("\ufeff"))
    if not rows or not rows[0].keys() & {"email", "roles"}:
        raise ValueError(
            "Expected a CSV file with a heading line that has a column email or roles, but it has neither."
        )
    systems = {account.partition(":")[0].strip() for account in _values(rows, "accounts")}
    return Listed(
        roles=frozenset(role.partition("(")[0].strip() for role in _values(rows, "roles")),
        people=frozenset(address.lower() for name in ("email", "aliases") for address in _values(rows, name)),
        channels=frozenset({*IN_THE_BOX, *CHANNELS_IN_THE_BOX, *systems, *_values(rows, "channel")}),
        systems=frozenset({*IN_THE_BOX, *systems}),
    )


def _rows(text: str) -> list[dict[str, str]]:
    """Return the lines by the names of their columns, parted as the heading line is."""
    parted_by = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return [
            {name.strip().casefold(): value or "" for name, value in row.items() if isinstance(name, str)}
            for row in csv.DictReader(StringIO(text), delimiter=parted_by)
        ]
    except csv.Error as reason:
        raise ValueError(f"Expected a CSV file, but it cannot be read as one: {reason}.") from reason


def _values(rows: Sequence[Mapping[str, str]], column: str) -> Iterator[str]:
    """Yield what stands in a column, lists parted at semicolons."""
    for row in rows:
        yield from (value.strip() for value in row.get(column, "").split(";") if value.strip())


class _Sought:
    """A directory by folded names, and where to look in it."""

    def __init__(self, directory: Directory, report: Report, *, no_channel: str = "E403") -> None:
        self.report = report
        self.no_channel = no_channel
        self.roles = {name.casefold(): name for name in directory.roles}
        self.people = {address.casefold(): address for address in directory.people}
        self.domains = {address.rpartition("@")[2] for address in self.people}
        self.channels = {name.casefold(): name for name in directory.channels}
        self.systems = {name.casefold(): name for name in directory.systems}

    def addressee(self, addressee: Addressee | None, place: Place) -> None:
        match addressee:
            case Role(name) if self.roles and name.casefold() not in self.roles:
                self.report.add("E104", place, came=name, near=self.roles.values())
            case Address(address) if self.is_slip(address.casefold()):
                self.report.add("E402", place, came=address, near=self.people.values())
            case ManagerOf(of):
                self.addressee(of, place)

    def is_slip(self, address: str) -> bool:
        return address not in self.people and address.rpartition("@")[2] in self.domains

    def channel(self, name: str | None, place: Place) -> None:
        if name and self.channels and name.casefold() not in self.channels:
            self.report.add(self.no_channel, place, came=name, near=self.channels.values())

    def system(self, name: str | None, place: Place) -> None:
        if name and self.systems and name.casefold() not in {*self.systems, OWN_CONNECTOR}:
            self.report.add("E404", place, came=name, near=self.systems.values())


def seek(page: Page, directory: Directory | None, report: Report) -> None:
    """Report which roles, people, channels and systems of a page the directory does not know.

    Without a directory a channel that does not come with Doorstep is a warning: it may be connected elsewhere.
    """
    if directory is None:
        sought = _Sought(Listed(channels=(*CHANNELS_IN_THE_BOX, *IN_THE_BOX)), report, no_channel="W405")
    else:
        sought = _Sought(directory, report)
    places = dict(page.card.places)
    sought.addressee(page.card.owner, places.get("Owner", Place()))
    sought.addressee(page.card.expert, places.get("Expert", Place()))
    for role in (name for name in page.card.audience if name.casefold() != EVERYBODY):
        sought.addressee(Role(role), places.get("Audience", Place()))
    for start in page.card.starts:
        for who in starters(TitleCard(starts=(start,))):
            sought.addressee(Address(who) if "@" in who else Role(who), start.place)
    for fact in page.facts:
        sought.system((fact.kind.of or fact.kind).system, fact.place)
    for step in page.walk():
        if step.card:
            _seek_card(step, step.card, sought)


def _seek_card(step: Step, card: Card, sought: _Sought) -> None:
    places = dict(card.places)
    if card.who:
        sought.addressee(card.who.addressee, card.who.place)
        sought.channel(card.who.channel, card.who.place)
    if card.where:
        sought.channel(card.where.channel, card.where.place)
    match card.action:
        case Tell(addressee, channel, sender):
            place = places.get("Tell", step.place)
            sought.addressee(addressee, place)
            sought.addressee(sender, place)
            sought.channel(channel, place)
        case Do(connector):
            sought.system(connector, places.get("Do", step.place))
    for handler in _handlers(card):
        sought.addressee(handler.who, handler.place)


def _handlers(card: Card) -> Iterator[CardHandler]:
    for handler in (*card.if_late, *card.if_rejected, *card.if_fails):
        yield handler
        if handler.then:
            yield handler.then
