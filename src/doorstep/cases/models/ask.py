"""What we want, from which addressee, by when."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class AskState(models.TextChoices):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Ask(models.Model):
    """One per step instance, round and purpose (ask, also, instead, reassigned).

    ``addressee`` is its key: ``p:<person>``, ``r:<role>|<scope>`` or ``a:<address>``.  ``sealed`` holds
    what is covered and what is only shown, as it was put to them, under the case's key; ``covered_hash``
    binds the answer to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    step = models.TextField()
    instance = models.TextField(default="")
    round = models.IntegerField()
    purpose = models.TextField()
    name = models.TextField()  # the step's name as the page says it
    verb = models.TextField()
    who = models.TextField()  # the addressee as written
    addressee = models.TextField()
    person = models.UUIDField(null=True)
    display = models.TextField()  # who it is for, to people
    covered_hash = models.TextField(default="")
    sealed = models.BinaryField(default=b"")
    least_proof = models.TextField(default="link")
    asked_at = models.DateTimeField()  # business time
    due_at = models.DateTimeField(null=True)  # business time
    state = models.CharField(max_length=10, choices=AskState.choices, default=AskState.OPEN)
    settled_at = models.DateTimeField(null=True)  # business time
    outcome = models.TextField(default="")
    answered_by = models.UUIDField(null=True)
    answered_as = models.TextField(default="")  # the address, when nobody on record answered
    proof = models.TextField(default="")
    answer = models.BinaryField(default=b"")  # facts, remark and ticks of the answer, under the case's key
    # Notes the chase acts on
    promised_until = models.DateTimeField(null=True)
    question = models.BinaryField(default=b"")  # asked back and not yet answered, under the case's key
    away_until = models.DateTimeField(null=True)
    delegated = models.TextField(default="")  # to whom the addressee would hand it
    made = models.TextField(default="")  # moves of the chase made in this round: "remind 1,stand-in 1"
    told = models.TextField(default="")  # what the starter was told about it and need not hear twice
    could_not_look = models.TextField(default="")  # why the record could not be read before asking

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "step", "instance", "round", "purpose"], name="ask_once"),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="ask_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.display}"
