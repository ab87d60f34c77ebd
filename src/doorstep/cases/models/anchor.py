"""The daily head over all cases."""

from __future__ import annotations

from django.db import models


class Anchor(models.Model):
    """One line a day: how many cases there were, and a digest over their heads and lengths."""

    day = models.DateField(primary_key=True)
    cases = models.BigIntegerField()  # the highest number
    digest = models.BinaryField()
    heads = models.BinaryField()  # (number, seq, head) of every case that moved since the last anchor
    prev = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day}"
