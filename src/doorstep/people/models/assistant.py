"""Who may answer for somebody, standing."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.people.models.person import Person


class Assistant(models.Model):
    """``kinds`` are the kinds of answer the assistant may give: as the glossary names them (approved, promised, question …); none means all."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="assistants")
    assistant = models.ForeignKey(Person, models.CASCADE, related_name="assists")
    kinds = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "assistant"], name="assistant_once")]

    def __str__(self) -> str:
        return f"{self.assistant_id} for {self.person_id}"
