"""Who is on point for a role: exactly one person at a time, so that "everybody" never means nobody."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.people.models.person import Person
from doorstep.people.models.role import Role


class OnPoint(models.Model):
    """The place of a person in a role's rotation; the one whose turn began last has it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.ForeignKey(Role, models.CASCADE, related_name="on_point")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "since"], name="on_point_once_a_day")]

    def __str__(self) -> str:
        return f"{self.role_id} {self.person_id} since {self.since}"
