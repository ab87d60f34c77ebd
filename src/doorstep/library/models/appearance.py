"""Where somebody comes in: the steps of an effective page that ask them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doorstep.identifiers import uuid7
from doorstep.library.models.process import Process
from doorstep.people.models import Person, Role


class Appearance(models.Model):
    """The steps that ask a role, a person, or (neither) whoever started the run; made when a version takes effect.

    ``steps`` are ``[number, name]`` in the order of the page; the number is 0 for a step that opens only when
    another was rejected.  Lists say "you come in at steps 3 and 5" from these rows, without reading pages.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, related_name="appearances")
    role = models.ForeignKey(Role, models.CASCADE, null=True, blank=True, related_name="appearances")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="appearances")
    steps = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role=None) | Q(person=None), name="appearance_of_one"),
            models.UniqueConstraint(fields=["process", "role", "person"], nulls_distinct=False, name="appearance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id or self.person_id or 'whoever starts'} in {self.process_id}"
