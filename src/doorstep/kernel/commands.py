"""Everything the outside must do.  Commands are orders; their identity is (step, instance, round, purpose)."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.kernel.events import Instance
from doorstep.kernel.program import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase:
    """What every command has.  ``step`` is a node's key."""

    step: str = ""
    instance: Instance = ()
    round: int = 1
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAsk(OfCase):
    """Ask an addressee.  ``purpose`` is ask, also, instead or reassigned, numbered from the second on (``also 2``).

    ``why`` is for the addressee: a linked record that could not be looked at (rule 2).
    """

    to: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAsk(OfCase):
    """Withdraw every ask of the step's round that is still out: not the one just answered.

    ``why`` is for the addressee.
    """

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAction(OfCase):
    """``purpose`` is call, numbered from the second on in one round (a person had it tried again)."""

    call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer(OfCase):
    """``purpose`` is due, wait, not before or deferred."""

    spec: Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawTimer(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCase(OfCase):
    """``purpose`` is run, or beside (a handler's; numbered from the second on)."""

    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCase(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRecord(OfCase):
    """Read these linked records afresh, answer with RecordObserved (or its failure, at most 30 s), then keep watching."""

    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnwatchRecord(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(OfCase):
    """``purpose`` is tell (the step says so), late, rejected, failed, changed, outdated, observed, deferred or stuck.

    ``to`` is an addressee; empty: the starter.  ``why`` is a sentence.
    """

    to: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase(OfCase):
    """``result`` is done, failed or cancelled."""

    result: str = "done"
    why: str = ""


Command = (
    SendAsk
    | WithdrawAsk
    | CallAction
    | StartTimer
    | WithdrawTimer
    | StartCase
    | WithdrawCase
    | WatchRecord
    | UnwatchRecord
    | Tell
    | CloseCase
)
