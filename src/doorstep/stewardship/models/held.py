"""Who held which role when we last looked: what joining and leaving are found by."""

from __future__ import annotations

from django.db import models

from doorstep.people.models import Person, Role


class Held(models.Model):
    """A person held a role when memberships were last compared, and since when that is known here.

    Without a role: they were here at all, which is what pages for everybody go by.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    role = models.ForeignKey(Role, models.CASCADE, null=True, blank=True, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="held_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role_id}"
