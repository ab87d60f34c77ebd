"""What happened to a case: an append-only, hash-chained list, its private part, and the keys to that."""

from __future__ import annotations

from uuid import UUID

from django.db import models

NOBODY = UUID(int=0)
"""The person of what belongs to the case rather than to somebody."""


class Journal(models.Model):
    """One entry: identifiers, kinds and salted digests, nothing a person could be read from.

    ``hash`` is over every other column in the order of `journal.ENTRY`, ``prev`` is the hash before.
    ``digest`` is over a salt and the private text, both of which only `JournalPrivate` holds.
    """

    pk = models.CompositePrimaryKey("case_id", "seq")
    case_id = models.UUIDField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=40)  # AnswerArrived, DeliveryHandedOver, …
    at = models.DateTimeField()  # business time
    recorded_at = models.DateTimeField()  # real time
    person = models.UUIDField(null=True)
    step = models.TextField(default="")
    instance = models.TextField(default="")
    round = models.IntegerField(default=0)
    digest = models.BinaryField()
    kernel = models.CharField(max_length=20)
    state_hash = models.BinaryField()
    prev = models.BinaryField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class JournalPrivate(models.Model):
    """Names, texts, values and what was shown, encrypted under the key of a person and case."""

    pk = models.CompositePrimaryKey("case_id", "seq")
    case_id = models.UUIDField()
    seq = models.IntegerField()
    person = models.UUIDField(default=NOBODY)  # whose key
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.seq}"


class JournalKey(models.Model):
    """What the key of a person in a case is derived from; deleting it erases, and the chain stays whole."""

    pk = models.CompositePrimaryKey("case_id", "person")
    case_id = models.UUIDField()
    person = models.UUIDField(default=NOBODY)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.person}"
