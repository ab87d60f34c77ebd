"""A process: an agreed way to get something done."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models.group import Group
from doorstep.people.models import Person, Role


class Level(models.TextChoices):
    """What a page can do today: be kept, be read, be followed, run."""

    KEPT = "kept"
    READABLE = "readable"
    FOLLOWED = "followed"
    RUN = "run"


class Process(models.Model):
    """``key`` is made from the title at first publication and then kept; title, owner and group follow the page.

    A role may own or know a process (``owner_role``, ``expert_role``) instead of a person.  ``restricted``: only
    those `library.seen` names meet it.  ``custodian`` has the owner's rights while nobody owns it.  ``verified_at`` is
    when somebody last said that it is still right, and ``review_due`` the day by which they are asked again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True)
    title = models.CharField(max_length=300)
    level = models.CharField(max_length=10, choices=Level, default=Level.RUN)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="owned")
    owner_role = models.ForeignKey(Role, models.SET_NULL, null=True, blank=True, related_name="+")
    custodian = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    expert = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="known")
    expert_role = models.ForeignKey(Role, models.SET_NULL, null=True, blank=True, related_name="+")
    group = models.ForeignKey(Group, models.SET_NULL, null=True, blank=True, related_name="processes")
    restricted = models.BooleanField(default=False)
    for_everybody = models.BooleanField(default=False)  # its Audience is everybody of the organisation
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    review_due = models.DateField(null=True, blank=True)
    obsolete_at = models.DateTimeField(null=True, blank=True)  # nothing is in force since; ``obsolete_why`` says why
    obsolete_why = models.TextField(blank=True)
    obsolete_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    roles = models.ManyToManyField(Role, related_name="processes", blank=True)  # those its steps and Audience name

    class Meta:
        indexes = [
            models.Index(fields=["review_due"], name="process_review_due"),
            models.Index(fields=["title"], name="process_by_title"),
            models.Index(fields=["id"], name="process_everybody", condition=models.Q(for_everybody=True)),
        ]

    def __str__(self) -> str:
        return self.title
