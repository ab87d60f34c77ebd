"""Events a case has taken, so that a duplicate is answered with the recorded result."""

from __future__ import annotations

from django.db import models


class Handled(models.Model):
    """One event key of one case and what came of it."""

    pk = models.CompositePrimaryKey("case_id", "key")
    case_id = models.UUIDField()
    key = models.TextField()
    result = models.TextField()

    def __str__(self) -> str:
        return self.key
