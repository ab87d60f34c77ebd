"""What came in, kept raw before anything else."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class Inbox(models.Model):
    """One message from outside, unique by channel and external id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.TextField()
    external_id = models.TextField()
    received_at = models.DateTimeField()  # real time
    raw = models.BinaryField()
    headers = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="new")  # new, understood, set aside
    lease_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    became = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="inbox_once")]
        indexes = [models.Index(fields=["received_at"], name="inbox_new", condition=models.Q(state="new"))]

    def __str__(self) -> str:
        return f"{self.channel} {self.external_id}"
