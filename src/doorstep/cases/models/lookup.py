"""From what comes in to the ask it belongs to."""

from __future__ import annotations

from django.db import models


class Lookup(models.Model):
    """The hash of a link, a reply token, a Message-ID or another system's id, bound to ask and addressee."""

    hash = models.BinaryField(primary_key=True)
    kind = models.CharField(max_length=10)  # link, reply, message, external
    case_id = models.UUIDField()
    ask_id = models.UUIDField(null=True)
    delivery_id = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    address = models.TextField(default="")
    expires_at = models.DateTimeField(null=True)  # real time
    revoked_at = models.DateTimeField(null=True)  # real time

    class Meta:
        indexes = [models.Index(fields=["case_id"], name="lookup_of_case")]

    def __str__(self) -> str:
        return self.kind
