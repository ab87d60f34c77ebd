from __future__ import annotations

import pytest
from tests.cases.company import FRIDAY, PAGE, Company
from tests.stewardship.amending import (
    edit,
    fresh,
    heard,
    process_of,
    send,
)

from doorstep.cases.refusals import NotAllowed, NotFound, NotPossible
from doorstep.library.models import Process
from doorstep.people.models import Person
from doorstep.stewardship.decline import decline
from doorstep.stewardship.hear import hear
from doorstep.stewardship.models import Proposal, Revision
from doorstep.stewardship.proposals import proposal_of, proposals_of, proposals_waiting
from doorstep.stewardship.propose import StepGone, propose, start_edit

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("at_four")]
TITLE = "“Close a client project”"


def wish(company: Company, sentence: str = "Give us two hours.", step: str = "Confirm the deployment") -> Proposal:
    return propose(process=process_of(company).id, step=step, sentence=sentence, by=company.sam, at=FRIDAY)


def stranger() -> Person:
    """Return somebody new, whom no page names."""
    return Person.objects.create(name="Nora New", email="nora@northwind.example")


def test_a_sentence_goes_to_owner_and_expert(company: Company) -> None:
    proposal = wish(company)
    told = ["Sam Ortiz proposes for “Confirm the deployment” in “Close a client project”: Give us two hours."]
    assert (proposal.state, proposal.text, heard(company.vera), heard(company.eve)) == ("open", "", told, told)
    waits = [(one.name, one.title, one.path, one.by) for one in proposals_waiting(company.vera, FRIDAY)]
    line = "Close a client project: Give us two hours."
    assert waits == [("Answer a proposal", line, f"/proposal/{proposal.id}/", "Sam Ortiz")]
    assert proposals_waiting(company.mira, FRIDAY) == []


def test_a_step_that_was_removed_is_refused_and_the_page_offered(company: Company) -> None:
    with pytest.raises(StepGone, match=r"it was taken off the page. Propose it for the whole page instead."):
        wish(company, step="Check the weather")


def test_a_page_one_may_not_meet_is_not_there(company: Company) -> None:
    process = process_of(company)
    Process.objects.filter(id=process.id).update(restricted=True)
    with pytest.raises(NotFound, match=r"There is no such page, or it is not for you."):
        propose(process=process.id, step="", sentence="Mine!", by=stranger().id, at=FRIDAY)


def test_somebody_outside_proposes_nothing(company: Company) -> None:
    Person.objects.filter(id=company.sam).update(outside=True)
    with pytest.raises(NotAllowed, match="Only people of the organisation"):
        wish(company)


def test_a_sentence_has_an_end(company: Company) -> None:
    with pytest.raises(NotPossible, match="Expected at most 2000 letters"):
        wish(company, "a" * 2001)


def test_a_sentence_alone_cannot_be_approved(company: Company) -> None:
    with pytest.raises(NotPossible, match="A sentence alone cannot be approved"):
        send(wish(company), company.eve)


def test_the_expert_turns_a_sentence_into_an_edit(company: Company) -> None:
    proposal = start_edit(proposal=wish(company).id, by=company.eve, at=FRIDAY)
    assert (proposal.text, proposal.revision, Revision.objects.count()) == (PAGE, 1, 1)
    again = start_edit(proposal=proposal.id, by=company.vera, at=FRIDAY)
    assert (again.text, Revision.objects.count()) == (PAGE, 1)
    with pytest.raises(NotAllowed, match="the owner and the expert of the page, may edit"):
        start_edit(proposal=proposal.id, by=company.mira, at=FRIDAY)


def test_a_wish_declined_is_heard_with_the_reason(company: Company) -> None:
    proposal = wish(company)
    with pytest.raises(NotPossible, match="Expected a reason"):
        decline(proposal=proposal.id, by=company.vera, reason=" ", at=FRIDAY)
    decline(proposal=proposal.id, by=company.vera, reason="One hour is what we promised.", at=FRIDAY)
    told = f"Vera Lind declined your proposal for {TITLE}: One hour is what we promised."
    assert (fresh(proposal).state, heard(company.sam)) == ("declined", [told])
    assert [one.name for one in proposals_waiting(company.sam, FRIDAY)] == ["Your proposal was declined"]
    with pytest.raises(NotAllowed, match="Only whoever proposed this"):
        hear(proposal=proposal.id, by=company.vera, at=FRIDAY)
    hear(proposal=proposal.id, by=company.sam, at=FRIDAY)
    assert proposals_waiting(company.sam, FRIDAY) == []


@pytest.mark.parametrize("who", ["mira", "sam"])
def test_only_those_who_decide_decline(company: Company, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the owner or the expert of the page may decline"):
        decline(proposal=wish(company).id, by=getattr(company, who), reason="No.", at=FRIDAY)


def test_drafts_are_their_writers(company: Company) -> None:
    draft, open_ = edit(company), wish(company)
    process = process_of(company)
    assert [one.id for one in proposals_of(process, reader=company.mira)] == [open_.id]
    assert [one.id for one in proposals_of(process, reader=company.eve)] == [open_.id, draft.id]
    assert proposal_of(draft.id, reader=company.sam).id == draft.id
    with pytest.raises(NotFound, match=r"There is no such proposal, or it is not for you."):
        proposal_of(draft.id, reader=company.mira)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_number_of_queries(company: Company, django_assert_num_queries: object, count: int) -> None:
    for number in range(count):
        wish(company, f"Wish {number}")
    process = process_of(company)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(proposals_of(process, reader=company.vera)) == count
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(proposals_waiting(company.vera, FRIDAY)) == count
