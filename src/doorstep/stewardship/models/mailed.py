"""Lines that came by mail: what somebody wants of whom, until they say that it is meant so."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.people.models import Person


class MailedState(models.TextChoices):
    """What became of lines that came by mail; nobody is asked before they are started."""

    SHOWN = "shown"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    STARTED = "started"
    DECLINED = "declined"
    LAPSED = "lapsed"


class MailedLines(models.Model):
    """``said`` is what the sender was shown and confirms; ``why`` what keeps it from being started, a line each.

    ``person`` is null where nobody here has the address.  ``files`` came with the mail, as facts hold them;
    ``left_out`` are words below the lines that were not read as lines.  ``case`` is what they started.  While they wait
    for the sender, ``next_at`` is when they are reminded or it lapses (``lapses_at``).  ``early`` are answers to everybody
    that came before the start: the mail's id in the inbox, and the mark of the lines it was about.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", null=True)
    address = models.TextField()
    message_id = models.TextField()
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    left_out = models.TextField(blank=True)
    files = models.JSONField(default=list)
    said = models.JSONField(default=list)
    why = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=MailedState)
    case = models.UUIDField(null=True)
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    reminded = models.BooleanField(default=False)
    next_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    early = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "message_id"], name="mailed_lines_once")]
        indexes = [
            models.Index(fields=["address", "at"], name="mailed_lines_lately"),
            models.Index(fields=["message_id"], name="mailed_lines_thread"),
            models.Index(fields=["next_at"], name="mailed_lines_due", condition=models.Q(next_at__isnull=False)),
            models.Index(
                fields=["person"], name="mailed_lines_waiting", condition=models.Q(state__in=["shown", "unclear"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.state}"
