"""Who may do what: one test a cell of the table of rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.cases.company import FRIDAY, PAGE, Company

from doorstep.cases.add_step import add_step
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.cancel import cancel
from doorstep.cases.change_facts import change_facts
from doorstep.cases.defer import defer
from doorstep.cases.directory import forget, name_of
from doorstep.cases.migrate import dry_run, migrate
from doorstep.cases.models import Ask, Case
from doorstep.cases.move_needed_by import move_needed_by
from doorstep.cases.override import override
from doorstep.cases.pages import indexed
from doorstep.cases.reassign import reassign
from doorstep.cases.refusals import NotAllowed, NotFound, Refused
from doorstep.cases.remind_now import remind_now
from doorstep.cases.reopen import reopen
from doorstep.cases.rights import _authority, answering, authority, cases_seen_by, may_see, remember_authorities
from doorstep.cases.skip import skip
from doorstep.cases.start_case import start_case
from doorstep.cases.suspend import suspend
from doorstep.cases.withdraw_answer import withdraw_answer
from doorstep.library.models import Grant, Process
from doorstep.library.models.grant import Right
from doorstep.people.models import Absence, Assistant, Membership, Person, Role

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
CONFIRM, SIGN = "Confirm the deployment", "Sign off the contract"


@pytest.fixture
def case_id(company: Company) -> UUID:
    return start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id


def key_of(case_id: UUID, name: str) -> str:
    page = indexed(Case.objects.get(id=case_id).version_id)
    return next(node.key for node in page.nodes.values() if node.name == name)


def ask_of(case_id: UUID, name: str) -> UUID:
    return Ask.objects.get(case_id=case_id, name=name, state="open").id


# -- Start -----------------------------------------------------------------------------------------


def test_start_somebody_on_record(company: Company) -> None:
    assert start_case(version_id=company.publish(), facts=FACTS, by=company.bob, at=FRIDAY).number == 1


def test_start_not_somebody_outside(company: Company) -> None:
    outside = Person.objects.create(name="kim@halden.example", email="kim@halden.example", outside=True)
    with pytest.raises(NotAllowed, match="somebody on record"):
        start_case(version_id=company.publish(), facts=FACTS, by=outside.id, at=FRIDAY)


def test_start_not_somebody_who_left(company: Company) -> None:
    version = company.publish()
    company.people["ana"].left_on = FRIDAY.date()
    company.people["ana"].save()
    with pytest.raises(NotAllowed, match="somebody on record"):
        start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY)


ROLES = PAGE.replace("- Called:", "- Starts: by hand by Account manager or eve@northwind.example\n- Called:")


@pytest.mark.parametrize("who", ["ana", "eve"])
def test_start_a_role_or_somebody_the_page_names(company: Company, who: str) -> None:
    assert start_case(version_id=company.publish(ROLES), facts=FACTS, by=getattr(company, who), at=FRIDAY).number == 1


@pytest.mark.parametrize("who", ["bob", "vera", "mira"])
def test_start_nobody_the_page_does_not_name(company: Company, who: str) -> None:
    with pytest.raises(NotAllowed, match=r"^Only an Account manager or eve@northwind\.example may start this\."):
        start_case(version_id=company.publish(ROLES), facts=FACTS, by=getattr(company, who), at=FRIDAY)
    assert not Case.objects.exists()


@pytest.mark.parametrize("on", ["process", "group"])
@pytest.mark.parametrize("to", ["person", "role"])
def test_start_whoever_was_granted_it(company: Company, on: str, to: str) -> None:
    version = company.publish(ROLES.replace("- Called:", "- Group: Customer delivery\n- Called:"))
    process = Process.objects.get()
    whom = {"person": company.people["sam"]} if to == "person" else {"role": Role.objects.get(name="Delivery engineer")}
    where = {"process": process} if on == "process" else {"group": process.group}
    Grant.objects.create(right=Right.START, granted_at=FRIDAY, **whom, **where)
    assert start_case(version_id=version, facts=FACTS, by=company.sam, at=FRIDAY).number == 1


def test_start_not_by_a_grant_to_read(company: Company) -> None:
    version = company.publish(ROLES)
    Grant.objects.create(
        right=Right.SEE, granted_at=FRIDAY, person=company.people["bob"], process=Process.objects.get()
    )
    with pytest.raises(NotAllowed, match="may start this"):
        start_case(version_id=version, facts=FACTS, by=company.bob, at=FRIDAY)


def test_start_nobody_who_may_not_meet_the_page(company: Company) -> None:
    version = company.publish()
    Process.objects.update(restricted=True)
    with pytest.raises(NotFound, match="There is no such page for you"):
        start_case(version_id=version, facts=FACTS, by=company.bob, at=FRIDAY)
    assert start_case(version_id=version, facts=FACTS, by=company.mira, at=FRIDAY).number == 1


# -- See -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ana", "vera", "eve", "sam", "mira", "priya"])
def test_see_starter_owner_expert_and_whoever_was_asked(company: Company, case_id: UUID, who: str) -> None:
    assert may_see(case=Case.objects.get(id=case_id), by=getattr(company, who))


def test_see_not_somebody_else(company: Company, case_id: UUID) -> None:
    assert not may_see(case=Case.objects.get(id=case_id), by=company.bob)


@pytest.mark.parametrize("right", ["auditor", "administrator"])
def test_see_auditors_and_administrators(company: Company, case_id: UUID, right: str) -> None:
    setattr(company.people["bob"], right, True)
    company.people["bob"].save()
    assert may_see(case=Case.objects.get(id=case_id), by=company.bob)


# -- Answer ----------------------------------------------------------------------------------------


def answered(case_id: UUID, by: UUID, name: str = SIGN) -> str:
    done = "approved" if name == SIGN else "done"
    return answer_ask(ask_id=ask_of(case_id, name), outcome=done, by=by, proof="login", at=FRIDAY).outcome


def test_answer_the_addressee(company: Company, case_id: UUID) -> None:
    assert answered(case_id, company.mira) == "approved"


def test_answer_another_holder_of_the_role(company: Company) -> None:
    Membership.objects.create(person=company.people["bob"], role=Role.objects.get(name="Legal counsel"))
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    assert answered(case_id, company.bob) == "approved"


def test_answer_an_assistant_with_that_right(company: Company, case_id: UUID) -> None:
    Assistant.objects.create(person=company.people["mira"], assistant=company.people["bob"], kinds=["approve"])
    assert answered(case_id, company.bob) == "approved"


def test_answer_not_an_assistant_without_it(company: Company, case_id: UUID) -> None:
    Assistant.objects.create(person=company.people["mira"], assistant=company.people["bob"], kinds=["fill in"])
    with pytest.raises(NotAllowed, match="is for Mira Holt"):
        answered(case_id, company.bob)


def test_answer_a_stand_in(company: Company, case_id: UUID) -> None:
    day = FRIDAY.date()
    Absence.objects.create(person=company.people["mira"], first=day, last=day, stand_in=company.people["bob"])
    assert answered(case_id, company.bob) == "approved"


def test_answer_not_an_addressee_who_left(company: Company, case_id: UUID) -> None:
    company.people["mira"].left_on = FRIDAY.date()
    company.people["mira"].save()
    with pytest.raises(NotAllowed, match=r"having left\. Ana Marsh, who started this, can ask somebody else"):
        answered(case_id, company.mira)


def test_answer_not_a_stand_in_whom_not_by_keeps_out(company: Company, case_id: UUID) -> None:
    day = FRIDAY.date()
    Absence.objects.create(person=company.people["mira"], first=day, last=day, stand_in=company.people["ana"])
    with pytest.raises(Refused):
        answered(case_id, company.ana)
    assert Ask.objects.get(case_id=case_id, name=SIGN).state == "open"


@pytest.mark.parametrize("who", ["bob", "ana", "vera", "sam"])
def test_answer_nobody_else(company: Company, case_id: UUID, who: str) -> None:
    with pytest.raises(NotAllowed, match="is for Mira Holt"):
        answered(case_id, getattr(company, who))


# -- Add, remind, cancel ---------------------------------------------------------------------------

OWN: dict[str, Callable[[UUID, UUID], object]] = {
    "add": lambda case_id, by: add_step(
        case_id=case_id, after=key_of(case_id, "Tell the client"), name="Read it", card={"Who": "Legal counsel"}, by=by,
        at=FRIDAY,
    ),
    "remind": lambda case_id, by: remind_now(ask_id=ask_of(case_id, SIGN), by=by, at=FRIDAY),
    "suspend": lambda case_id, by: suspend(case_id=case_id, by=by, reason="", at=FRIDAY),
    "cancel": lambda case_id, by: cancel(case_id=case_id, by=by, reason="", at=FRIDAY),
    "facts": lambda case_id, by: change_facts(case_id=case_id, facts={"client": "X"}, by=by, at=FRIDAY),
    "needed by": lambda case_id, by: move_needed_by(case_id=case_id, needed_by=None, by=by, at=FRIDAY),
}  # fmt: skip


@pytest.mark.parametrize("verb", OWN)
@pytest.mark.parametrize("who", ["ana", "vera"])
def test_own_case_starter_and_owner(company: Company, case_id: UUID, verb: str, who: str) -> None:
    OWN[verb](case_id, getattr(company, who))


@pytest.mark.parametrize("verb", OWN)
@pytest.mark.parametrize("who", ["sam", "bob"])
def test_own_case_nobody_else(company: Company, case_id: UUID, verb: str, who: str) -> None:
    with pytest.raises(NotAllowed):
        OWN[verb](case_id, getattr(company, who))


# -- Skip, override, defer, reopen -----------------------------------------------------------------

BEND: dict[str, Callable[[UUID, str, UUID], object]] = {
    "skip": lambda case_id, step, by: skip(case_id=case_id, step=step, by=by, reason="r", at=FRIDAY),
    "override": lambda case_id, step, by: override(case_id=case_id, step=step, by=by, reason="r", at=FRIDAY),
    "defer": lambda case_id, step, by: defer(case_id=case_id, step=step, by=by, reason="r", at=FRIDAY),
}


@pytest.mark.parametrize("verb", BEND)
@pytest.mark.parametrize("who", ["vera", "eve"])
def test_bend_owner_and_expert(company: Company, case_id: UUID, verb: str, who: str) -> None:
    BEND[verb](case_id, key_of(case_id, CONFIRM), getattr(company, who))


@pytest.mark.parametrize("verb", BEND)
@pytest.mark.parametrize("who", ["ana", "sam", "bob"])
def test_bend_nobody_else(company: Company, case_id: UUID, verb: str, who: str) -> None:
    with pytest.raises(NotAllowed, match="owner or the expert"):
        BEND[verb](case_id, key_of(case_id, CONFIRM), getattr(company, who))


@pytest.mark.parametrize("verb", BEND)
def test_bend_an_approval_only_the_owner(company: Company, case_id: UUID, verb: str) -> None:
    with pytest.raises(NotAllowed, match="only the owner"):
        BEND[verb](case_id, key_of(case_id, SIGN), company.eve)
    BEND[verb](case_id, key_of(case_id, SIGN), company.vera)


@pytest.mark.parametrize("verb", BEND)
def test_bend_not_the_owner_whom_not_by_keeps_out(company: Company, verb: str) -> None:
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.vera, at=FRIDAY).case_id
    with pytest.raises(NotAllowed, match="kept out"):
        BEND[verb](case_id, key_of(case_id, SIGN), company.vera)


@pytest.mark.parametrize(("who", "allowed"), [("vera", True), ("eve", True), ("ana", False), ("sam", False)])
def test_reopen(company: Company, case_id: UUID, who: str, *, allowed: bool) -> None:
    answered(case_id, company.sam, CONFIRM)
    place = {"case_id": case_id, "step": key_of(case_id, CONFIRM), "by": getattr(company, who), "reason": "r"}
    if allowed:
        reopen(**place, at=FRIDAY)
    else:
        with pytest.raises(NotAllowed):
            reopen(**place, at=FRIDAY)


def test_reopen_an_approval_only_the_owner(company: Company, case_id: UUID) -> None:
    answered(case_id, company.mira)
    place: dict[str, Any] = {"case_id": case_id, "step": key_of(case_id, SIGN), "reason": "r", "at": FRIDAY}
    with pytest.raises(NotAllowed, match="only the owner"):
        reopen(**place, by=company.eve)
    reopen(**place, by=company.vera)


def test_reopen_not_the_owner_whom_not_by_keeps_out(company: Company) -> None:
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.vera, at=FRIDAY).case_id
    answered(case_id, company.mira)
    with pytest.raises(NotAllowed, match="kept out"):
        reopen(case_id=case_id, step=key_of(case_id, SIGN), by=company.vera, reason="r", at=FRIDAY)


@pytest.mark.parametrize(("who", "allowed"), [("vera", True), ("eve", True), ("ana", False), ("bob", False)])
def test_migrate(company: Company, case_id: UUID, who: str, *, allowed: bool) -> None:
    newer = company.publish(PAGE.replace("Look at production, not at staging.", "Look at production."))
    place = {"case_id": case_id, "version_id": newer, "by": getattr(company, who), "at": FRIDAY}
    if allowed:
        assert dry_run(**place).opened == ()
        migrate(**place)
        assert Case.objects.get(id=case_id).version_id == newer
    else:
        with pytest.raises(NotAllowed):
            migrate(**place)


# -- Ask someone else, take an answer back ---------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "within", "allowed"),
    [
        ("ana", True, True),
        ("eve", True, True),
        ("vera", True, True),
        ("sam", True, False),
        ("ana", False, False),
        ("eve", False, False),
        ("vera", False, True),
    ],
)
def test_ask_someone_else(company: Company, who: str, *, within: bool, allowed: bool) -> None:
    Membership.objects.create(person=company.people["eve"], role=Role.objects.get(name="Delivery engineer"))
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    to = "eve@northwind.example" if within else "bob@northwind.example"
    place = {"case_id": case_id, "step": key_of(case_id, CONFIRM), "to": to, "by": getattr(company, who), "at": FRIDAY}
    if allowed:
        reassign(**place)
        asked = Ask.objects.get(case_id=case_id, name=CONFIRM, state="open")
        assert asked.display == ("Eve Moss" if within else "Bob Stone")
    else:
        with pytest.raises(NotAllowed):
            reassign(**place)


def test_an_answer_is_taken_back_by_whoever_gave_it(company: Company, case_id: UUID) -> None:
    answered(case_id, company.mira)
    step = key_of(case_id, SIGN)
    with pytest.raises(NotAllowed, match="Only whoever answered"):
        withdraw_answer(case_id=case_id, step=step, reason="Wait.", by=company.vera, at=FRIDAY)
    withdraw_answer(case_id=case_id, step=step, reason="Wait.", by=company.mira, at=FRIDAY)
    assert Ask.objects.filter(case_id=case_id, name=SIGN, state="open").count() == 1


@pytest.mark.parametrize("count", [2, 5])
def test_who_leads_many_processes_is_read_at_once(
    company: Company, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    role = Role.objects.create(name="Owners")
    Membership.objects.create(role=role, person=company.people["bob"])
    ids = []
    for number in range(count):
        owner = company.people["vera"] if number else None
        ids.append(
            Process.objects.create(key=f"p{number}", title="P", owner=owner, owner_role=None if owner else role).id
        )
    forget()
    with django_assert_num_queries(7):
        remember_authorities(ids, at=FRIDAY)
    with django_assert_num_queries(0):
        led = [authority(one).owners for one in ids]
        assert [name_of(answering(one, at=FRIDAY)) for one in ids[:2]] == ["Bob Stone", "Vera Lind"]
    one_by_one = [_authority(one).owners for one in ids]
    assert led == one_by_one


def test_the_set_of_runs_somebody_sees_agrees_with_each(company: Company) -> None:
    version = company.publish()
    case = Case.objects.get(id=start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY).case_id)
    Process.objects.filter(id=case.process_id).update(custodian=company.people["bob"])
    forget()
    for person in company.people.values():
        assert cases_seen_by(person.id, at=FRIDAY).exists() is may_see(case=case, by=person.id), person.name
