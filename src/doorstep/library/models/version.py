"""A version: one immutable text of a page."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doorstep.identifiers import uuid7
from doorstep.library.models.process import Process
from doorstep.people.models import Person


class VersionState(models.TextChoices):
    """Where a version stands; readers see the effective one only."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    OBSOLETE = "obsolete"


class Version(models.Model):
    """Text and hash never change; the state does.

    ``hash`` is the SHA-256 of text and identities.  ``identities`` maps the name of a step to its
    identity, which renaming keeps.  ``faults`` are the warnings it was published with.  A draft is
    ``published_by`` its author, who alone may start it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    hash = models.CharField(max_length=64, db_index=True)
    file = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    effective_from = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    faults = models.JSONField(default=list, blank=True)
    identities = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="version_by_number"),
            models.UniqueConstraint(fields=["process"], condition=Q(state="effective"), name="one_effective_version"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} version {self.number}"
