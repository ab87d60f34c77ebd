"""A version: one immutable text of a page."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from doorstep.identifiers import uuid7
from doorstep.library.models.process import Level, Process
from doorstep.people.models import Person


class VersionState(models.TextChoices):
    """Where a version stands; readers see the effective one only."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    OBSOLETE = "obsolete"


class Materiality(models.TextChoices):
    """How much a version changes what people do, as its approver says."""

    EDITORIAL = "editorial"
    CLARIFYING = "clarifying"
    MATERIAL = "material"
    CRITICAL = "critical"


WORDS = SearchVector(Left("text", 200_000), config="english")
"""What a version is found by: the words of its text, its title, steps and card among them."""


class Version(models.Model):
    """Text and hash never change; the state does.

    ``hash`` is the SHA-256 of text and identities.  ``identities`` maps the name of a step to its
    identity, which renaming keeps.  ``faults`` are the warnings it was published with.  A draft is
    ``published_by`` its author, who alone may start it.  A version of the level *kept* is a file: ``blob`` is
    its SHA-256 in the store and ``media`` its type; ``text`` then holds the title and its card.  ``why`` is what
    its author says of the change.  ``level`` is what it was published as, which its text may have outgrown.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    hash = models.CharField(max_length=64, db_index=True)
    file = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    level = models.CharField(max_length=10, choices=Level, default=Level.RUN)
    effective_from = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    materiality = models.CharField(max_length=10, choices=Materiality, default=Materiality.MATERIAL)
    why = models.TextField(blank=True)
    blob = models.CharField(max_length=64, blank=True)
    media = models.CharField(max_length=100, blank=True)
    faults = models.JSONField(default=list, blank=True)
    identities = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="version_by_number"),
            models.UniqueConstraint(fields=["process"], condition=Q(state="effective"), name="one_effective_version"),
        ]
        indexes = [
            models.Index(fields=["effective_from"], name="version_due", condition=Q(state="approved")),
            models.Index(fields=["id"], name="version_effective", condition=Q(state="effective")),
            GinIndex(WORDS, name="version_words", condition=Q(state="effective")),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} version {self.number}"
