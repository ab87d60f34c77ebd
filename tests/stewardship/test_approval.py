from __future__ import annotations

from datetime import date

import pytest
from tests.cases.company import FRIDAY, PAGE, Company
from tests.stewardship.amending import (
    AMENDED,
    BROKEN,
    REWORDED,
    approved,
    asked,
    carry_out,
    edit,
    facts_of,
    fresh,
    heard,
    process_of,
    say,
    send,
    sent,
    status,
    versions,
)

from doorstep.cases.act import act
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.cancel import cancel
from doorstep.cases.models import Action, Ask
from doorstep.cases.refusals import ChangedSinceOpened, NotAllowed, NotPossible
from doorstep.cases.start_case import start_case
from doorstep.library.errors import NotPublishable, NotUsable, Overtaken
from doorstep.library.models import Level, Process, Version
from doorstep.library.publish import publish
from doorstep.people.models import Person
from doorstep.stewardship.follow_approvals import follow_approvals
from doorstep.stewardship.models import Proposal
from doorstep.stewardship.proposals import history_of, proposals_waiting
from doorstep.stewardship.propose import propose
from doorstep.stewardship.withdraw_proposal import withdraw_proposal

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("at_four")]
TITLE = "“Close a client project”"


def wish(company: Company, sentence: str = "Give us two hours.", step: str = "Confirm the deployment") -> Proposal:
    return propose(process=process_of(company).id, step=step, sentence=sentence, by=company.sam, at=FRIDAY)


def test_owner_and_expert_approve_and_it_is_in_force(company: Company) -> None:
    proposal, started = sent(company)
    assert (proposal.state, versions(company)) == ("in approval", [(1, "effective"), (2, "in review")])
    assert asked(started.case_id) == ["Eve Moss", "Vera Lind"]
    say(started.case_id, company.vera)
    assert (asked(started.case_id), carry_out()) == (["Eve Moss"], 0)
    say(started.case_id, company.eve)
    assert carry_out() == 1
    proposal = fresh(proposal)
    assert versions(company) == [(1, "superseded"), (2, "effective")]
    assert (proposal.state, proposal.version.text if proposal.version else "") == ("approved", AMENDED)
    assert status(started.case_id) == "done"
    outcome = "Approved: version 2 of “Close a client project” is in force."
    assert (proposal.outcome, heard(company.sam)) == (outcome, [outcome])
    assert [one.what for one in history_of(proposal)] == [
        outcome,
        "Sent for approval as material. Vera Lind (owner) and Eve Moss (expert) approve it.",
        "Begun as an edit.",
    ]


def test_the_mail_says_what_changes(company: Company) -> None:
    _, started = sent(company)
    words = (
        "“Confirm the deployment”. Due: 2 hours, before 1 hour.\n"
        "Before: Delivery engineer confirms the deployment, within one hour.\n"
        "Now: Delivery engineer confirms the deployment, within two hours."
    )
    assert facts_of(started.case_id)["change"] == words


def test_publishing_twice_is_publishing_once(company: Company) -> None:
    _, started = sent(company)
    approved(company, started)
    action = Action.objects.get(case_id=started.case_id, kind="call")
    Action.objects.filter(id=action.id).update(state="queued")
    act(action)
    assert versions(company) == [(1, "superseded"), (2, "effective")]


def test_nobody_publishes_by_a_run_of_their_own(company: Company) -> None:
    proposal, _ = sent(company)
    page = "# Mine\n\n- Owner: sam@northwind.example\n\n## Publish\n\n- Do: doorstep.publish (proposal = proposal)\n"
    facts = "\n| Fact | Kind | From |\n|---|---|---|\n| proposal | text | whoever starts |\n"
    version = publish(text=page.replace("\n## ", facts + "\n## "), by=company.sam, at=FRIDAY).version_id
    case = start_case(version_id=version, facts={"proposal": str(proposal.id)}, by=company.sam, at=FRIDAY).case_id
    assert carry_out() == 1
    action = Action.objects.get(case_id=case)
    assert (action.state, fresh(proposal).state) == ("failed", "in approval")
    assert action.error.startswith("Expected a proposal that was sent to this run for approval.")


