"""What was done differently from the page."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class Deviation(models.Model):
    """A step skipped, added, repeated, overridden or deferred, or done on an outdated approval."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    process_id = models.UUIDField()
    version_id = models.UUIDField()
    step = models.TextField()
    instance = models.TextField(default="")
    kind = models.TextField()
    person = models.UUIDField(null=True)
    reason = models.TextField(default="")
    at = models.DateTimeField()  # business time

    class Meta:
        indexes = [models.Index(fields=["process_id", "at"], name="deviation_of_process")]

    def __str__(self) -> str:
        return f"{self.kind} {self.step}"
