from __future__ import annotations

import pytest
from tests.cases.company import FRIDAY, Company
from tests.stewardship.amending import (
    AMENDED,
    REWORDED,
    approved,
    asked,
    edit,
    fresh,
    process_of,
    send,
    sent,
)

from doorstep.cases.refusals import NotAllowed, NotPossible
from doorstep.cases.start_case import start_case
from doorstep.library.models import Process, Version
from doorstep.library.publish import publish
from doorstep.library.starting import may_start
from doorstep.people.models import Person
from doorstep.stewardship.approval_page import KEY, approval_page
from doorstep.stewardship.contest import Contested

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("at_four")]
TITLE = "“Close a client project”"


def test_the_approval_page_ships_once_and_an_organisation_amends_it(company: Company) -> None:
    process_of(company)
    sent(company)
    page = Process.objects.get(key=KEY)
    assert (page.title, page.level, page.versions.count()) == ("Amend a page", "run", 1)
    text = page.versions.get().text.replace("Due: 3 working days", "Due: 1 working day")
    assert publish(text=text, by=company.bob, at=FRIDAY).number == 2


def test_an_approval_page_made_obsolete_loses_nothing(company: Company) -> None:
    sent(company)
    Version.objects.filter(process__key=KEY).update(state="obsolete")
    proposal = edit(company, by=company.ana)
    with pytest.raises(
        NotPossible, match=r"“Amend a page”, by which changes are approved, is not in force. Your text is kept"
    ):
        send(proposal, company.ana)
    assert (fresh(proposal).state, fresh(proposal).text) == ("draft", AMENDED)


def test_an_approval_page_that_publishes_nothing_is_said(company: Company) -> None:
    sent(company)
    text = Version.objects.get(process__key=KEY).text
    publish(text=text[: text.index("## Publish the change")], by=company.bob, at=FRIDAY)
    with pytest.raises(NotPossible, match=r"it has no step with Do: doorstep.publish"):
        send(edit(company, by=company.ana), company.ana)


def test_without_an_administrator_nobody_owns_the_approval_page(company: Company) -> None:
    proposal = edit(company)
    Person.objects.update(administrator=False)
    with pytest.raises(NotPossible, match=r"there is no administrator yet. Your text is kept"):
        send(proposal, company.sam)


def test_editorial_is_contested_when_a_deadline_moved(company: Company) -> None:
    proposal = edit(company)
    with pytest.raises(Contested) as doubt:
        send(proposal, company.sam, materiality="editorial")
    assert doubt.value.moved == ("“Confirm the deployment”: Due: 2 hours, before 1 hour.",)
    send(proposal, company.sam, materiality="editorial", why="It was always two hours.")
    said = (
        "We doubted that this is editorial: “Confirm the deployment”: Due: 2 hours, before 1 hour. "
        "Sam Ortiz answered: It was always two hours."
    )
    assert (fresh(proposal).contest, fresh(proposal).materiality) == (said, "editorial")


def test_other_words_are_editorial(company: Company) -> None:
    proposal, started = sent(company, text=REWORDED, materiality="editorial")
    approved(company, started)
    version = fresh(proposal).version
    assert (fresh(proposal).contest, version.materiality if version else "") == ("", "editorial")


def test_nobody_starts_it_by_hand_and_a_proposal_does_whoever_sends_it(company: Company) -> None:
    process_of(company)
    version = approval_page(at=FRIDAY)
    with pytest.raises(NotAllowed, match=r"^A proposal that is sent for approval starts this\.$"):
        start_case(version_id=version.id, facts={}, by=company.bob, at=FRIDAY)
    assert not may_start(process=version.process_id, version=version.id, person=company.bob)
    Process.objects.filter(key=KEY).update(restricted=True)
    _, started = sent(company)
    assert asked(started.case_id) == ["Eve Moss", "Vera Lind"]
