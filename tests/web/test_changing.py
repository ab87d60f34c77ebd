"""What may be done to a run from its page: each button calls its verb, each refusal is a sentence."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from tests.cases.company import FRIDAY
from tests.web.office import Office, ask_of, text_of

from doorstep.cases.advance import Handoff
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.deliver import opened_case
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Ask, Case, Delivery, Home
from doorstep.cases.promise import promise
from doorstep.cases.queries import history
from doorstep.people.models import Assistant
from doorstep.web.history import history_of

pytestmark = pytest.mark.database

SIGN = "Sign off the contract"


@pytest.fixture
def case(office: Office) -> Case:
    return office.start()


def press(office: Office, by: str, path: str, **posted: object) -> tuple[int, str]:
    """Press a button and return the status and what the next page says."""
    answer = office.client(by).post(path, posted, follow=True)
    return answer.status_code, text_of(answer.content)


def change(office: Office, case: Case, by: str = "ana", **posted: object) -> tuple[int, str]:
    status, said = press(office, by, f"/run/{case.id}/change", **posted)
    case.refresh_from_db()
    return status, said


def last(case: Case) -> tuple[str, str]:
    entry = history(case.id)[-1]
    return entry.kind, entry.by


# -- The whole run ---------------------------------------------------------------------------------------


def test_it_rests_and_goes_on(office: Office, case: Case) -> None:
    assert "It rests; nobody is chased." in change(office, case, do="suspend", reason="The client is away.")[1]
    assert case.status == "suspended"
    assert "It goes on." in change(office, case, do="resume")[1]
    assert case.status == "open"


def test_it_is_called_off(office: Office, case: Case) -> None:
    assert "It is called off" in change(office, case, do="cancel", reason="The client left.")[1]
    assert (case.status, last(case)) == ("cancelled", ("CaseCancelled", "Ana Marsh"))
    status, said = change(office, case, do="cancel", reason="Again.")
    assert (status, "That did not happen" in said) == (409, True)


def test_when_it_is_needed_moves(office: Office, case: Case) -> None:
    assert "planned anew" in change(office, case, do="needed_by", needed_by="2026-03-09T18:00")[1]
    assert case.needed_by == FRIDAY + timedelta(hours=73)  # in summer time


@pytest.mark.parametrize("text", ["", "soon", "2026-13-40"])
def test_a_time_that_is_none_is_refused(office: Office, case: Case, text: str) -> None:
    status, said = change(office, case, do="needed_by", needed_by=text)
    assert (status, "Expected a date and a time" in said) == (409, True)


def test_a_step_is_added(office: Office, case: Case) -> None:
    posted = {"do": "add", "name": "Warn the hotline", "who": "bob@northwind.example", "after": SIGN, "verb": "Confirm"}
    assert "“Warn the hotline” is added." in change(office, case, **posted)[1]
    assert "Warn the hotline" in text_of(office.client("ana").get(f"/run/{case.id}/").content)


def test_somebody_is_reminded_by_hand(office: Office, case: Case) -> None:
    ask = ask_of(case, SIGN)
    assert "A reminder is on its way." in change(office, case, do=f"remind:{ask.id}")[1]
    assert last(case) == ("Reminded", "Ana Marsh")


@pytest.mark.parametrize("do", ["remind:nobody", "abracadabra", ""])
def test_what_the_page_does_not_offer_is_refused(office: Office, case: Case, do: str) -> None:
    status, said = change(office, case, do=do)
    assert (status, "Go back and press" in said) == (409, True)


def test_only_those_who_may_change_it(office: Office, case: Case) -> None:
    status, said = change(office, case, "mira", do="cancel", reason="No.")
    assert (status, case.status) == (409, "open")
    assert "Only Ana Marsh, who started this, or the owner of the process may" in said
    assert "Change this run" not in text_of(office.client("mira").get(f"/run/{case.id}/").content)


# -- One step --------------------------------------------------------------------------------------------


def step_of(case: Case, name: str) -> str:
    return ask_of(case, name).step


def test_the_owner_skips_a_step_and_says_why(office: Office, case: Case) -> None:
    step = step_of(case, "Confirm the deployment")
    assert "It is skipped" in change(office, case, "vera", do="skip", step=step, reason="Nothing is deployed.")[1]
    assert ask_of(case, "Confirm the deployment").state == "withdrawn"
    assert "skipped by Vera Lind" in text_of(office.client("vera").get(f"/run/{case.id}/").content)


def test_the_expert_does_not_override_an_approval(office: Office, case: Case) -> None:
    status, said = change(office, case, "eve", do="override", step=step_of(case, SIGN), reason="Trust me.")
    assert (status, "is an approval: only the owner of the process may" in said) == (409, True)


def test_a_settled_step_is_asked_again(office: Office, case: Case) -> None:
    ask = ask_of(case, "Confirm the deployment")
    answer_ask(ask_id=ask.id, outcome="done", by=office.sam, proof="login", at=FRIDAY)
    assert "It is asked again." in change(office, case, "vera", do="reopen", step=ask.step, reason="It failed.")[1]
    assert ask_of(case, "Confirm the deployment").round == 2


# -- Rescues ---------------------------------------------------------------------------------------------


def rescue(office: Office, case: Case, by: str = "ana", **posted: object) -> tuple[int, str]:
    status, said = press(office, by, f"/run/{case.id}/rescue", **posted)
    case.refresh_from_db()
    return status, said


def test_whoever_stands_in_is_asked_beside(office: Office, case: Case) -> None:
    ask = ask_of(case, SIGN)
    assert "Jon Park is asked beside; the first answer counts." in rescue(office, case, kind="ask", step=SIGN)[1]
    assert ask_of(case, SIGN).state == "open"
    assert Home.objects.filter(ask_id=ask.id, addressee=f"p:{office.jon}").exists()
    assert Delivery.objects.filter(about=str(ask.id), person=office.jon).count() == 1
    assert "Sign off the contract" in text_of(office.client("jon").get("/").content)
    status, said = rescue(office, case, kind="ask", step=SIGN)
    assert (status, "Jon Park is asked already" in said) == (409, True)


def test_nobody_is_asked_where_nobody_stands_in(office: Office, case: Case) -> None:
    Assistant.objects.all().delete()
    status, said = rescue(office, case, kind="ask", step=SIGN)
    assert (status, "Nobody stands in there" in said) == (409, True)


def test_only_whoever_started_it_owns_it_or_knows_it_asks_beside(office: Office, case: Case) -> None:
    status, said = rescue(office, case, "sam", kind="ask", step=SIGN)
    assert (status, "Only whoever started this" in said) == (409, True)


def test_it_moves_to_the_next_working_day_and_the_button_promises_no_more(office: Office, case: Case) -> None:
    page = office.client("ana").get(f"/run/{case.id}/").content.decode()
    assert "Move it to Monday</button>" in page

    assert "It is moved" in rescue(office, case, kind="move", until="2026-03-09T18:00:00-04:00")[1]
    assert case.needed_by == FRIDAY + timedelta(hours=73)


def test_a_promise_that_is_too_late_can_be_accepted(office: Office, case: Case) -> None:
    until = FRIDAY + timedelta(days=4)
    promise(ask_id=ask_of(case, SIGN).id, until=until, by=office.mira, words="Tuesday", at=FRIDAY)
    assert "promised" in text_of(office.client("ana").get(f"/run/{case.id}/").content)
    assert "The promise is accepted" in rescue(office, case, kind="accept", step=SIGN)[1]
    assert case.needed_by is not None
    assert case.needed_by >= until
    status, said = rescue(office, case, kind="accept", step=SIGN)
    assert (status, "there is none any more" in said) == (409, True)


@pytest.mark.parametrize("posted", [{"kind": "louder"}, {"kind": "move", "until": "soon"}, {}])
def test_a_rescue_the_page_does_not_offer_is_refused(office: Office, case: Case, posted: dict[str, str]) -> None:
    status, said = rescue(office, case, **posted)
    assert (status, "That did not happen" in said) == (409, True)


def test_an_answer_to_no_question_is_refused(office: Office, case: Case) -> None:
    path = f"/run/{case.id}/answer-question"
    for posted in ({"ask": "x", "text": "Yes."}, {"ask": str(ask_of(case, SIGN).id), "text": "Yes."}):
        status, said = press(office, "ana", path, **posted)
        assert (status, "That did not happen" in said) == (409, True)


# -- The live part ----------------------------------------------------------------------------------------


def test_the_live_part_is_sent_when_something_changed_and_not_otherwise(office: Office, case: Case) -> None:
    ana = office.client("ana")
    page = ana.get(f"/run/{case.id}/")
    stamp = {"stamp": page.context["stamp"]}
    assert ana.get(f"/run/{case.id}/live", stamp).status_code == 204
    answer_ask(ask_id=ask_of(case, SIGN).id, outcome="approved", by=office.mira, proof="login", at=FRIDAY)
    fresh = ana.get(f"/run/{case.id}/live", stamp)
    assert (fresh.status_code, "Mira Holt, 16:00, signed in" in text_of(fresh.content)) == (200, True)


def test_a_run_that_is_over_asks_for_no_news(office: Office, case: Case) -> None:
    assert "hx-get" in office.client("ana").get(f"/run/{case.id}/").content.decode()
    change(office, case, do="cancel", reason="The client left.")
    assert "hx-get" not in office.client("ana").get(f"/run/{case.id}/").content.decode()


def test_what_all_lines_hold_up_is_said_once(office: Office, case: Case) -> None:
    said = text_of(office.client("ana").get(f"/run/{case.id}/").content)
    assert said.count("olds up") == 1
    assert "All of it holds up Tell the client ." in said


def test_the_history_says_what_happened_in_sentences(office: Office, case: Case) -> None:
    ask = ask_of(case, SIGN)
    rescue(office, case, kind="ask", step=SIGN)
    answer_ask(ask_id=ask.id, outcome="rejected", by=office.jon, proof="login", comment="Cap too high.", at=FRIDAY)
    change(office, case, do="needed_by", needed_by="2026-03-09T18:00")
    said = text_of(office.client("ana").get(f"/run/{case.id}/").content)
    for sentence in (
        "Ana Marsh started it. Client Halden Foods, project Web shop relaunch, value EUR 84,000.00, contract Contract v3.pdf.",
        "“Sign off the contract” waited: we asked Jon Park beside.",
        "Jon Park answered “Sign off the contract”: rejected, signed in. Cap too high.",
        "Ana Marsh moved when it is needed.",
    ):
        assert sentence in said
    assert Ask.objects.filter(case_id=case.id, state="open").count() == 3


def test_a_rejection_stands_at_its_step_until_it_is_settled(office: Office, case: Case) -> None:
    ask = ask_of(case, SIGN)
    answer_ask(ask_id=ask.id, outcome="rejected", by=office.mira, proof="mail", comment="Cap too high.", at=FRIDAY)
    ana = office.client("ana")
    said = "Rejected by Mira Holt, 16:00, by mail: “Cap too high.”"
    assert f"{said} Asked again once it is mended." in text_of(ana.get(f"/run/{case.id}/").content)
    amended = {"contract": {"name": "Contract v4.pdf"}}
    amend = ask_of(case, "Amend the contract")
    answer_ask(ask_id=amend.id, outcome="done", by=office.ana, proof="login", facts=amended, at=FRIDAY)
    assert f"{said} It was mended and is asked again." in text_of(ana.get(f"/run/{case.id}/").content)
    answer_ask(ask_id=ask_of(case, SIGN).id, outcome="approved", by=office.mira, proof="mail", at=FRIDAY)
    assert said not in text_of(ana.get(f"/run/{case.id}/").content)


def test_an_answer_given_in_a_system_says_where(office: Office, case: Case) -> None:
    ask = ask_of(case, "Confirm the deployment")
    answer_ask(ask_id=ask.id, outcome="done", by=office.sam, proof="login", channel="Jira", at=FRIDAY)
    said = text_of(office.client("ana").get(f"/run/{case.id}/").content)
    assert "Sam Ortiz, 16:00, in Jira" in said
    assert "Sam Ortiz answered “Confirm the deployment”: done, in Jira." in said


def test_the_history_says_to_whom_what_went_by_name(office: Office, case: Case) -> None:
    ask = ask_of(case, SIGN)
    delivery = Delivery.objects.filter(ask_id=ask.id, purpose="ask").get()
    place = {"delivery": str(delivery.id), "channel": "jira", "to": "557058:6f2b"}
    purposes = ("ask", "reminder", "change", "withdrawn", "receipt", "tell")
    assert {purpose: sentence_of({**place, "purpose": purpose}, case) for purpose in purposes} == {
        "ask": "“Sign off the contract” was asked of Mira Holt in Jira.",
        "reminder": "A reminder of “Sign off the contract” went to Mira Holt in Jira.",
        "change": "Mira Holt heard in Jira what changed in “Sign off the contract”.",
        "withdrawn": "Mira Holt heard in Jira that “Sign off the contract” is settled.",
        "receipt": "A receipt for “Sign off the contract” went to Mira Holt in Jira.",
        "tell": "A letter went to Mira Holt in Jira.",
    }
    outside = {"delivery": "", "purpose": "tell", "channel": "e-mail", "to": "lena@halden.example"}
    assert sentence_of(outside, case) == "A letter went to lena@halden.example by e-mail."


def test_looks_that_say_the_same_are_one_entry(office: Office, case: Case) -> None:
    for kind in ("RecordObserved", "RecordObserved", "Reminded", "RecordObserved"):
        noted(case, kind, {"about": "it"})
    told = history_of(case.id, opened_case(case).page, zone=ZoneInfo("UTC"))
    assert [one.text for one in told[:3]] == [
        "We looked at the record for “”.",
        "Doorstep had a reminder sent.",
        "We looked at the record for “”. (2 times)",
    ]


def sentence_of(content: dict[str, str], case: Case) -> str:
    """Return what the history says of a delivery."""
    noted(case, "HandedOver", content)
    return history_of(case.id, opened_case(case).page, zone=ZoneInfo("UTC"))[0].text


def noted(case: Case, kind: str, content: dict[str, str]) -> None:
    """Write an entry into a run's journal."""
    with transaction.atomic():
        handoff = Handoff(load_case(case.id), at=FRIDAY, real=FRIDAY)
        handoff.note(kind, content, by=None)
        handoff.write()


def test_people_on_record_are_called_by_name(office: Office) -> None:
    text = "# Order a badge\n\n- Owner: vera@northwind.example\n\n## Hand it over\n\n- Who: {who}\n"
    office.published(text.format(who="bob@northwind.example"))
    said = text_of(office.client("ana").get("/library/order-a-badge/").content)
    assert "Hand it over Bob Stone" in said
