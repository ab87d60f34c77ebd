"""What waits for whom, keyed by addressee."""

from __future__ import annotations

from django.db import models


class Home(models.Model):
    """One open ask under one addressee: a person, a role with scope, or an address; a role of 500 is one row.

    The keys are those of `people.keys`.
    """

    pk = models.CompositePrimaryKey("ask_id", "addressee")
    ask_id = models.UUIDField()
    addressee = models.TextField()
    case_id = models.UUIDField()
    process_id = models.UUIDField()
    title = models.TextField()
    name = models.TextField()
    verb = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["addressee", "due_at"], name="home_of_addressee")]

    def __str__(self) -> str:
        return f"{self.addressee} {self.name}"