@pytest.mark.parametrize(
    ("who", "asks", "words"),
    [
        ("vera", ["Eve Moss"], "Eve Moss (expert) approves it. Vera Lind, owner, proposed it and does not approve it."),
        ("eve", ["Vera Lind"], "Vera Lind (owner) approves it. Eve Moss, expert, proposed it and does not approve it."),
    ],
)
def test_the_proposer_does_not_approve(company: Company, who: str, asks: list[str], words: str) -> None:
    proposal, started = sent(company, by=getattr(company, who))
    assert (asked(started.case_id), history_of(proposal)[0].what) == (asks, f"Sent for approval as material. {words}")


def test_who_owns_and_knows_a_page_does_not_approve_alone_what_they_wrote(company: Company) -> None:
    process = process_of(company)
    Process.objects.filter(id=process.id).update(expert=company.vera)
    proposal, started = sent(company, by=company.vera)
    said = "Bob Stone (administrator) approves it. Nobody approves alone what they wrote themselves."
    assert (asked(started.case_id), history_of(proposal)[0].what) == (
        ["Bob Stone"],
        f"Sent for approval as material. {said}",
    )


def test_without_anybody_else_nobody_approves(company: Company) -> None:
    process = process_of(company)
    Process.objects.filter(id=process.id).update(expert=company.vera)
    Person.objects.filter(id=company.bob).update(administrator=False)
    Person.objects.filter(id=company.vera).update(administrator=True)
    with pytest.raises(NotPossible, match=r"Nobody can approve this beside those who wrote it. Name an expert"):
        sent(company, by=company.vera)
    assert Proposal.objects.get().state == "draft"


def test_changes_wanted_bring_it_back_with_the_words(company: Company) -> None:
    proposal, started = sent(company)
    say(started.case_id, company.eve, "changes wanted", "Make it 90 minutes.")
    follow_approvals(FRIDAY)
    proposal = fresh(proposal)
    assert (proposal.state, proposal.text, status(started.case_id)) == ("open", AMENDED, "failed")
    assert proposal.outcome == "Eve Moss wants changes. Make it 90 minutes."
    assert heard(company.sam) == [
        f"Your change of {TITLE}: {proposal.outcome} Amend it and send it again, or withdraw it."
    ]
    assert [one.name for one in proposals_waiting(company.sam, FRIDAY)] == ["Amend and send again"]
    assert versions(company) == [(1, "effective")]
    again = send(proposal, company.sam)
    assert (again.case_id != started.case_id, asked(again.case_id)) == (True, ["Eve Moss", "Vera Lind"])
    approved(company, again)
    assert (fresh(proposal).state, versions(company)) == ("approved", [(1, "superseded"), (2, "effective")])


def test_a_rejection_is_heard(company: Company) -> None:
    proposal, started = sent(company)
    say(started.case_id, company.vera, "rejected", "We promised one hour.")
    follow_approvals(FRIDAY)
    told = f"Vera Lind rejected your change of {TITLE}. We promised one hour."
    assert (fresh(proposal).state, heard(company.sam), asked(started.case_id)) == ("declined", [told], [])


def test_withdrawing_calls_the_approval_off(company: Company) -> None:
    proposal, started = sent(company)
    with pytest.raises(NotAllowed, match=r"Only whoever proposed this may withdraw it."):
        withdraw_proposal(proposal=proposal.id, by=company.vera, at=FRIDAY)
    withdraw_proposal(proposal=proposal.id, by=company.sam, why="I was wrong.", at=FRIDAY)
    assert (fresh(proposal).state, status(started.case_id), versions(company)) == (
        "withdrawn",
        "cancelled",
        [(1, "effective")],
    )
    with pytest.raises(NotPossible, match="This proposal was withdrawn already"):
        withdraw_proposal(proposal=proposal.id, by=company.sam, at=FRIDAY)


def test_a_run_called_off_gives_the_proposal_back(company: Company) -> None:
    proposal, started = sent(company)
    cancel(case_id=started.case_id, by=company.sam, reason="Too early", at=FRIDAY)
    follow_approvals(FRIDAY)
    assert (fresh(proposal).state, fresh(proposal).outcome) == ("open", "The approval was called off.")


