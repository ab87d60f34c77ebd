"""A proposal: a tracked wish to amend a page, with its text when it has one."""

from __future__ import annotations

from django.db import models

from doorstep.identifiers import uuid7
from doorstep.library.models import Materiality, Process, Version
from doorstep.people.models import Person


class ProposalState(models.TextChoices):
    """Where a wish stands: being written, asked for, being approved, and how it ended."""

    DRAFT = "draft"
    OPEN = "open"  # a wish in a sentence, or an edit, that waits for owner or expert
    IN_APPROVAL = "in approval"
    APPROVED = "approved"  # published, or waiting for its date
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Moving(models.TextChoices):
    """What follows an approval: the version is not seen in force yet (due), runs on the way are moved, or were."""

    NONE = ""
    DUE = "due"
    MOVING = "moving"
    MOVED = "moved"


UNHEARD = models.Q(state__in=["approved", "declined", "withdrawn"], heard_at=None)


class Proposal(models.Model):
    """``process`` is null for a page that is new.  ``step`` is the identity of the step it is about, or empty.

    ``sentence`` is the wish in words; ``text`` the amended page, empty when there are words alone.  The text
    is edited here until it is sent for approval; ``revision`` counts its saves, and whoever saves says which
    revision they read.  ``base`` is the version it was made from.  ``version`` is the version it became, and
    ``case`` the run that approves it.  ``history`` is what happened to it: ``{at, by, what}``, ``what`` in words.
    ``heard_at`` is when the proposer said that they saw the outcome.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.ForeignKey(Process, models.CASCADE, null=True, blank=True, related_name="proposals")
    base = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    step = models.TextField(blank=True)
    sentence = models.TextField(blank=True)
    text = models.TextField(blank=True)
    identities = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ProposalState, default=ProposalState.DRAFT)
    materiality = models.CharField(max_length=10, choices=Materiality, default=Materiality.MATERIAL)
    contest = models.TextField(blank=True)  # why we doubted "editorial", and what was answered
    effective_from = models.DateTimeField(null=True, blank=True)
    move_running = models.BooleanField(default=False)
    staying = models.JSONField(default=list, blank=True)  # ids of cases that stay although the others move
    runs = models.JSONField(default=dict, blank=True)  # what moving does to each, as it was said last (`running.Look`)
    case = models.UUIDField(null=True, blank=True)
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)  # what the proposer hears
    heard_at = models.DateTimeField(null=True, blank=True)
    history = models.JSONField(default=list, blank=True)
    moving = models.CharField(max_length=8, choices=Moving, blank=True, default=Moving.NONE)

    class Meta:
        indexes = [
            models.Index(fields=["process", "state"], name="proposal_of_process"),
            models.Index(fields=["by", "state"], name="proposal_by"),
            models.Index(fields=["case"], name="proposal_of_run"),
            models.Index(fields=["state"], name="proposal_open", condition=models.Q(state__in=["open", "in approval"])),
            models.Index(fields=["moving"], name="proposal_moving", condition=models.Q(moving__in=["due", "moving"])),
            models.Index(fields=["by"], name="proposal_unheard", condition=UNHEARD),
        ]

    def __str__(self) -> str:
        return self.sentence[:60] or str(self.id)


class Revision(models.Model):
    """One saved text of a proposal: nobody's words are lost when two edit at once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="revision_by_number")]

    def __str__(self) -> str:
        return f"{self.proposal_id} revision {self.number}"


class MoveState(models.TextChoices):
    """One run's way to a new version; *passed*: it ended before, or was there already."""

    WAITING = "waiting"
    MOVED = "moved"
    STAYS = "stays"
    PASSED = "passed"
    FAILED = "failed"


class Move(models.Model):
    """A run that a publication moves, or leaves where it is by name; ``why`` is what kept it from moving."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="moves")
    case_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=MoveState, default=MoveState.WAITING)
    why = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "case_id"], name="move_once")]
        indexes = [models.Index(fields=["proposal"], name="move_waiting", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
