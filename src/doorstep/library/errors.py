"""Refusals of the library's verbs."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.reading.page import Fault


class NotPublishable(Exception):
    """The page has errors; ``faults`` are all it has, warnings too, and the message lists the errors."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        errors = [fault for fault in faults if fault.severity == "error"]
        number = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        lines = "\n".join(str(fault) for fault in errors)
        super().__init__(f"Expected a page without errors, but it has {number}. Mend it and publish again.\n{lines}")
        self.faults = tuple(faults)


class NotUsable(Exception):
    """What was given does not fit: an unknown process, an identity no version has."""


class UnknownVersion(LookupError):
    """There is no version of an id."""
