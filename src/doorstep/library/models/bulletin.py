"""A bulletin: a temporary instruction on a step."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models.process import Process
from doorstep.people.models import Person


class BulletinState(models.TextChoices):
    """Shown until its end; then it was merged into the page, withdrawn, or waits for its owner's word."""

    SHOWN = "shown"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    ESCALATED = "escalated"


class Bulletin(models.Model):
    """``step`` is the identity of a step, empty for the whole page; shown wherever the step is shown until ``ends_at``.

    It may be renewed once.  At its end it is merged into the page, withdrawn, or waits for the owner's word.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, related_name="bulletins")
    step = models.TextField(blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=BulletinState, default=BulletinState.SHOWN)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField()
    ends_at = models.DateTimeField()
    renewed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.TextField(blank=True)  # what whoever settled it said

    class Meta:
        indexes = [
            models.Index(fields=["process"], name="bulletin_shown", condition=models.Q(state="shown")),
            models.Index(fields=["ends_at"], name="bulletin_ends", condition=models.Q(state="shown")),
            models.Index(fields=["process"], name="bulletin_escalated", condition=models.Q(state="escalated")),
        ]

    def __str__(self) -> str:
        return self.text[:60]
