"""Who may answer for somebody, standing, and who was asked whether somebody may."""

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


class AssistantWish(models.Model):
    """“May Lea answer such things for you?”, asked of ``person`` once for each ``kind``; ``granted`` is null until answered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="assistant_wishes")
    assistant = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    about = models.TextField(blank=True)  # what the assistant answered first, in words
    reply = models.UUIDField(null=True)  # what came in, that a yes lets count
    wished_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "assistant", "kind"], name="assistant_wish_once")]

    def __str__(self) -> str:
        return f"{self.assistant_id} for {self.person_id}: {self.kind}"
