"""One message on one channel: a row of the outbox."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class DeliveryState(models.TextChoices):
    QUEUED = "queued"
    HANDED_OVER = "handed over"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Lane(models.TextChoices):
    ASKS = "asks"
    REMINDERS = "reminders"
    RECEIPTS = "receipts"
    NOTES = "notes"


class Delivery(models.Model):
    """A letter to one addressee; ``ask_id`` is null for what tells rather than asks.

    ``about`` is the ask's id, or the step of what is told; ``position`` orders the messages about one thing.
    The letter is made when it is sent and then kept in ``sealed`` as it went; ``brief`` says what it must
    say (under the case's key).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    ask_id = models.UUIDField(null=True)
    about = models.TextField()  # ask id, or step#instance#round of what is told
    position = models.IntegerField(default=0)  # the place among the messages of one ask
    addressee = models.TextField()
    person = models.UUIDField(null=True)
    address = models.TextField(default="")  # the channel's address; empty: found when it is sent
    channel = models.TextField()
    connection = models.TextField(default="")  # the connection's name; empty: the answer page
    purpose = models.TextField()
    n = models.IntegerField(default=1)
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    lane = models.CharField(max_length=10, choices=Lane.choices, default=Lane.ASKS)
    rank = models.SmallIntegerField(default=0)  # the lane's place in the queue
    not_before = models.DateTimeField()  # real time
    lease_until = models.DateTimeField(null=True)  # real time
    attempts = models.IntegerField(default=0)
    error = models.TextField(default="")
    external_id = models.TextField(default="")
    link = models.TextField(default="")
    brief = models.BinaryField(default=b"")
    sealed = models.BinaryField(default=b"")
    queued_at = models.DateTimeField()  # business time
    handed_at = models.DateTimeField(null=True)  # business time
    seen_at = models.DateTimeField(null=True)  # business time

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "about", "addressee", "channel", "purpose", "n"], name="delivery_once"
            ),
        ]
        indexes = [
            models.Index(fields=["rank", "not_before"], name="delivery_queued", condition=models.Q(state="queued")),
            models.Index(
                fields=["person", "handed_at"], name="delivery_of_person", condition=models.Q(state="handed over")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}"
