"""A role, and who holds it in which scope."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from doorstep.identifiers import uuid7
from doorstep.people.models.person import Person


class Role(models.Model):
    """A role as pages name it; names are compared without case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    turn_days = models.PositiveSmallIntegerField(default=7)  # how long one holder is on point

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="role_by_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person holds a role, in a scope: ``{"country": "DE"}``; ``{}`` is everywhere.

    ``source`` is the directory (the name of its connection) that says so, empty where somebody here did: a
    directory takes back only what it gave.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, models.CASCADE, related_name="memberships")
    scope = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "person", "scope"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role_id} {self.scope}"
