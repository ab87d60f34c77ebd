"""What a reply was understood to mean, and what became of it."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7


class Reply(models.Model):
    """The reading of something in the inbox, once it was matched to a case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    ask_id = models.UUIDField(null=True)
    inbox_id = models.UUIDField()
    channel = models.TextField()
    person = models.UUIDField(null=True)
    proof = models.TextField(default="")
    answer = models.TextField(default="")  # approved, promised, question, unclear …
    became = models.TextField(default="")  # recorded, shown to the starter, refused …
    sealed = models.BinaryField(default=b"")  # sender, text, why it was read so, facts
    at = models.DateTimeField()  # business time

    class Meta:
        indexes = [models.Index(fields=["case_id", "at"], name="reply_of_case")]

    def __str__(self) -> str:
        return f"{self.answer}: {self.became}"
