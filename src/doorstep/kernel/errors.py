"""The kernel's one refusal."""

from __future__ import annotations


class EventNotExpected(Exception):
    """The event does not fit the state; nothing has changed (rule 12).

    The message says what was expected and what came: ``Expected one of approved, rejected, changes
    wanted for "Sign off the contract", but got "maybe".``
    """
