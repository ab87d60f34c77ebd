"""Who may do what to a case (the table of docs/reference): asked by every verb before anything else.

Start: signed-in people who meet the page, or the roles it names and whoever was granted it.  See: starter, owner, expert, whoever was
asked in it, auditors, administrators.  Answer: addressee, holder, assistant, stand-in.  Add, remind,
withdraw own case: starter.  Skip, override, defer, reopen, migrate: owner or expert, an approval only
the owner, never somebody Not by excludes.  Ask someone else: within the step's Who the expert and
starter too; beyond it, the owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from doorstep.cases import directory
from doorstep.cases.asked import Doers, excluded, facts_at, node_at
from doorstep.cases.directory import is_remembered, name_of, remember, remembered
from doorstep.cases.loaded import Loaded
from doorstep.cases.models import Ask, Case
from doorstep.cases.refusals import NotAllowed
from doorstep.kernel.events import Instance
from doorstep.kernel.program import Verb
from doorstep.library.models import Process
from doorstep.library.who_answers import who_answers
from doorstep.people.held import roles_of
from doorstep.people.keys import keys_of
from doorstep.people.models import Membership, Person
from doorstep.people.recognise import Relation, may_answer_for
from doorstep.people.reference import ref
from doorstep.people.resolve import Found

FEW = 2
"""For fewer processes each is read by itself."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who answers for a process and who knows it, as persons' ids."""

    owners: frozenset[UUID]
    experts: frozenset[UUID]


def authority(process_id: UUID) -> Authority:
    """Return who owns a process, or has it in custody, and who is its expert; a role stands for its holders."""
    return remembered(("authority", process_id), lambda: _authority(process_id))


def answering(process_id: UUID, *, at: datetime) -> UUID | None:
    """Return the one person who answers for a process now; whoever is on point where a role owns it."""

    def read() -> UUID | None:
        row = Process.objects.filter(id=process_id).first()
        return next((one.id for one in who_answers([row], at=at).values()), None) if row else None

    return remembered(("answering", process_id, at.date()), read)


def remember_authorities(processes: Collection[UUID], *, at: datetime) -> None:
    """Read who leads some processes at once, where it is not remembered.

    Three queries for any number, and four more where roles own some of them.
    """
    wanted = [one for one in processes if not is_remembered(("authority", one))]
    if len(wanted) < FEW:
        return
    rows = list(Process.objects.filter(id__in=wanted))
    roles = {role for row in rows for role in (row.owner_role_id, row.expert_role_id) if role}
    holders: dict[UUID, set[UUID]] = defaultdict(set)
    for role, holder in Membership.objects.filter(role__in=roles).values_list("role_id", "person_id"):
        holders[role].add(holder)
    led = {row.id: _of(row, holders) for row in rows}
    answer = who_answers(rows, at=at)
    known: dict[Hashable, object] = {("person", one.id): ref(one) for one in answer.values()}
    known |= {("answering", one, at.date()): answer[one].id if one in answer else None for one in led}
    remember(known | {("authority", one): leads for one, leads in led.items()})


def _of(row: Process, holders: Mapping[UUID, Collection[UUID]]) -> Authority:
    """Return who leads a process, where the holders of its roles are known."""
    owners = {row.owner_id, row.custodian_id, *(holders.get(row.owner_role_id, ()) if row.owner_role_id else ())}
    experts = {row.expert_id, *(holders.get(row.expert_role_id, ()) if row.expert_role_id else ())}
    return Authority(frozenset(one for one in owners if one), frozenset(one for one in experts if one))


def _authority(process_id: UUID) -> Authority:
    row = Process.objects.filter(id=process_id).first()
    if row is None:
        return Authority(frozenset(), frozenset())
    roles = {role for role in (row.owner_role_id, row.expert_role_id) if role}
    return _of(row, {role: _holders(role) for role in roles})


def _holders(role: UUID) -> set[UUID]:
    return set(Membership.objects.filter(role_id=role).values_list("person_id", flat=True))


# -- The cells -------------------------------------------------------------------------------------


def may_see(*, case: Case, by: UUID) -> bool:
    """Say whether somebody may see a case."""
    known = authority(case.process_id)
    if by == case.starter or by in known.owners or by in known.experts:
        return True
    if Person.objects.filter(id=by).filter(Q(administrator=True) | Q(auditor=True)).exists():
        return True
    asked = Ask.objects.filter(case_id=case.id)
    if asked.filter(Q(person=by) | Q(answered_by=by)).exists():
        return True
    keys = set(keys_of(by, at=case.started_at).own)
    return any(keys & set(addressee.split(",")) for addressee in asked.values_list("addressee", flat=True))


def cases_seen_by(by: UUID, *, at: datetime) -> QuerySet[Case]:
    """Return the cases somebody may see, as a set: what `may_see` says of one."""
    cases = Case.objects.all()
    if Person.objects.filter(id=by).filter(Q(administrator=True) | Q(auditor=True)).exists():
        return cases
    roles = list(roles_of(by))
    leads = Q(owner=by) | Q(custodian=by) | Q(expert=by) | Q(owner_role__in=roles) | Q(expert_role__in=roles)
    led = Process.objects.filter(leads).values("id")
    keys = keys_of(by, at=at).own
    asked = Ask.objects.filter(Q(person=by) | Q(answered_by=by) | Q(addressee__in=keys)).values("case_id")
    return cases.filter(Q(starter=by) | Q(process_id__in=led) | Q(id__in=asked))


