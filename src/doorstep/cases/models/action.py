"""What Doorstep does in another system, or reads from it: a row of the outbox."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class ActionState(models.TextChoices):
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # sent, and nobody knows: it is read back
    STUCK = "stuck"
    WITHDRAWN = "withdrawn"


class Action(models.Model):
    """A Do or Set (``call``) or a fresh look at linked records (``look``), one per step, instance and round."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    kind = models.CharField(max_length=4, choices=[("call", "call"), ("look", "look")])
    step = models.TextField()
    instance = models.TextField(default="")
    round = models.IntegerField()
    n = models.IntegerField(default=1)  # retries by people count on; looks too
    state = models.CharField(max_length=10, choices=ActionState.choices, default=ActionState.QUEUED)
    records = models.TextField(default="")  # of a look: the facts that hold the records
    first = models.BooleanField(default=True)  # of a look: the step waits for it, at most 30 seconds
    not_before = models.DateTimeField()  # real time
    asked_at = models.DateTimeField()  # real time
    lease_until = models.DateTimeField(null=True)  # real time
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")
    sealed = models.BinaryField(default=b"")  # what was called, old and new values
    ended_at = models.DateTimeField(null=True)  # business time

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "kind", "step", "instance", "round", "n"], name="action_once"),
        ]
        indexes = [
            models.Index(
                fields=["not_before"], name="action_queued", condition=models.Q(state__in=["queued", "unknown"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.step}"

    @property
    def key(self) -> str:
        """The idempotency key: case, step, instance and round; a person's retry keeps it."""
        return f"{self.case_id}/{self.step}/{self.instance}/{self.round}"
