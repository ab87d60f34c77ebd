"""A change note: what a version changed for one role, or for one person it names."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models import Version
from doorstep.people.models import Person, Role


class ChangeNote(models.Model):
    """``role`` is null for those named as persons.  ``steps`` are the changed steps with their sentences, old and new.

    ``of`` is how many steps they have in the version, and ``said`` the line of it: "2 of your 9 steps changed".
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="change_notes")
    role = models.ForeignKey(Role, models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    said = models.TextField(blank=True)
    steps = models.JSONField(default=list)
    of = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "role", "person"], name="change_note_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.role_id}"
