"""Ownership: that somebody answers for a process is accepted, not assigned."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models import Process, Version
from doorstep.people.models import Person, Role


class OwnershipState(models.TextChoices):
    """Where ownership stands; readers see it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    LAPSING = "lapsing"
    ORPHANED = "orphaned"
    IN_CUSTODY = "in custody"


class Cause(models.TextChoices):
    """Why nobody owns a process."""

    NONE = ""
    LEFT = "left"
    MOVED = "moved"
    AWAY = "away"
    UNANSWERED = "unanswered"
    DECLINED = "declined"
    NOBODY = "nobody"  # its page names no owner, or a role that nobody holds


class Ownership(models.Model):
    """One row a process.  ``owner`` is who accepted last; ``proposed`` whom it is offered to, also at a hand-over.

    ``cause`` and, in words, ``why`` say why it is lapsing or orphaned ("owner left 12 March"); ``custodian`` has it until
    ``custody_until``, when the next in line gets it.  ``role`` is the role that owns it, where one does:
    ``owner`` then accepted for it.  ``agreed_at`` is when ``proposed`` accepted a hand-over whose day has not come.
    ``declined`` is who said no last: what the page says alone does not ask them again.  ``version`` is the effective
    version this row was last compared with.
    """

    process = models.OneToOneField(Process, models.CASCADE, primary_key=True, related_name="ownership")
    state = models.CharField(max_length=10, choices=OwnershipState, default=OwnershipState.PROPOSED)
    since = models.DateTimeField()
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    proposed = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    role = models.ForeignKey(Role, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    takes_over_on = models.DateField(null=True, blank=True)  # of a planned hand-over
    cause = models.CharField(max_length=10, choices=Cause, blank=True)
    why = models.TextField(blank=True)
    custodian = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    custody_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["proposed"], name="ownership_proposed"),
            models.Index(fields=["custodian"], name="ownership_in_custody"),
            models.Index(fields=["state", "since"], name="ownership_by_state"),
            models.Index(fields=["takes_over_on"], name="ownership_takes_over"),
        ]

    def __str__(self) -> str:
        return self.state


class OwnershipEvent(models.TextChoices):
    """What happened to an ownership."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    AGREED = "agreed"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    TAKEN_BACK = "taken back"
    ORPHANED = "orphaned"
    IN_CUSTODY = "in custody"
    RETURNED = "returned"
    LAPSING = "lapsing"
    OBSOLETE = "obsolete"


class OwnershipEntry(models.Model):
    """One thing that happened to an ownership: to whom, by whom (null: by itself), and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=10, choices=OwnershipEvent)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["process", "at"], name="ownership_entry_of_process")]

    def __str__(self) -> str:
        return f"{self.process_id} {self.what}"
