"""Which record is watched by which step."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class Watch(models.Model):
    """A linked record a step looks at, until the kernel unwatches it or the case closes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    step = models.TextField()
    instance = models.TextField(default="")
    fact = models.TextField()
    system = models.TextField()
    record = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "step", "instance", "fact"], name="watch_once"),
        ]
        indexes = [models.Index(fields=["system", "record"], name="watch_of_record")]

    def __str__(self) -> str:
        return f"{self.system} {self.record}"
