"""Recalls over many runs, and bulletins in what is sent: in sets, never a row at a time."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import CLOSE, Office, ask_of

from doorstep.cases.models import Case, Journal
from doorstep.library.issue_bulletin import issue_bulletin
from doorstep.library.models import Process
from doorstep.library.publish import publish
from doorstep.people.errors import NotAllowed
from doorstep.stewardship.models import FollowUp, Note
from doorstep.stewardship.recall import recall
from doorstep.stewardship.settle_follow_ups import settle_follow_ups
from doorstep.stewardship.waiting import waiting_for

pytestmark = pytest.mark.database

STEP = "Confirm the deployment"
KEY = "close-a-client-project"


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def ran(
    office: Office, count: int, *, version: UUID | None = None, kinds: tuple[str, ...] = ("AnswerArrived",)
) -> list[UUID]:
    """Put runs on record that did the step, as their journals say."""
    process = Process.objects.get(key=KEY).id
    cases = [
        Case(
            number=at + 1, process_id=process, version_id=version or office.version, title=f"Run {at}",
            starter=office.ana, state=b"", status="done", started_at=FRIDAY, head=b"", seq=1,
        )
        for at in range(count)
    ]  # fmt: skip
    Case.objects.bulk_create(cases, batch_size=2000)
    empty = {"digest": b"", "kernel": "", "state_hash": b"", "prev": b"", "hash": b"", "recorded_at": FRIDAY}
    entries = [
        Journal(case_id=case.id, seq=at, kind=kind, at=FRIDAY, step=STEP if kind != "CaseMigrated" else "", **empty)
        for case in cases
        for at, kind in enumerate(kinds, 1)
    ]
    Journal.objects.bulk_create(entries, batch_size=5000)
    return [case.id for case in cases]


def wrong(office: Office, **more: object) -> UUID:
    given = {"process": KEY, "step": STEP, "first": 1, "last": 1, "why": "Staging.", "by": office.vera, "at": FRIDAY}
    return recall(**{**given, **more}).id  # type: ignore[arg-type]


def test_ten_thousand_runs_are_recalled_in_sets(office: Office) -> None:
    ran(office, 10_000)
    began = perf_counter()
    with CaptureQueriesContext(connection) as seen:
        made = wrong(office)
    assert FollowUp.objects.filter(recall=made).count() == 10_000
    assert len(seen) < 30
    assert perf_counter() - began < 30
    (note,) = Note.objects.filter(kind="recall")
    assert note.text == (
        "“Confirm the deployment” in “Close a client project” turned out wrong: Staging. "
        "Please look at 10000 runs of yours and say what you found."
    )
    with CaptureQueriesContext(connection) as seen:
        assert settle_follow_ups(recall=made, found="Nothing wrong.", by=office.ana, at=FRIDAY) == 10_000
    assert len(seen) < 12


def test_a_run_that_did_not_do_the_step_or_was_on_another_version_is_left_alone(office: Office) -> None:
    later = publish(text=CLOSE.replace("Due: 1 hour", "Due: 2 hours"), by=None, at=FRIDAY).version_id
    done = ran(office, 1)
    ran(office, 1, kinds=("CaseStarted",))
    ran(office, 1, version=later)
    moved = ran(office, 1, version=later, kinds=("AnswerArrived", "CaseMigrated"))
    made = wrong(office)
    assert set(FollowUp.objects.filter(recall=made).values_list("case_id", flat=True)) == {*done, *moved}


def test_the_runs_of_somebody_who_left_wait_for_the_owner(office: Office) -> None:
    ran(office, 2)
    office.people["ana"].left_on = FRIDAY.date()
    office.people["ana"].save()
    wrong(office)
    (waits,) = [one for one in waiting_for(office.vera, at=FRIDAY) if one.kind == "recall"]
    assert waits.name == "Look at 2 runs: “Confirm the deployment” was wrong"


def test_others_settle_only_their_own(office: Office) -> None:
    ran(office, 1)
    made = wrong(office)
    (row,) = FollowUp.objects.all()
    with pytest.raises(NotAllowed, match="somebody else's"):
        settle_follow_ups(recall=made, found="Fine.", by=office.mira, only=[row.id], at=FRIDAY)
    assert settle_follow_ups(recall=made, found="Fine.", by=office.vera, only=[row.id], at=FRIDAY) == 1


def test_a_recall_that_touches_no_run_is_closed_at_once(office: Office) -> None:
    from doorstep.stewardship.models import Recall

    made = wrong(office)
    assert Recall.objects.get(id=made).closed_at == FRIDAY


# -- Bulletins in what is sent ---------------------------------------------------------------------------


def test_a_bulletin_is_in_the_letter_from_which_every_channel_asks(office: Office) -> None:
    from doorstep.cases.covering import Copy
    from doorstep.cases.deliver import opened_case
    from doorstep.cases.letter import About, Envelope, letter_of
    from doorstep.cases.models import Delivery

    case = office.start()
    text = "Ask **Jon** first,\nthis week."
    made = issue_bulletin(process=KEY, step="Sign off the contract", text=text, by=office.vera, at=FRIDAY)
    opened = opened_case(case)

    def said(name: str, days: int = 0) -> list[str]:
        ask = ask_of(case, name)
        now = FRIDAY + timedelta(days=days)
        delivery = Delivery(purpose="ask", case_id=case.id, about=str(ask.id))
        about = About(opened, delivery, ask, {}, Copy({}, {}), opened.step(ask.step), None, now)
        return [line for line in letter_of(about, Envelope(to="x@y.example")).paragraphs if line.startswith("For now")]

    assert said("Sign off the contract") == ["For now, until 20 March 17:00: Ask Jon first, this week."]
    assert (said("Confirm the deployment"), said("Sign off the contract", days=15)) == ([], [])
    assert made.ends_at == FRIDAY + timedelta(days=14)
