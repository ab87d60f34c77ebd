"""A right somebody was given beside what the page gives."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doorstep.identifiers import uuid7
from doorstep.library.models.group import Group
from doorstep.library.models.process import Process
from doorstep.people.models import Person, Role


class Right(models.TextChoices):
    """What may be granted: to meet a page and read it, to start it, to amend it without asking."""

    SEE = "see"
    START = "start"
    AMEND = "amend"


class Grant(models.Model):
    """One right, of a person or of whoever holds a role, on a process or on all of a group."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    right = models.CharField(max_length=10, choices=Right)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    role = models.ForeignKey(Role, models.CASCADE, null=True, blank=True, related_name="+")
    process = models.ForeignKey(Process, models.CASCADE, null=True, blank=True, related_name="grants")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="grants")
    granted_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, role__isnull=False) | Q(person__isnull=False, role=None), name="grant_to_one"
            ),
            models.CheckConstraint(
                condition=Q(process=None, group__isnull=False) | Q(process__isnull=False, group=None),
                name="grant_on_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} {self.process_id or self.group_id}"
