"""A recall: a step turned out wrong, and every case done on it is looked at."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models import Process
from doorstep.people.models import Person


class Recall(models.Model):
    """``step`` is the identity of the step that was wrong; ``first`` and ``last`` are the affected version numbers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, related_name="recalls")
    step = models.TextField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    why = models.TextField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["process", "-at"], name="recall_of_process")]

    def __str__(self) -> str:
        return f"{self.process_id} {self.step}"


class FollowUp(models.Model):
    """One case a recall touches, and what its owner found."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recall = models.ForeignKey(Recall, models.CASCADE, related_name="follow_ups")
    case_id = models.UUIDField()
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    found = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recall", "case_id"], name="follow_up_once")]
        indexes = [
            models.Index(fields=["person"], name="follow_up_of_person", condition=models.Q(settled_at=None)),
            models.Index(fields=["recall", "settled_at"], name="follow_up_open"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
