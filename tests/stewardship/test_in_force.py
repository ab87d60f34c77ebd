from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cases.company import FRIDAY, PAGE, Company
from tests.stewardship.amending import (
    RENAMED,
    REWORDED,
    approved,
    asked,
    edit,
    facts_of,
    forced,
    fresh,
    heard,
    process_of,
    running,
    say,
    send,
    sent,
    status,
    version_of,
    versions,
)
from tests.stewardship.at_once import do_jobs

from doorstep.cases.cancel import cancel
from doorstep.cases.models import Case
from doorstep.library.make_obsolete import make_obsolete
from doorstep.library.models import Process, Version
from doorstep.library.publish import publish
from doorstep.people.models import Person
from doorstep.stewardship.attend import attend
from doorstep.stewardship.follow_approvals import follow_approvals
from doorstep.stewardship.models import Move, ProgressKind, Proposal
from doorstep.stewardship.move_runs import begin_moves
from doorstep.stewardship.progress import progress_of
from doorstep.stewardship.proposals import history_of, proposals_waiting
from doorstep.stewardship.propose import propose
from doorstep.stewardship.running import LOOKED_AT, Look, _drift, drifted, runs_in_words, tried_for, try_moves
from doorstep.stewardship.withdraw_proposal import withdraw_proposal

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("at_four")]
TITLE = "“Close a client project”"


def wish(company: Company, sentence: str = "Give us two hours.", step: str = "Confirm the deployment") -> Proposal:
    return propose(process=process_of(company).id, step=step, sentence=sentence, by=company.sam, at=FRIDAY)


def test_a_version_waits_for_its_date_and_the_proposer_hears_twice(company: Company) -> None:
    _, started = sent(company, effective_from=date(2026, 3, 20))
    approved(company, started)
    assert versions(company) == [(1, "effective"), (2, "approved")]
    forced(FRIDAY + timedelta(days=20))
    assert versions(company) == [(1, "superseded"), (2, "effective")]
    assert heard(company.sam) == [
        f"Approved: version 2 of {TITLE} is from 20 March 2026.",
        f"Version 2 of {TITLE} is in force now: what you proposed is how it is done.",
    ]


def test_a_version_overtaken_before_its_date_is_heard(company: Company) -> None:
    proposal, started = sent(company, effective_from=date(2030, 1, 1))
    approved(company, started)
    publish(text=REWORDED, by=company.vera, at=FRIDAY)
    attend(FRIDAY)
    outcome = f"Version 2 of {TITLE} was overtaken by a newer one before its date."
    assert (fresh(proposal).outcome, heard(company.sam)[-1]) == (outcome, f"Your change: {outcome}")


def test_a_page_made_obsolete_ends_its_proposals(company: Company) -> None:
    open_, (proposal, started) = wish(company), sent(company)
    Version.objects.filter(process=proposal.process, number=1).update(state="obsolete")
    follow_approvals(FRIDAY)
    assert [fresh(one).state for one in (open_, proposal)] == ["declined", "declined"]
    assert status(started.case_id) == "cancelled"
    said = f"{TITLE} was made obsolete, so nothing in it changes any more. Thank you for your proposal."
    assert heard(company.sam) == [said, said]


def test_runs_move_when_the_version_is_in_force(company: Company) -> None:
    process_of(company)
    halden, acme, stays = (running(company, client) for client in ("Halden", "Acme", "Nord"))
    proposal, started = sent(company, text=RENAMED, move_running=True, staying=[stays])
    words = facts_of(started.case_id)["runs on the way"]
    assert words == (
        "3 runs are on the way; these move:\n"
        "Halden: Web shop and Acme: Web shop: Asked now: “Look at the deployment”; "
        "no longer on the page: “Confirm the deployment”.\n"
        "Nord: Web shop: Not moved."
    )
    approved(company, started)
    assert [version_of(case) for case in (halden, acme, stays)] == [1, 1, 1]
    attend(FRIDAY)
    do_jobs()
    assert [version_of(case) for case in (halden, acme, stays)] == [2, 2, 1]
    states = sorted(Move.objects.filter(proposal=proposal).values_list("state", flat=True))
    assert (states, str(progress_of(proposal.id, kind=ProgressKind.MOVING))) == (
        ["moved", "moved", "stays"],
        "2 of 2 moved",
    )
    assert history_of(fresh(proposal))[0].what == "2 of 3 runs on the way moved to the new version."


