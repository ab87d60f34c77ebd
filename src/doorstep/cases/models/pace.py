"""How fast a connection may be used."""

from __future__ import annotations

from django.db import models


class Pace(models.Model):
    """What a connection with a rate has left: a bucket of messages that fills as time passes."""

    connection = models.TextField(primary_key=True)
    left = models.FloatField()
    at = models.DateTimeField()  # real time

    def __str__(self) -> str:
        return self.connection
