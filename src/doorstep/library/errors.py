"""Refusals of the library's verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from doorstep.library.models.process import Level
from doorstep.reading.levels import MEANINGS
from doorstep.reading.page import Fault

if TYPE_CHECKING:
    from doorstep.library.models import Version


class NotPublishable(Exception):
    """A page does not reach the level it was to be published at.

    ``faults`` are all it has, warnings too; ``wanted`` is the level, ``missing`` what it lacks for it in
    sentences, and ``reaches`` the level it can be published at as it is (None: it is no page).  The message lists
    the errors and offers that level.
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        *,
        wanted: Level = Level.RUN,
        reaches: Level | None = None,
        missing: Sequence[str] = (),
    ) -> None:
        errors = [fault for fault in faults if fault.severity == "error"]
        self.faults, self.wanted, self.reaches = tuple(faults), wanted, reaches
        self.missing = tuple(missing)
        lines = "\n".join(map(str, errors)) if wanted == Level.RUN and errors else "\n".join(missing)
        super().__init__(f"{self._lead(len(errors))}{self._offer()}\n{lines}")

    def _lead(self, errors: int) -> str:
        if self.wanted != Level.RUN or not errors:
            return f"Expected {MEANINGS[self.wanted]}, but something is missing."
        number = "an error" if errors == 1 else f"{errors} errors"
        return f"Expected a page without errors, but it has {number}. Mend it and publish again."

    def _offer(self) -> str:
        if self.reaches is None:
            return ""
        return f" As it is it can be published as {self.reaches.value}: {MEANINGS[self.reaches]}."


class NotUsable(Exception):
    """What was given does not fit: an unknown process, an identity no version has, a date that has passed."""


class Overtaken(Exception):
    """Another version was published since the one a text was made from; ``by`` is that version."""

    def __init__(self, by: Version) -> None:
        super().__init__(
            f"Expected the version this was made from to be the newest, but version {by.number} was published "
            "meanwhile. Bring the change onto that version and send it again."
        )
        self.by = by


class UnknownVersion(LookupError):
    """There is no version of an id."""
