"""Notes on an open ask: a promise, a question, away, delegated.  The chase acts on them, the kernel does not see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import transaction

from doorstep.cases import asking, mirror, seals, telling
from doorstep.cases.advance import Handoff
from doorstep.cases.channels import target_of
from doorstep.cases.clock import real_now
from doorstep.cases.loaded import load_ask
from doorstep.cases.refusals import NotPossible
from doorstep.cases.rows import timer_row
from doorstep.kernel.commands import Tell
from doorstep.people.resolve import Found

NOTES = ("promised_until", "question", "away_until", "delegated", "made", "told")


class Noting:
    """An open ask whose case is locked, to note something on it: `set` columns, `entry`, `tell_starter`.

    Use as a context manager; what was noted is written when it ends well.
    """

    def __init__(self, ask_id: UUID, *, at: datetime) -> None:
        self.ask_id = ask_id
        self.at = at
        self._atomic = transaction.atomic()

    def __enter__(self) -> Self:
        self._atomic.__enter__()
        try:
            self._open()
        except BaseException as error:
            self._atomic.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def _open(self) -> None:
        self.case = load_ask(self.ask_id)
        self.ask = self.case.ask
        self.handoff = Handoff(self.case, at=self.at, real=real_now())
        self._row = {"id": self.ask_id, **{name: self.ask[name] for name in NOTES}}
        if self.ask["ask_state"] != "open":
            raise NotPossible(f"“{self.ask['name']}” is no longer open, so there is nothing to note on it.")

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if error is None:
                self.handoff.writes.add("noted", self._row)
                mirror.soon(self.handoff)
                self.handoff.write()
        except BaseException as late:
            self._atomic.__exit__(type(late), late, late.__traceback__)
            raise
        self._atomic.__exit__(type(error) if error else None, error, error.__traceback__ if error else None)

    def set(self, **columns: object) -> None:
        """Set columns of the ask."""
        self._row.update(columns)

    def seal(self, text: str) -> bytes:
        """Return a text sealed under the case's key; empty stays empty."""
        return seals.seal(self.case.salt, text.encode()) if text else b""

    def entry(self, kind: str, content: Mapping[str, object], *, by: UUID | None) -> None:
        """Write one entry into the journal."""
        self.handoff.note(kind, {"ask": str(self.ask_id), "step": self.ask["step"], **content}, by=by)

    def tell_starter(self, about: str, content: Mapping[str, object]) -> None:
        """Queue a letter to whoever started the case."""
        found = asking.whom_of_case(self.handoff, telling.STARTER)
        if isinstance(found, Found):
            command = Tell(step=self.ask["step"], round=self.ask["round"], purpose=about)
            brief = {"about": about, "step": self.ask["step"], **content}
            for person in found.persons:
                telling.queue(self.handoff, command, target_of(person), brief=brief)

    def follow(self, purpose: str, content: Mapping[str, object]) -> None:
        """Queue one more message to everybody who was sent the ask, on its thread."""
        lane = "reminders" if purpose == "reminder" else "receipts"
        row = {name: self.ask[name] for name in ("step", "instance", "round")}
        brief = seals.seal_json(self.case.salt, dict(content))
        late = {"at": self.at, "real": self.handoff.real, "position": self.case.seq + 1, "n": self.case.seq + 1}
        place = {"case_id": self.case.id, "purpose": purpose, "lane": lane, "rank": 1 if lane == "reminders" else 2}
        self.handoff.writes.add("follow", {**row, **place, **late, "brief": brief})

    def chase_soon(self) -> None:
        """Let the chase plan anew."""
        self.handoff.writes.add("timer", timer_row(case_id=self.case.id, purpose="chase", due_at=self.at))
