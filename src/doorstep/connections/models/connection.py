"""A connection: a system we talk to."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from doorstep.identifiers import uuid7
from doorstep.people.models import Person


class State(models.TextChoices):
    """Whether a connection works."""

    ACTIVE = "active"
    PAUSED = "paused"


class Connection(models.Model):
    """One account at one system: how to reach it and what proves who we are.

    ``kind`` names the integration (email, jira, salesforce).  ``secrets`` is encrypted JSON; read it
    with `connections.secrets`.  ``owner`` is told when it pauses; ``by_file``
    says that ``doorstep.toml`` holds it, so that it is not changed on screen.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    config = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True)
    allow_private = models.BooleanField(default=False)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    rate_per_minute = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    why = models.TextField(blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    warned_of = models.DateField(null=True, blank=True)  # the end of its credentials that its owner was told of
    by_file = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="connection_by_name")]

    def __str__(self) -> str:
        return self.name
