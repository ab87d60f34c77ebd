"""A note: something a person must hear that is no ask of a case."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.people.models import Person


class NoteKind(models.TextChoices):
    """What a note is about; one digest gathers them by kind."""

    CHANGE = "change"
    OWNERSHIP = "ownership"
    PROPOSAL = "proposal"
    BULLETIN = "bulletin"
    RECALL = "recall"
    REMINDER = "reminder"
    MONDAY = "monday"


class Note(models.Model):
    """``text`` is what the person hears, in whole sentences; ``path`` the screen that shows more (``/process/…``).

    ``about`` is the id of the row it is about; the same kind about the same thing is told once (``key``).
    Notes of one person leave together, as one digest, in the lane of notes: never before asks.  ``delivery`` is the
    digest it leaves with, and ``shown`` says that the digest told all of it, so that a reply to it can acknowledge.  ``urgent`` waits for working hours alone, not for
    what else somebody was sent that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=NoteKind)
    key = models.CharField(max_length=200)
    about = models.UUIDField(null=True, blank=True)
    text = models.TextField()
    path = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivery = models.UUIDField(null=True, blank=True)
    shown = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="note_once")]
        indexes = [
            models.Index(fields=["not_before"], name="note_waits", condition=models.Q(sent_at=None, delivery=None)),
            models.Index(fields=["delivery"], name="note_of_digest", condition=models.Q(delivery__isnull=False)),
            models.Index(fields=["about"], name="note_about", condition=models.Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return self.text[:60]