def may_answer(*, ask: Ask, by: UUID, at: datetime) -> bool:
    """Say whether an ask is somebody's to answer: its addressee, a holder, an assistant, a stand-in."""
    if by in (ask.person, ask.answered_by):
        return not has_left(by, at=at)
    process = Process.objects.filter(id__in=Case.objects.filter(id=ask.case_id).values("process_id"))
    key = process.values_list("key", flat=True).first() or ""
    relations = (may_answer_for(by, one, at=at, kind=ask.verb, process=key) for one in ask.addressee.split(","))
    return any(relation is not Relation.NONE for relation in relations)


def has_left(person: UUID, *, at: datetime) -> bool:
    """Say whether somebody has left; they then answer nothing, also what they were asked before."""
    left_on = remembered(("left", person), lambda: _left_on(person))
    return left_on is not None and left_on <= at.date()


def _left_on(person: UUID) -> date | None:
    return Person.objects.filter(id=person).values_list("left_on", flat=True).first()


def require_answer(case: Loaded, *, by: UUID, at: datetime, kind: str) -> Relation:
    """Raise NotAllowed unless somebody may answer the ask a case was loaded by; return what they are to its addressee."""
    ask = case.ask
    if has_left(by, at=at):
        raise NotAllowed(
            f"Only people who are here answer “{ask['name']}”, and you are recorded as having left. "
            f"{name_of(case.starter)}, who started this, can ask somebody else."
        )
    if ask["person"] == by:
        return Relation.SELF
    for key in ask["addressee"].split(","):
        relation = may_answer_for(by, key, at=at, kind=kind, process=case.page.process_key)
        if relation is not Relation.NONE:
            return relation
    raise NotAllowed(
        f"“{ask['name']}” is for {ask['display']}. You can pass a remark on to {name_of(case.starter)}, who started this."
    )


def require_starter(case: Loaded, *, by: UUID, what: str) -> None:
    """Raise NotAllowed unless somebody started the case or owns its process."""
    if by != case.starter and by not in authority(case.process_id).owners:
        raise NotAllowed(f"Only {name_of(case.starter)}, who started this, or the owner of the process may {what}.")


def require_change(case: Loaded, *, by: UUID, step: str, what: str) -> None:
    """Raise NotAllowed unless somebody may bend a step of a running case: owner or expert, of an approval the owner."""
    node = node_at(case.page, case.state, step)
    known = authority(case.process_id)
    if by in excluded(node, case.state):
        raise NotAllowed(
            f"You are kept out of “{node.name}” by its Not by, so you may not {what} it. Ask the owner of the process."
        )
    if by in known.owners:
        return
    if node.verb is Verb.APPROVE and node.who:
        raise NotAllowed(f"“{node.name}” is an approval: only the owner of the process may {what} it.")
    if by not in known.experts:
        raise NotAllowed(f"Only the owner or the expert of the process may {what} “{node.name}”.")


def require_owner_or_expert(case: Loaded, *, by: UUID, what: str) -> None:
    """Raise NotAllowed unless somebody owns the process or is its expert."""
    known = authority(case.process_id)
    if by not in known.owners and by not in known.experts:
        raise NotAllowed(f"Only the owner or the expert of the process may {what}.")


def require_reassign(case: Loaded, *, by: UUID, within: bool) -> None:
    """Raise NotAllowed unless somebody may ask someone else: within the step's Who starter and expert too."""
    known = authority(case.process_id)
    if by in known.owners or (within and (by == case.starter or by in known.experts)):
        return
    if within:
        raise NotAllowed("Only whoever started this, or the owner or expert of the process, may ask someone else.")
    raise NotAllowed("The page names others for this step: only the owner of the process may ask somebody beyond them.")


def require_retry(case: Loaded, *, by: UUID) -> None:
    """Raise NotAllowed unless somebody may try a stuck step again: starter, owner or expert."""
    known = authority(case.process_id)
    if by != case.starter and by not in known.owners and by not in known.experts:
        raise NotAllowed("Only whoever started this, or the owner or expert of the process, may try it again.")


def require_own_answer(case: Loaded, *, by: UUID, step: str, instance: Instance) -> None:
    """Raise NotAllowed unless somebody gave the answer that is to be taken back."""
    if case.state.node(step, instance).by != str(by):
        name = node_at(case.page, case.state, step).name
        raise NotAllowed(f"Only whoever answered “{name}” can take the answer back.")


def require_ahead(case: Loaded, *, by: UUID, step: str, instance: Instance, at: datetime) -> None:
    """Raise NotAllowed unless a step will be for somebody, or they may bend it."""
    who = node_at(case.page, case.state, step).who
    facts = facts_at(case.page, case.state, step, instance)
    done = Doers(case.page, case.state)
    found = directory.found(who, facts=facts, starter=case.starter, doers=done, at=at) if who else None
    if not isinstance(found, Found) or by not in {one.id for one in (*found.persons, *found.stand_ins)}:
        require_change(case, by=by, step=step, what="do")
