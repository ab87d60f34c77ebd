"""A route: where in a system an ask goes."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from doorstep.connections.models.connection import Connection
from doorstep.identifiers import uuid7


class Route(models.Model):
    """``target`` is ``{"project": "DEP", "issue type": "Task"}`` or ``{"queue": "Customer success"}``.

    It holds for a role, for a process (its key), for both, or, with both empty, for everything.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="routes")
    role = models.CharField(max_length=200, blank=True)
    process = models.CharField(max_length=200, blank=True)
    target = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("connection", Lower("role"), Lower("process"), name="route_once")]

    def __str__(self) -> str:
        return f"{self.role or self.process or 'everything'} → {self.target}"
