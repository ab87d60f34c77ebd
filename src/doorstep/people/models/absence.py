"""When somebody is away, and who stands in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from doorstep.identifiers import uuid7
from doorstep.people.models.person import Person


class Absence(models.Model):
    """First and last day away, both included, in the person's own zone.

    ``stand_in`` sees and answers what the person is asked meanwhile; ``processes`` are the keys of
    those it holds for, none meaning all.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    first = models.DateField()
    last = models.DateField()
    stand_in = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="stands_in")
    processes = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="absence_ends_after_it_begins"),
            models.UniqueConstraint(fields=["person", "first", "last"], name="absence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.first} to {self.last}"