def test_sent_twice_is_sent_once(company: Company) -> None:
    proposal, started = sent(company)
    again = send(proposal, company.sam)
    assert (again.case_id, again.repeated) == (started.case_id, True)
    assert versions(company) == [(1, "effective"), (2, "in review")]


def test_changing_the_text_while_it_is_approved_asks_again(company: Company) -> None:
    proposal, started = sent(company)
    say(started.case_id, company.vera)
    opened = Ask.objects.get(case_id=started.case_id, person=company.eve, state="open").covered_hash
    Proposal.objects.filter(id=proposal.id).update(text=AMENDED.replace("2 hours", "3 hours"))
    again = send(proposal, company.sam)
    assert (again.case_id, asked(started.case_id)) == (started.case_id, ["Eve Moss", "Vera Lind"])
    ask = Ask.objects.get(case_id=started.case_id, person=company.eve, state="open")
    with pytest.raises(ChangedSinceOpened, match=r"This changed since you opened it."):
        answer_ask(ask_id=ask.id, outcome="approved", by=company.eve, proof="login", seen=opened, at=FRIDAY)
    approved(company, started)
    assert (fresh(proposal).state, versions(company)) == ("approved", [(1, "superseded"), (2, "effective")])
    assert "3 hours" in Version.objects.get(process=proposal.process, number=2).text


def test_a_text_with_errors_is_refused_and_the_level_it_reaches_offered(company: Company) -> None:
    proposal = edit(company, text=BROKEN)
    with pytest.raises(NotPublishable) as refused:
        send(proposal, company.sam)
    assert [fault.code for fault in refused.value.faults if fault.severity == "error"]
    assert (refused.value.wanted, refused.value.reaches) == (Level.RUN, Level.FOLLOWED)
    assert (fresh(proposal).state, versions(company)) == ("draft", [(1, "effective")])
    started = send(proposal, company.sam, level=Level.FOLLOWED)
    assert asked(started.case_id) == ["Eve Moss", "Vera Lind"]


def test_a_text_that_says_the_same_is_refused(company: Company) -> None:
    with pytest.raises(NotPossible, match="The text says the same as version 1"):
        sent(company, text=PAGE)


def test_a_date_that_has_passed_is_refused(company: Company) -> None:
    with pytest.raises(NotUsable, match="Expected a date that is still to come"):
        sent(company, effective_from=date(2026, 3, 1))


def test_only_those_who_may_edit_send(company: Company) -> None:
    proposal = edit(company)
    with pytest.raises(NotAllowed, match="may send this for approval"):
        send(proposal, company.mira)


def test_a_version_published_meanwhile_is_said_when_sending(company: Company) -> None:
    proposal = edit(company)
    publish(text=REWORDED, by=company.vera, at=FRIDAY)
    with pytest.raises(Overtaken, match="version 2 was published meanwhile"):
        send(proposal, company.sam)


def test_a_version_published_meanwhile_is_said_when_publishing(company: Company) -> None:
    proposal, started = sent(company)
    publish(text=REWORDED, by=company.vera, at=FRIDAY)
    approved(company, started)
    proposal = fresh(proposal)
    assert (proposal.state, proposal.text, status(started.case_id)) == ("open", AMENDED, "failed")
    assert proposal.outcome.startswith("Approved, but not published: Expected the version this was made from")
    assert heard(company.sam) == [f"Your change of {TITLE}: {proposal.outcome}"]
    assert versions(company) == [(1, "superseded"), (3, "effective")]


def test_an_owner_who_leaves_in_the_middle_is_replaced(company: Company) -> None:
    proposal, started = sent(company)
    Person.objects.filter(id=company.vera).update(left_on=FRIDAY.date())
    follow_approvals(FRIDAY)
    assert asked(started.case_id) == ["Bob Stone", "Eve Moss"]
    assert history_of(fresh(proposal))[0].what == "Vera Lind has left. Bob Stone is asked instead."
