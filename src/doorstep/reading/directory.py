"""Who and what the organisation knows, as far as a page can name it, and what of a page it does not know."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Protocol

from doorstep.reading.nearness import nearest
from doorstep.reading.page import (
    Address,
    Addressee,
    Card,
    CardHandler,
    Do,
    Fault,
    ManagerOf,
    Page,
    Place,
    Role,
    Step,
    Tell,
)


class Directory(Protocol):
    """Names to check a page against.  An empty collection of people or channels means: not known, so not checked."""

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
    """Read the people of a CSV file with a heading line; its columns ``email`` and ``roles`` (parted by ``;``) count.

    Raises ValueError when neither is there.
    """
    rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
    columns = {name.strip().casefold(): name for name in (rows[0] if rows else {}) if name}
    mail = next((columns[name] for name in ("email", "e-mail", "address") if name in columns), None)
    roles = next((columns[name] for name in ("roles", "role") if name in columns), None)
    if mail is None and roles is None:
        raise ValueError(
            "Expected a CSV file with a heading line that has a column email or roles, but it has neither."
        )
    named = {role.partition("(")[0].strip() for row in rows for role in (row.get(roles or "") or "").split(";")}
    people = {(row.get(mail or "") or "").strip().lower() for row in rows}
    return Listed(roles=frozenset(named - {""}), people=frozenset(people - {""}))
