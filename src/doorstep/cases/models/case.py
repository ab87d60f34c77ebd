"""One run of one version."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class CaseStatus(models.TextChoices):
    OPEN = "open"
    SUSPENDED = "suspended"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Case(models.Model):
    """A running or closed case.  ``state`` is the kernel's, facts included, encrypted under the case's key.

    ``number`` is gap-free over the installation (its counter is locked by `start_case`); it carries no
    unique constraint, because cases share none: `journal verify` proves it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField()
    process_id = models.UUIDField()
    version_id = models.UUIDField()
    title = models.TextField()
    starter = models.UUIDField()
    state = models.BinaryField()
    status = models.CharField(max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    stuck = models.IntegerField(default=0)  # how many steps need a person
    needed_by = models.DateTimeField(null=True)
    zone = models.TextField(default="UTC")
    started_at = models.DateTimeField()  # business time
    closed_at = models.DateTimeField(null=True)  # business time
    suspended_at = models.DateTimeField(null=True)  # business time
    quiet_since = models.DateTimeField(null=True)  # business time; the starter hears only if it breaks
    told = models.TextField(default="")  # the last warning the starter got about needed by
    head = models.BinaryField()  # hash of the last journal entry
    seq = models.IntegerField(default=0)  # number of journal entries

    class Meta:
        indexes = [
            models.Index(fields=["starter", "status", "-started_at"], name="case_of_starter"),
            models.Index(fields=["process_id", "status", "-started_at"], name="case_of_process"),
            models.Index(fields=["number"], name="case_number"),
            models.Index(fields=["id"], name="case_stuck", condition=models.Q(stuck__gt=0, status="open")),
        ]

    def __str__(self) -> str:
        return self.title


class Counter(models.Model):
    """A number that must have no gaps; locked by whoever takes the next."""

    name = models.TextField(primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
