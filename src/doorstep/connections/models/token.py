"""A token a connection was given: an access token, a refresh token."""

from __future__ import annotations

from django.db import models

from doorstep.connections.models.connection import Connection
from doorstep.identifiers import uuid7


class Token(models.Model):
    """``value`` is encrypted; real time rules ``expires_at``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    value = models.TextField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="token_once")]

    def __str__(self) -> str:
        return self.name
