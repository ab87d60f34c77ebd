"""How an ask is chased when its card does not say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The chase policy of a process, overridable per step.

    Without any: due in 2 working days; a reminder after half of it, then each working day at 09:30,
    3 times; then the addressee's manager, then the owner.
    """

    due: str = "2 working days"
    remind_every: str = "1 working day"  # a spec; of days: at `remind_at`
    remind_at: time = time(9, 30)
    times: int = 3  # reminders after the first
    quiet: timedelta = timedelta(minutes=30)  # between two messages of ours to one person
    budget: int = 5  # messages a day to one person over all cases that reminders must not exceed
    answer: timedelta = timedelta(hours=1)  # working time an ask takes while nobody knows better
    action: timedelta = timedelta(minutes=1)  # what Doorstep itself needs for a step

    def __post_init__(self) -> None:
        if self.budget < 1:
            raise ValueError(f"Expected a budget of at least one message a day, but got {self.budget}.")


DEFAULT = Policy()
