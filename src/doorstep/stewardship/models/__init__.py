"""The rows of stewardship, one noun a file."""

from doorstep.stewardship.models.acknowledgement import Acknowledgement, AcknowledgementState
from doorstep.stewardship.models.change_note import ChangeNote
from doorstep.stewardship.models.held import Held
from doorstep.stewardship.models.mailed import MailedLines, MailedState
from doorstep.stewardship.models.monday import Unsubscribed
from doorstep.stewardship.models.note import Note, NoteKind
from doorstep.stewardship.models.ownership import Cause, Ownership, OwnershipEntry, OwnershipEvent, OwnershipState
from doorstep.stewardship.models.progress import Progress, ProgressKind
from doorstep.stewardship.models.proposal import Move, MoveState, Moving, Proposal, ProposalState, Revision
from doorstep.stewardship.models.recall import FollowUp, Recall

__all__ = [
    "Acknowledgement",
    "AcknowledgementState",
    "Cause",
    "ChangeNote",
    "FollowUp",
    "Held",
    "MailedLines",
    "MailedState",
    "Move",
    "MoveState",
    "Moving",
    "Note",
    "NoteKind",
    "Ownership",
    "OwnershipEntry",
    "OwnershipEvent",
    "OwnershipState",
    "Progress",
    "ProgressKind",
    "Proposal",
    "ProposalState",
    "Recall",
    "Revision",
    "Unsubscribed",
]
