"""A due time, kept as a row."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class TimerState(models.TextChoices):
    OPEN = "open"
    FIRED = "fired"
    WITHDRAWN = "withdrawn"


class Timer(models.Model):
    """What the kernel started (due, wait, not before, deferred), or the next move of the chase on an ask."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    step = models.TextField(default="")
    instance = models.TextField(default="")
    round = models.IntegerField(default=0)
    purpose = models.TextField()
    spec = models.TextField(default="")
    due_at = models.DateTimeField()  # business time
    state = models.CharField(max_length=10, choices=TimerState.choices, default=TimerState.OPEN)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="timer_due", condition=models.Q(state="open")),
            models.Index(fields=["case_id", "step"], name="timer_of_step", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.due_at}"
