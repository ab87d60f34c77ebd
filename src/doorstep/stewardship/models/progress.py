"""Progress: how far something long has come."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class ProgressKind(models.TextChoices):
    """What is being done; the label completes "4,200 of 10,000 …"."""

    TELLING = "telling", "told"
    MOVING = "moving", "moved"
    PULLING = "pulling", "read"
    MONDAY = "monday", "written to"
    JOINING = "joining", "told what is new to them"


class Progress(models.Model):
    """One row for one long thing; ``about`` is the id of what it is done for: a version, a pull, a proposal.

    ``ended_at`` is set with the last of ``total``; ``error`` says why the last attempt stopped.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=ProgressKind)
    about = models.UUIDField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "kind"], name="progress_once")]

    def __str__(self) -> str:
        return f"{self.done:,} of {self.total:,} {self.get_kind_display()}"
