"""A text checked as somebody types: against who and what is on record."""

from __future__ import annotations

from doorstep.connections.queries import channels_and_systems
from doorstep.people.directory import directory
from doorstep.reading.beside import Spot, spots
from doorstep.reading.check import Checked, check


def checked(text: str) -> tuple[Checked, tuple[Spot, ...]]:
    """Return what a text means, and each of its faults beside what it concerns.  Six queries at most."""
    channels, systems = channels_and_systems()
    found = check(text, directory=directory(text, channels=channels, systems=systems))
    return found, spots(found.page, text, found.faults)
