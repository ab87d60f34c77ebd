"""The port to directories: who works here, pulled, never pushed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from doorstep.plugin_api.session import Session


@dataclass(frozen=True, slots=True)
class DirectoryPerson:
    """One person as a directory knows them.  ``key`` stays theirs whatever else changes; ``manager`` is another's key.

    ``roles`` are the names of the groups that count as roles; None when this pull does not say.  Somebody
    who is not ``active`` may not sign in any more: they have left.
    """

    key: str
    name: str
    address: str
    aliases: tuple[str, ...] = ()
    manager: str = ""
    roles: tuple[str, ...] | None = None
    department: str = ""
    title: str = ""
    active: bool = True


class Directory(Protocol):
    """A directory of people.  One instance serves one connection."""

    def pull(self, session: Session, *, whole: bool) -> Iterator[DirectoryPerson]:
        """Yield everybody, or those changed since the session's cursor; the cursor is moved after the last.

        A directory that cannot tell what changed yields everybody.  Raises ReadFailed and ConnectionPaused.
        """
