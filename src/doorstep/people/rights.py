"""Who may change what concerns everybody."""

from __future__ import annotations

from uuid import UUID

from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person

Doer = UUID | None
"""Who calls a verb: a person's id, or None for the operator at the command line, who may do everything."""


def is_administrator(by: Doer) -> bool:
    """Say whether somebody administers this installation."""
    return by is None or Person.objects.filter(id=by, administrator=True).exists()


def is_auditor(by: Doer) -> bool:
    """Say whether somebody may see every case."""
    return by is None or Person.objects.filter(id=by, auditor=True).exists()


def require_administrator(by: Doer, *, what: str) -> None:
    """Raise NotAllowed unless ``by`` is an administrator; ``what`` completes "may ...": ``invite people``."""
    if not is_administrator(by):
        raise NotAllowed(f"Only an administrator may {what}. Ask one of them to do it, or to make you one.")


def require_self_or_administrator(by: Doer, person: UUID, *, what: str) -> None:
    """Raise NotAllowed unless somebody does it for themselves or is an administrator; ``what`` as above."""
    if by != person and not is_administrator(by):
        raise NotAllowed(f"Only the person themselves or an administrator may {what}. Ask one of them to do it.")
