"""A working calendar: the hours of a week and the holidays of a place."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from doorstep.identifiers import uuid7


class WorkingCalendar(models.Model):
    """When those who have it work.  A person without one works by the organisation's.

    ``week`` is ``{"monday": ["09:00-12:00", "13:00-17:00"], …}``; a day that is absent is free.
    ``holidays`` are further days nobody works on: ``["2026-12-24"]``.  ``zone`` is where it holds: a page that
    names it takes effect at midnight there; empty is the organisation's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    week = models.JSONField(default=dict)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=10, blank=True)
    holidays = models.JSONField(default=list, blank=True)
    zone = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="calendar_by_name")]

    def __str__(self) -> str:
        return self.name
