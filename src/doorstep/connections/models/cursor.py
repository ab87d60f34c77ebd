"""Where reading a connection stopped."""

from __future__ import annotations

from django.db import models

from doorstep.connections.models.connection import Connection


class Cursor(models.Model):
    """``value`` is the other system's own stamp."""

    connection = models.OneToOneField(Connection, models.CASCADE, primary_key=True)
    value = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.value
