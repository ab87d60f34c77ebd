"""Records in other systems: looked at, asked on, moved, written."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.cases.post import Tracker, work

from doorstep.cases.clock import real_now
from doorstep.cases.deliver import opened_case
from doorstep.cases.models import Action, Ask, Case, Delivery, Journal, Watch
from doorstep.cases.observe import observe
from doorstep.cases.start_case import start_case
from doorstep.people.models import ExternalAccount
from doorstep.plugin_api import Observation, ReadFailed, WriteFailed, WriteUnknown

pytestmark = pytest.mark.database

HEAD = """\
# Ship a release

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| release | Jira issue | whoever starts |

"""
DEPLOY = """\
## Confirm the deployment

- Who: Delivery engineer
- Where: Jira, in {release}

- [ ] ! The rollback was tried this week

"""
OBSERVED = DEPLOY.replace("in {release}\n", 'in {release}\n- Done when: release.Status = "Done"\n')
SIGN = """\
## Sign off the release

- Who: Legal counsel
- Where: Jira, in {release}
- Approve: {release}
- If rejected: go on

"""
SET = """\
## Close the release

- Set: release.Phase = "Live", release.Note = "By Doorstep"

"""


def started(company: Company, *steps: str) -> UUID:
    version = company.publish(HEAD + "".join(steps))
    case_id = start_case(version_id=version, facts={"release": "DEP-412"}, by=company.ana).case_id
    work()
    return case_id


def ask_of(case_id: UUID) -> Ask:
    return Ask.objects.get(case_id=case_id)


def account(company: Company, short: str, external_id: str) -> None:
    ExternalAccount.objects.create(person=company.people[short], system="Jira", external_id=external_id)


def moved(tracker: Tracker, *, outcome: str, by: str, ticked: bool = True, status: str = "Done") -> None:
    tracker.put("DEP-412", outcome=outcome, by=by, Status=status)
    if ticked:
        read = tracker.records["DEP-412"]
        tracker.records["DEP-412"] = type(read)(
            read.key, read.title, read.link, read.fields, changed_by=by, outcome=outcome,
            ticked={"The rollback was tried this week": True},
        )  # fmt: skip
    observe(Observation("Jira", "DEP-412"))
    work()


def test_nobody_is_asked_for_what_is_done_already(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Done")
    case_id = started(company, OBSERVED)
    assert not Ask.objects.exists()
    assert Case.objects.get(id=case_id).status == "done"


def test_the_ask_stands_on_the_issue_and_the_issue_is_watched(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    account(company, "sam", "acc-sam")
    case_id = started(company, OBSERVED)
    (letter,) = tracker.sent
    assert (letter.record, letter.to, letter.checklist) == (
        "DEP-412", "acc-sam", (("The rollback was tried this week", True),),
    )  # fmt: skip
    assert set(Watch.objects.filter(case_id=case_id).values_list("record", flat=True)) == {"DEP-412"}
    assert Delivery.objects.get(ask_id=ask_of(case_id).id).external_id == "DEP-412#1"


def test_the_addressees_own_move_is_their_answer(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    account(company, "sam", "acc-sam")
    case_id = started(company, DEPLOY)
    moved(tracker, outcome="done", by="acc-sam")
    ask = ask_of(case_id)
    assert (ask.state, ask.outcome, ask.answered_by, ask.proof) == ("answered", "done", company.sam, "login")
    assert Case.objects.get(id=case_id).status == "done"
    assert [external for _, external in tracker.withdrawn] == ["DEP-412#1"]


def test_a_killer_item_left_unticked_is_asked_about(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    account(company, "sam", "acc-sam")
    case_id = started(company, DEPLOY)
    read = tracker.records["DEP-412"]
    tracker.records["DEP-412"] = type(read)(
        read.key, read.title, read.link, {"Status": "Done"}, changed_by="acc-sam", outcome="done",
        ticked={"The rollback was tried this week": False},
    )  # fmt: skip
    observe(Observation("Jira", "DEP-412"))
    work()
    assert ask_of(case_id).state == "open"
    assert "must be ticked" in tracker.sent[-1].paragraphs[0]


def test_somebody_elses_move_is_observed(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    case_id = started(company, DEPLOY)
    moved(tracker, outcome="done", by="acc-nobody")
    ask = ask_of(case_id)
    assert (ask.state, ask.answered_by, ask.answered_as) == ("answered", None, "acc-nobody")


def test_somebody_elses_move_approves_nothing(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    case_id = started(company, SIGN)
    moved(tracker, outcome="done", by="acc-nobody")
    assert ask_of(case_id).state == "open"
    assert Delivery.objects.filter(case_id=case_id, about__startswith="remark").count() == 1


def test_wont_do_is_a_rejection(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    account(company, "mira", "acc-mira")
    case_id = started(company, SIGN)
    moved(tracker, outcome="rejected", by="acc-mira")
    assert ask_of(case_id).outcome == "rejected"


def test_an_end_that_says_neither_is_asked_about_once(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    case_id = started(company, DEPLOY)
    for _ in range(2):
        moved(tracker, outcome="unclear", by="acc-sam", status="Duplicate")
    assert ask_of(case_id).state == "open"
    assert len([one for one in tracker.sent if one.purpose == "clarify"]) == 1


def test_hints_repeated_and_out_of_order_answer_once(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Open")
    account(company, "sam", "acc-sam")
    case_id = started(company, DEPLOY)
    for _ in range(3):
        moved(tracker, outcome="done", by="acc-sam")
    assert ask_of(case_id).outcome == "done"
    assert Journal.objects.filter(case_id=case_id, kind="AnswerArrived").count() == 1


def test_a_system_that_is_down_delays_the_ask_by_half_a_minute_at_most(company: Company, tracker: Tracker) -> None:
    tracker.fails = [ReadFailed("Jira did not answer.") for _ in range(4)]
    case_id = started(company, OBSERVED)
    assert not Ask.objects.exists()
    Action.objects.update(asked_at=real_now() - timedelta(seconds=31), not_before=real_now())
    work()
    assert ask_of(case_id).could_not_look == "Jira did not answer."


def test_fields_are_written_once_and_verified(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Phase="Built")
    case_id = started(company, SET)
    assert [(key, values) for key, values, _ in tracker.written] == [
        ("DEP-412", {"Phase": "Live", "Note": "By Doorstep"}),
    ]
    assert Case.objects.get(id=case_id).status == "done"
    assert Action.objects.get().state == "done"


def test_a_write_nobody_knows_the_end_of_is_read_back_with_the_same_key(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Phase="Built")
    tracker.fails = [ReadFailed("Away."), WriteUnknown("Jira timed out.")]
    case_id = started(company, SET)
    action = Action.objects.get()
    assert (action.state, action.error, Case.objects.get(id=case_id).status) == ("unknown", "Jira timed out.", "open")
    assert action.not_before - real_now() > timedelta(seconds=50)
    Action.objects.update(not_before=real_now())
    work()
    assert Case.objects.get(id=case_id).status == "done"
    assert tracker.written[0][2] == f"{action.key}/release"


def test_a_refused_write_makes_the_step_stuck_and_can_be_retried(company: Company, tracker: Tracker) -> None:
    from doorstep.cases.retry import retry

    tracker.put("DEP-412", Phase="Built")
    tracker.fails = [ReadFailed("Away."), WriteFailed("There is no field Phase.", permanent=True)]
    case_id = started(company, SET)
    case = Case.objects.get(id=case_id)
    assert (case.status, case.stuck) == ("open", 1)
    (step,) = Action.objects.values_list("step", flat=True)
    retry(case_id=case_id, step=step, by=company.ana, reason="The field is there now.")
    work()
    assert Case.objects.get(id=case_id).status == "done"


def test_an_issue_reopened_after_done_undoes_it_while_nothing_has_acted(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="Done")
    case_id = started(company, OBSERVED, SIGN)
    tracker.put("DEP-412", Status="Open")
    observe(Observation("Jira", "DEP-412"))
    work()
    names = Ask.objects.filter(case_id=case_id, state="open").values_list("name", flat=True)
    assert list(names) == ["Confirm the deployment"]


# -- What an approval of a record covers ---------------------------------------------------------------


BOTH = """\
## Both

