from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cases.company import FRIDAY, Company
from tests.stewardship.amending import (
    RENAMED,
    REWORDED,
    approved,
    edit,
    facts_of,
    forced,
    fresh,
    heard,
    process_of,
    running,
    sent,
    status,
    version_of,
    versions,
)
from tests.stewardship.at_once import do_jobs

from doorstep.library.models import Process, Version
from doorstep.library.publish import publish
from doorstep.stewardship.attend import attend
from doorstep.stewardship.follow_approvals import follow_approvals
from doorstep.stewardship.models import Move, ProgressKind, Proposal
from doorstep.stewardship.move_runs import begin_moves
from doorstep.stewardship.progress import progress_of
from doorstep.stewardship.proposals import history_of
from doorstep.stewardship.propose import propose
from doorstep.stewardship.running import try_moves

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


def test_trying_moves_changes_nothing(company: Company) -> None:
    process_of(company)
    case = running(company, "Halden")
    proposal = edit(company, text=RENAMED)
    tried = try_moves(fresh(proposal), at=FRIDAY)
    assert [(one.case_id, one.title, one.fails) for one in tried] == [(case, "Halden: Web shop", False)]
    assert (versions(company), version_of(case)) == ([(1, "effective")], 1)
