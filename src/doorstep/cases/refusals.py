"""What a verb raises when it does not do what was asked; the message is the sentence to show."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """The base of all refusals: nothing has changed."""


class NotFound(Refused):
    """There is no such case, ask, link or file, or not for this person."""


class NotAllowed(Refused):
    """The person has no right to do it; the message says who has."""


class NotPossible(Refused):
    """It does not fit the case as it is now."""


class TooLittleProof(Refused):
    """We must be surer who answers; ``needed`` is the least proof."""

    def __init__(self, why: str, needed: str) -> None:
        super().__init__(why)
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Difference:
    """A covered fact that changed since somebody looked."""

    label: str
    before: str
    now: str


class ChangedSinceOpened(Refused):
    """What the approval covers changed since the page was opened; ``differences`` says how."""

    def __init__(self, why: str, differences: tuple[Difference, ...]) -> None:
        super().__init__(why)
        self.differences = differences


class AlreadySettled(Refused):
    """The ask is no longer open; the message says who answered, or why it was withdrawn."""
