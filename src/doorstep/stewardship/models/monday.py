"""Who wants no mail on Mondays."""

from __future__ import annotations

from django.db import models

from doorstep.people.models import Person


class Unsubscribed(models.Model):
    """Somebody who does not want Home by mail on Mondays; what is asked of them comes all the same."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person_id)
