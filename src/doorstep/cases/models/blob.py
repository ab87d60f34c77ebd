"""Files by content."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """A file's content, once, by its SHA-256."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()
    size = models.IntegerField()
    media_type = models.TextField()
    stored_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256
