"""When a directory was last pulled, and what came of it."""

from __future__ import annotations

from django.db import models

from doorstep.connections.models.connection import Connection


class Pull(models.Model):
    """``at`` is the last that was taken over, ``whole_at`` the last of everybody; ``report`` says what it did.

    ``failing_since`` and ``trouble`` say since when, and why, nothing could be read.
    """

    connection = models.OneToOneField(Connection, models.CASCADE, primary_key=True, related_name="pull")
    tried_at = models.DateTimeField()
    at = models.DateTimeField(null=True, blank=True)
    whole_at = models.DateTimeField(null=True, blank=True)
    report = models.TextField(blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    trouble = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.report