def test_a_run_that_cannot_move_is_listed(company: Company) -> None:
    process_of(company)
    case = running(company, "Halden")
    proposal, started = sent(company, move_running=True)
    approved(company, started)
    Process.objects.filter(id=process_of(company).id).update(owner=None, expert=None)
    begin_moves(FRIDAY)
    do_jobs()
    move = Move.objects.get(proposal=proposal)
    assert (move.case_id, move.state, move.why) == (
        case,
        "failed",
        "Nobody owns or knows this page, in whose name it could move.",
    )


def test_what_became_otherwise_since_it_was_sent_is_said_when_it_is_published(company: Company) -> None:
    process_of(company)
    halden, acme = (running(company, client) for client in ("Halden", "Acme"))
    proposal, started = sent(company, text=RENAMED, move_running=True)
    cancel(case_id=acme, by=company.ana, reason="Off", at=FRIDAY)
    late = running(company, "Late")
    assert drifted(fresh(proposal), at=FRIDAY).startswith("Late: Web shop is on the way, too: ")
    approved(company, started)
    moves = "Asked now: “Look at the deployment”; no longer on the page: “Confirm the deployment”."
    said = f"The runs on the way of {TITLE} are not as they were when it was sent for approval."
    named = f"{said} Late: Web shop is on the way, too: {moves} Acme: Web shop is no longer on the way."
    assert history_of(fresh(proposal))[0].what == said
    assert [named in heard(one) for one in (company.vera, company.eve, company.sam)] == [True, True, False]
    assert [said in heard(one) for one in (company.sam, company.mira)] == [True, False]
    attend(FRIDAY)
    do_jobs()
    assert [version_of(case) for case in (halden, late)] == [2, 2]
    assert len([one for one in history_of(fresh(proposal)) if "are not as they were" in one.what]) == 1


def test_what_became_otherwise_until_its_date_is_said_when_it_is_in_force(company: Company) -> None:
    process_of(company)
    proposal, started = sent(company, text=RENAMED, move_running=True, effective_from=date(2026, 3, 20))
    approved(company, started)
    running(company, "Late")
    forced(FRIDAY + timedelta(days=20))
    said = f"The runs on the way of {TITLE} are not as they were when it was approved."
    assert [one.what for one in history_of(fresh(proposal)) if one.what == said] == [said]
    assert [
        f"{said} Late: Web shop is on the way, too: Asked n" in " ".join(heard(one))
        for one in (company.vera, company.sam)
    ] == [True, False]


def test_other_words_and_of_many_runs_the_number_are_said() -> None:
    few, many = Look(3, {"a": ("Halden", "Asked now: “B”.")}), Look(LOOKED_AT + 1, {"a": ("Halden", "New: “B”.")})
    assert list(_drift(few, many)) == ["Halden: New: “B”.", "21 runs are on the way, not 3."]
    assert (runs_in_words(Look(0, {}), moves=True), runs_in_words(Look(1, {}), moves=False)) == (
        "No run is on the way.",
        "1 run is on the way and stays on its version.",
    )


def test_a_version_made_obsolete_before_its_date_is_heard(company: Company) -> None:
    proposal, started = sent(company, effective_from=date(2030, 1, 1))
    approved(company, started)
    make_obsolete(process=process_of(company).key, why="Nobody does it.", by=company.vera, at=FRIDAY)
    attend(FRIDAY)
    outcome = f"Version 2 of {TITLE} was made obsolete with its page before its date."
    assert (fresh(proposal).outcome, heard(company.sam)[-1]) == (outcome, f"Your change: {outcome}")


def test_a_wish_whose_step_is_taken_off_the_page_is_heard(company: Company) -> None:
    gone, stays = wish(company), wish(company, step="Sign off the contract")
    publish(text=RENAMED, by=company.vera, at=FRIDAY)
    follow_approvals(FRIDAY)
    why = f"“Confirm the deployment” was taken off {TITLE}, so nothing in it changes any more."
    assert [(fresh(one).state, fresh(one).outcome) for one in (gone, stays)] == [("declined", why), ("open", "")]
    assert heard(company.sam) == [
        f"{why} Propose it for the whole page if it still matters. Thank you for your proposal."
    ]
    assert [one.name for one in proposals_waiting(company.sam, FRIDAY)] == ["Your proposal was declined"]


