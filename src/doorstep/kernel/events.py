"""Everything that can happen to a case.  Events are past tense and carry their time (rule 13).

``by`` is a person's opaque identity (an e-mail address in plays, a person's id in cases), None for
the outside world.  ``step`` is a node's key, ``instance`` its place in For each (empty: the node).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Instance = tuple[int, ...]
Facts = Mapping[str, object]
NONE: Facts = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What every event has."""

    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStarted(Happened):
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfStep(Happened):
    step: str
    instance: Instance = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerArrived(OfStep):
    """``round`` 0 is the current one; another round is refused."""

    outcome: str
    facts: Facts = field(default_factory=dict)
    proof: str = "link"
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordObserved(OfStep):
    """A fresh read of the records a step looks at, or why it could not be read."""

    facts: Facts = field(default_factory=dict)
    failed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEnded(OfStep):
    """``result`` is ok, failed or unknown; ``why`` is for failed and unknown."""

    result: str
    facts: Facts = field(default_factory=dict)
    why: str = ""
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(OfStep):
    """``purpose`` is due, wait, not before or deferred."""

    purpose: str
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageArrived(Happened):
    name: str
    about: str = ""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsChanged(Happened):
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded(OfStep):
    """A case that a step started has ended: ``result`` is done, failed or cancelled, ``purpose`` StartCase's."""

    result: str
    facts: Facts = field(default_factory=dict)
    round: int = 0
    purpose: str = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddresseeNotFound(OfStep):
    why: str = ""


# -- Of people -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAdded(Happened):
    """A step added to a running case after ``after``; the shell gives the node whole."""

    node: object  # kernel.program.Node
    after: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped(OfStep):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOverridden(OfStep):
    reason: str = ""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDeferred(OfStep):
    """Settled now; ``until`` is a date on which a person is reminded, or None."""

    reason: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReopened(OfStep):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDoneAhead(OfStep):
    """Kept on the idle node; settles it at its turn."""

    outcome: str = "done"
    facts: Facts = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRetried(OfStep):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReassigned(OfStep):
    to: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWithdrawn(OfStep):
    """The approver's "wait, don't" (rule 9)."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuspended(Happened):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(Happened):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCancelled(Happened):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMigrated(Happened):
    """Applied under the new program; ``old`` is the program it ran under, for what is new."""

    old: object  # kernel.program.Program
    reason: str = ""


Event = (
    CaseStarted
    | AnswerArrived
    | RecordObserved
    | ActionEnded
    | TimerFired
    | MessageArrived
    | FactsChanged
    | CaseEnded
    | AddresseeNotFound
    | StepAdded
    | StepSkipped
    | StepOverridden
    | StepDeferred
    | StepReopened
    | StepDoneAhead
    | StepRetried
    | AskReassigned
    | AnswerWithdrawn
    | CaseSuspended
    | CaseResumed
    | CaseCancelled
    | CaseMigrated
)
