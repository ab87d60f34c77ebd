"""What an ask wants to hear, and what a reply means to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from doorstep.understanding.values import Plain


class Kind(StrEnum):
    """What a reply means to an ask (the glossary's answers)."""

    DONE = "done"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGES_WANTED = "changes wanted"
    FILLED = "filled"
    CHOSEN = "chosen"
    PROMISED = "promised"
    DELEGATED = "delegated"
    QUESTION = "question"
    AWAY = "away"
    WITHDRAWN = "withdrawn"  # "wait, don't", and "undo" after a receipt
    UNCLEAR = "unclear"


DECIDING = frozenset(
    {Kind.DONE, Kind.APPROVED, Kind.REJECTED, Kind.CHANGES_WANTED, Kind.FILLED, Kind.CHOSEN, Kind.WITHDRAWN}
)
"""The answers the kernel hears of; all others are notes on an open ask."""


@dataclass(frozen=True, slots=True)
class AskShape:
    """What was asked, as far as it matters for understanding the reply.

    ``verb`` is confirm, approve, fill in, choose, read or answer.  ``fields`` are (label, kind) with the
    kind as the page says it: ``date``, ``choice (a, b)``, ``list of country``.  For choose, ``fields`` may
    name the fact that is chosen.  ``beside`` are labelled lines that may stand beside an approval.  ``proposed`` is the reading that an earlier short question asked the
    person to confirm: then, and only then, a bare "yes" means it.
    """

    verb: str
    outcomes: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()
    addressee: str = ""
    proposed: Kind | None = None
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply understood.

    ``facts`` holds plain JSON by the ask's own field labels, as `reading.facts` takes it: ``"2026-03-12"``,
    ``"17:00"``, ``"84000.50"``, ``{"amount": "84000", "currency": "EUR"}``, ``"yes"``, a list; a file's value is the
    name of the attachment.  ``beside`` holds the labelled lines that stood beside the answer.  A confirmed reading has none: those of the reading that was proposed hold.
    ``when`` and ``at`` are the promised day and time, or until when somebody is away.  ``comment`` is what
    was written beside the answer.  ``proposed`` is what an unclear reply may mean, for a person to confirm;
    it never decides.  ``why`` is a whole sentence.  ``inline`` says that the answers stand inside the quote:
    show a person the whole text.
    """

    kind: Kind
    why: str
    facts: Mapping[str, Plain] = field(default_factory=dict)
    when: date | None = None
    at: time | None = None
    delegate: str = ""
    comment: str = ""
    proposed: Kind | None = None
    inline: bool = False
    beside: Mapping[str, Plain] = field(default_factory=dict)

    @property
    def decides(self) -> bool:
        """Say whether the case may advance on it."""
        return self.kind in DECIDING

    @property
    def outcome(self) -> str:
        """Return the kernel's word for a deciding answer: filled and chosen are done."""
        match self.kind:
            case Kind.FILLED | Kind.CHOSEN:
                return Kind.DONE.value
            case kind:
                return kind.value
