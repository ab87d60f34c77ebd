"""What somebody sees: their processes with the reasons and what they may do, for whoever has to know it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Q, Value, When

from doorstep.library.models import Level, Process, Right, VersionState
from doorstep.library.rights import is_restricted
from doorstep.library.seen import seen_by
from doorstep.library.starting import by_hand, starters_in
from doorstep.library.why import Reason, allows, why_each
from doorstep.people.errors import NotAllowed
from doorstep.people.held import roles_of
from doorstep.people.models import Person
from doorstep.people.rights import Doer, is_administrator, is_auditor


@dataclass(frozen=True, slots=True)
class Sees:
    """A process somebody meets; ``may`` are its rights in words, ``because`` the reasons, each after "because"."""

    key: str
    title: str
    group: str
    restricted: bool
    may: tuple[str, ...]
    because: tuple[str, ...]


def require_overseer(by: Doer) -> None:
    """Raise NotAllowed unless somebody may know what others see: administrators and auditors."""
    if not is_administrator(by) and not is_auditor(by):
        raise NotAllowed("Only administrators and auditors may know what somebody sees. Ask one of them.")


def what_sees(person: UUID, *, by: Doer, window: slice) -> list[Sees]:
    """Return what somebody meets, restricted pages first, then by title.  A fixed number of queries.

    Raises NotAllowed unless ``by`` administers or audits.
    """
    require_overseer(by)
    shut = Case(When(Q(restricted=True) | Q(group__restricted=True), then=Value(0)), default=Value(1))
    rows = Process.objects.filter(seen_by(person), versions__state=VersionState.EFFECTIVE).select_related("group")
    shown = list(rows.order_by(shut, "title", "id")[window])
    found = why_each(shown, person)
    in_force = Process.objects.filter(id__in=[one.id for one in shown], versions__state=VersionState.EFFECTIVE)
    texts = dict(in_force.values_list("id", "versions__text"))
    names = _names(person)
    return [_sees(one, found[one.id], starters_in(texts[one.id]), names) for one in shown]


def _names(person: UUID) -> frozenset[str]:
    """Return what a page may call somebody: their roles and their address, without case."""
    held = roles_of(person).values()
    return frozenset(name.casefold() for name in (*held, Person.objects.values_list("email", flat=True).get(id=person)))


def _sees(process: Process, found: Sequence[Reason], starters: Sequence[str], names: frozenset[str]) -> Sees:
    restricted = is_restricted(process)
    special = [one for one in found if one.because != "everybody may"]
    return Sees(
        key=process.key,
        title=process.title,
        group=str(process.group or ""),
        restricted=restricted,
        may=tuple(_may(process, found, starters, names)),
        because=tuple(_of_them(one.because) for one in special or found),
    )


def _of_them(because: str) -> str:
    """Say a reason of somebody else: "they hold …", "granted it to them"."""
    return re.sub(r"(?<=names )you$|(?<= name )you$|(?<=to )you\b", "them", re.sub(r"^you\b", "they", because))


def _may(process: Process, found: Sequence[Reason], starters: Sequence[str], names: frozenset[str]) -> list[str]:
    """Say what somebody may do with a process they meet."""
    named = any(one.casefold() in names for one in starters)
    given = any(one.right is not Right.SEE and "granted" in one.because for one in found)
    starts = (named or given) if starters else (not is_restricted(process) or allows(found, Right.START))
    may = ["see"]
    may += ["start"] if starts and process.level == Level.RUN and by_hand(process.key) else []
    may += ["amend"] if allows(found, Right.AMEND) else []
    return may + (["own"] if any("own it" in one.because or "owns it" in one.because for one in found) else [])
