"""An acknowledgement: a person's "I saw what changed for me", of one version."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models import Process, Version
from doorstep.people.models import Person


class AcknowledgementState(models.TextChoices):
    """Asked, and how it ended; *dropped*: it no longer concerns them, or a later version overtook it."""

    ASKED = "asked"
    DONE = "done"
    DROPPED = "dropped"


class Acknowledgement(models.Model):
    """One a person and version, in however many audiences they are.

    ``since`` is the version they knew before, null when the page is new to them.  ``opened_at``: the change
    must have been opened before it can be acknowledged.  ``how`` is web or mail, ``proof`` how sure we are who it was.

    ``roles`` are the roles they acknowledged it as: who takes on a further one is asked again, for what that adds,
    and what they said before stays in ``earlier``.  Null: not acknowledged yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="acknowledgements")
    process = models.ForeignKey(Process, models.CASCADE, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.CASCADE, related_name="acknowledgements")
    since = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=AcknowledgementState, default=AcknowledgementState.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)  # when it is reminded or escalated next
    reminded = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, blank=True)
    proof = models.CharField(max_length=20, blank=True)
    roles = models.JSONField(null=True, blank=True)
    earlier = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="acknowledgement_once")]
        indexes = [
            models.Index(fields=["person", "due_at"], name="ack_of_person", condition=models.Q(state="asked")),
            models.Index(fields=["next_at"], name="ack_next", condition=models.Q(state="asked")),
            models.Index(fields=["process", "state"], name="ack_of_process"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.version_id}"
