"""A text checked as somebody types: against who and what is on record, remembered for a moment."""

from __future__ import annotations

from functools import lru_cache
from time import monotonic

from doorstep.connections.queries import channels_and_systems
from doorstep.people.directory import Directory, directory
from doorstep.reading.beside import Spot, spots
from doorstep.reading.check import Checked, check

REMEMBERED = 20
"""Seconds the names on record are remembered: a page is checked at every pause of a typing hand."""


def checked(text: str) -> tuple[Checked, tuple[Spot, ...]]:
    """Return what a text means, and each of its faults beside what it concerns."""
    found = check(text, directory=_directory(int(monotonic() // REMEMBERED)))
    return found, spots(found.page, text, found.faults)


def forget() -> None:
    """Look the names on record up anew."""
    _directory.cache_clear()


@lru_cache(maxsize=1)
def _directory(_moment: int) -> Directory:
    channels, systems = channels_and_systems()
    return directory(channels=channels, systems=systems)