- Order: all at once

""" + "".join(step.replace("## ", "### ") for step in (OBSERVED, SIGN))


def told_of_changes(case_id: UUID) -> int:
    return Delivery.objects.filter(case_id=case_id, purpose="change").count()


def look(tracker: Tracker, **fields: str) -> None:
    tracker.put("DEP-412", **fields)
    observe(Observation("Jira", "DEP-412"))
    work()


def test_an_approval_of_a_record_covers_the_fields_the_page_names(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="In test", Updated="16:00", Assignee="Sam")
    case_id = started(company, BOTH)
    covered = Ask.objects.get(case_id=case_id, name="Sign off the release").covered_hash
    look(tracker, Status="In test", Updated="16:05", Assignee="Nora")
    assert (told_of_changes(case_id), covered != "") == (0, True)
    assert Ask.objects.get(case_id=case_id, name="Sign off the release").covered_hash == covered
    look(tracker, Status="In review", Updated="16:06", Assignee="Nora")
    assert told_of_changes(case_id) == 1
    assert Ask.objects.get(case_id=case_id, name="Sign off the release").covered_hash != covered


def test_a_record_no_approval_covers_is_kept_whole(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Status="In test", Updated="16:00")
    case_id = started(company, OBSERVED)
    state = opened_case(Case.objects.get(id=case_id)).state
    assert state is not None
    release = state.facts["release"]
    assert isinstance(release, dict)
    assert (release["Status"], release["Updated"]) == ("In test", "16:00")
