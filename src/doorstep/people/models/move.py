"""A move: somebody's department, title or manager changed, as a directory or a file says."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.people.models.person import Person


class Move(models.Model):
    """What was, and what is from the day ``on`` it was learnt.  Another department is a move of work (`stewardship.own`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="moves")
    on = models.DateField()
    department_before = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    title_before = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    manager_before = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    manager = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["on"], name="move_by_day")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.on}"
