"""What an effective page uses: a system, a control, another page."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models.process import Process


class What(models.TextChoices):
    """What is used."""

    SYSTEM = "system"
    CONTROL = "control"
    PAGE = "page"


class Use(models.Model):
    """One thing a process uses and the step that does (empty: the page as a whole); made when a version takes effect.

    ``name`` is a system's, a control's identifier, or the key of a page.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, related_name="uses")
    what = models.CharField(max_length=8, choices=What)
    name = models.CharField(max_length=300)
    step = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["what", "name"], name="use_of")]

    def __str__(self) -> str:
        return f"{self.what} {self.name}"
