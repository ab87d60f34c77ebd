"""Who somebody is in another system."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from doorstep.identifiers import uuid7
from doorstep.people.models.person import Person


class ExternalAccount(models.Model):
    """``external_id`` is the system's own (a Jira accountId, a Salesforce user id); ``system`` as pages name it.

    ``gone_on`` is the day on which a directory no longer had them, or had them as disabled.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="external_accounts")
    system = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    gone_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("system"), "external_id", name="external_account_of_one"),
            models.UniqueConstraint(Lower("system"), "person", name="external_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.external_id}"
