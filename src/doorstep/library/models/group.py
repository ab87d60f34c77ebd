"""A group of processes."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from doorstep.identifiers import uuid7
from doorstep.people.models import Person


class Group(models.Model):
    """Processes that belong together; ``champion`` looks after them.

    ``restricted``: only those `library.seen` names meet its processes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    champion = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    restricted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="group_by_name")]

    def __str__(self) -> str:
        return self.name