def test_a_step_that_only_got_another_heading_takes_nothing_with_it(company: Company) -> None:
    row = wish(company)
    publish(text=RENAMED, by=company.vera, identities={"Look at the deployment": "Confirm the deployment"}, at=FRIDAY)
    assert (follow_approvals(FRIDAY), fresh(row).state) == (0, "open")


def test_a_draft_of_a_page_made_obsolete_is_heard(company: Company) -> None:
    draft = edit(company)
    make_obsolete(process=process_of(company).key, why="Nobody does it.", by=company.vera, at=FRIDAY)
    follow_approvals(FRIDAY)
    assert fresh(draft).state == "declined"
    assert heard(company.sam) == [
        f"{TITLE} was made obsolete, so nothing in it changes any more. Thank you for your proposal."
    ]


# -- A proposer who left -------------------------------------------------------------------------------


def leave(company: Company) -> None:
    Person.objects.filter(id=company.sam).update(left_on=FRIDAY.date())


def test_what_a_proposer_who_left_was_writing_is_for_owner_and_expert(company: Company) -> None:
    draft, untouched = edit(company), edit(company, text=PAGE)
    leave(company)
    follow_approvals(FRIDAY)
    assert [fresh(one).state for one in (draft, untouched)] == ["open", "withdrawn"]
    said = f"Sam Ortiz has left, and a change of {TITLE} with them. Send it for approval, or decline it."
    assert (heard(company.vera), heard(company.eve)) == ([said], [said])
    assert [one.name for one in proposals_waiting(company.eve, FRIDAY)] == ["Answer a proposal"]
    assert follow_approvals(FRIDAY) == 0
    again = send(draft, company.eve)
    assert asked(again.case_id) == ["Eve Moss", "Vera Lind"]


def test_what_comes_back_to_a_proposer_who_left_comes_to_owner_and_expert(company: Company) -> None:
    proposal, started = sent(company)
    leave(company)
    say(started.case_id, company.eve, "changes wanted", "Make it 90 minutes.")
    follow_approvals(FRIDAY)
    assert fresh(proposal).state == "open"
    assert "Eve Moss wants changes. Make it 90 minutes." in heard(company.vera)[0]
    assert "has left" in heard(company.vera)[-1]


def test_the_outcome_for_a_proposer_who_left_is_heard_by_owner_and_expert(company: Company) -> None:
    _, started = sent(company)
    leave(company)
    approved(company, started)
    outcome = f"Approved: version 2 of {TITLE} is in force."
    assert [heard(one) for one in (company.vera, company.eve, company.sam)] == [[outcome], [outcome], []]


def test_who_withdraws_their_own_is_told_nothing(company: Company) -> None:
    row = wish(company)
    withdraw_proposal(proposal=row.id, by=company.sam, at=FRIDAY)
    assert (fresh(row).heard_at, heard(company.sam)) == (FRIDAY, [])


def test_trying_moves_changes_nothing(company: Company) -> None:
    process_of(company)
    case = running(company, "Halden")
    proposal = edit(company, text=RENAMED)
    tried = try_moves(fresh(proposal), at=FRIDAY)
    assert [(one.case_id, one.title, one.fails) for one in tried] == [(case, "Halden: Web shop", False)]
    assert (versions(company), version_of(case)) == ([(1, "effective")], 1)


def test_a_run_that_whoever_proposes_may_not_see_is_a_number_to_them(company: Company) -> None:
    process_of(company)
    case = running(company, "Halden")
    proposal = edit(company, text=RENAMED)
    number = Case.objects.get(id=case).number
    kim = Person.objects.create(name="Kim", email="kim@northwind.example").id
    titles = {by: tried_for(fresh(proposal), by=by, at=FRIDAY)[0].title for by in (company.vera, kim)}
    assert titles == {company.vera: "Halden: Web shop", kim: f"Run {number}"}
