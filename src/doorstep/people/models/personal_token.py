"""A personal token: a program acts for a person with it."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.people.models.person import Person


class PersonalToken(models.Model):
    """The token is kept hashed; real time rules it.  ``writes``: it may also change things, never more than its person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    hash = models.CharField(max_length=64, unique=True)
    writes = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
