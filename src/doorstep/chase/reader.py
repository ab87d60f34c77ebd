"""Who reads the words, when and where; every name and time is said through this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from doorstep.chase.plan import Plan
from doorstep.chase.run import Run, Waiting
from doorstep.chase.say import say_day, say_time, short_name


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, when and where."""

    run: Run
    plan: Plan
    now: datetime
    zone: tzinfo
    reader: str

    def time(self, at: datetime) -> str:
        return say_time(at, now=self.now, zone=self.zone)

    def day(self, at: datetime) -> str:
        return say_day(at.astimezone(self.zone).date(), today=self.today)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def needed(self) -> str:
        assert self.run.needed_by is not None
        return self.time(self.run.needed_by)

    def name(self, ask: Waiting) -> str:
        """Return whom an ask waits for, shortly."""
        if ask.addressee == self.reader:
            return "you"
        if not ask.person:
            return ask.addressee
        return short_name(ask.addressee, [other.addressee for other in self.run.waiting])

    def starter(self) -> str:
        return "you" if self.run.starter in ("", self.reader) else short_name(self.run.starter)
