from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cases.company import FRIDAY
from tests.web.office import Office, hidden, text_of

from doorstep.cases import store
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case
from doorstep.cases.refusals import NotPossible
from doorstep.connections.models import Connection
from doorstep.library.models import Process, Version
from doorstep.library.publish import faults_of
from doorstep.people.models import Person
from doorstep.reading.typed import EXAMPLE
from doorstep.stewardship.models import MailedLines
from doorstep.stewardship.start_mailed import call_off_mailed, start_mailed
from doorstep.stewardship.work_first import start_lines

pytestmark = pytest.mark.database


def lines_of(client: str, key: str) -> str:
    return f"Sam confirms the deployment of {key}\nMira approves the discount\nPriya gives the go-live date of {client}"


def send(browser: Client, html: str, **more: object) -> str:
    """Press Start on what was shown, and return where it leads or what it says."""
    sent = {"do": "start", "once": hidden(html, "once"), "seen": hidden(html, "seen"), "text": hidden(html, "seen")}
    reply = browser.post("/lines/", {**sent, **more})
    return str(reply.headers.get("Location") or text_of(reply.content))


def test_home_has_a_box_for_three_lines(office: Office) -> None:
    said = office.client("ana").get("/").content.decode()
    assert 'action="/lines/"' in said
    assert "Sam confirms the deployment of DEP-412" in said


def test_what_was_understood_is_shown_and_nobody_is_asked(office: Office) -> None:
    reply = office.client("ana").post("/lines/", {"text": EXAMPLE, "do": "show"})
    said = text_of(reply.content)
    assert reply.status_code == 200
    for sentence in (
        "Sam Ortiz confirms the deployment of DEP-412, by 18:00 today.",
        "Mira Holt approves contract.pdf, by 18:00 today.",
        "Priya Nair gives the go-live date, by 18:00 today.",
    ):
        assert sentence in said
    assert 'name="fact-contract"' in reply.content.decode()
    assert (Case.objects.count(), Process.objects.filter(key__startswith="unpublished").count()) == (0, 0)


def test_start_asks_three_people(office: Office) -> None:
    browser = office.client("ana")
    html = browser.post("/lines/", {"text": EXAMPLE, "do": "show"}).content.decode()
    file = SimpleUploadedFile("contract.pdf", b"%PDF-1.4", "application/pdf")
    where = send(browser, html, **{"fact-contract": file})
    case = Case.objects.get()
    assert where == f"/run/{case.id}/"
    asked = Ask.objects.filter(case_id=case.id, state="open").values_list("display", flat=True)
    assert sorted(asked) == ["Mira Holt", "Priya Nair", "Sam Ortiz"]
    assert "Approve contract.pdf" in text_of(browser.get(where).content)


def test_a_second_press_starts_nothing_more(office: Office) -> None:
    browser = office.client("ana")
    html = browser.post("/lines/", {"text": "Sam checks the site"}).content.decode()
    assert send(browser, html) == send(browser, html)
    assert Case.objects.count() == 1


def test_faults_stand_beside_their_lines(office: Office) -> None:
    reply = office.client("ana").post("/lines/", {"text": "Sam checks the site\nMiro approves contract.pdf"})
    assert reply.status_code == 422
    assert "Miro approves contract.pdf Nobody here is called &quot;Miro&quot;" not in text_of(reply.content)
    assert 'Miro approves contract.pdf Nobody here is called "Miro". Did you mean Mira Holt?' in text_of(reply.content)
    assert 'value="start"' not in reply.content.decode()


def test_lines_changed_after_they_were_shown_are_shown_again(office: Office) -> None:
    browser = office.client("ana")
    html = browser.post("/lines/", {"text": "Sam checks the site"}).content.decode()
    said = send(browser, html, text="Mira checks the site")
    assert "The lines have changed." in said
    assert "Mira Holt checks the site." in said
    assert Case.objects.count() == 0


def test_a_missing_file_is_asked_for_and_one_given_is_kept(office: Office) -> None:
    browser = office.client("ana")
    text = "Mira approves contract.pdf and price list.pdf"
    html = browser.post("/lines/", {"text": text}).content.decode()
    file = SimpleUploadedFile("contract.pdf", b"%PDF-1.4", "application/pdf")
    reply = browser.post("/lines/", {"do": "start", "seen": text, "text": text, "fact-contract": file})
    again = reply.content.decode()
    assert reply.status_code == 422
    assert "Fill it in" in text_of(again)
    assert 'name="kept-contract"' in again
    assert html.count('type="file"') == 2
    assert again.count('type="file"') == 1


def test_words_are_shown_as_words(office: Office) -> None:
    reply = office.client("ana").post("/lines/", {"text": "Sam checks <script>alert(1)</script> of site"})
    assert b"<script>alert" not in reply.content


def test_get_starts_nothing(office: Office) -> None:
    office.client("ana").get("/lines/", {"text": "Sam checks the site", "do": "start"})
    assert Case.objects.count() == 0


def test_strangers_sign_in_first(office: Office) -> None:
    assert Client().post("/lines/", {"text": EXAMPLE}).status_code == 302


def thrice(office: Office) -> list[Case]:
    found = []
    for week, (client, key) in enumerate((("Halden", "DEP-1"), ("Norr", "DEP-2"), ("Tern", "DEP-3"))):
        at = FRIDAY - timedelta(days=14 - 7 * week)
        case = start_lines(text=lines_of(client, key), by=office.ana, facts={"discount": "12 %"}, at=at).case_id
        for ask in Ask.objects.filter(case_id=case):
            outcome = "approved" if ask.verb == "approve" else "done"
            facts = {name: "2026-05-01" for name in (f"go-live date of {client}",) if ask.verb == "fill in"}
            assert ask.person is not None
            later = at + timedelta(minutes=30)
            answer_ask(ask_id=ask.id, outcome=outcome, by=ask.person, proof="login", facts=facts, at=later)
        found.append(Case.objects.get(id=case))
    return found


def test_the_third_time_the_page_is_offered_and_publishes(office: Office) -> None:
    cases = thrice(office)
    browser = office.client("ana")
    for path in ("/", f"/run/{cases[0].id}/"):
        assert "You have done this three times" in text_of(browser.get(path).content)
    offered = browser.get(f"/run/{cases[2].id}/page")
    text = offered.context["text"]
    assert [str(fault) for fault in faults_of(text)[1]] == []
    assert "- Who: Legal counsel" in text
    published = browser.post("/library/publish/", {"text": text, "do": "publish"})
    assert published.status_code == 302
    assert Version.objects.filter(state="effective", published_by=office.ana).count() == 1
    assert "You have done this" not in text_of(browser.get("/").content)


def test_the_offer_is_the_starters_alone(office: Office) -> None:
    cases = thrice(office)
    assert "You have done this" not in text_of(office.client("mira").get(f"/run/{cases[2].id}/").content)
    assert office.client("mira").get(f"/run/{cases[2].id}/page").status_code == 404


def test_a_draft_is_read_by_its_author_alone(office: Office) -> None:
    case = Case.objects.get(id=start_lines(text="Sam checks the site", by=office.ana, at=FRIDAY).case_id)
    key = Process.objects.get(id=case.process_id).key
    assert office.client("ana").get(f"/library/{key}/1/").status_code == 200
    assert office.client("mira").get(f"/library/{key}/1/").status_code == 404
    assert "Site" not in text_of(office.client("mira").get("/library/").content)


def test_where_somebody_is_asked_is_said_by_its_name(office: Office) -> None:
    Connection.objects.create(name="CRM", kind="salesforce", config={})
    Connection.objects.create(name="mail", kind="email", config={})
    Person.objects.filter(id=office.mira).update(channel="e-mail")
    Person.objects.filter(id=office.sam).update(channel="salesforce")
    text = "Mira approves the budget\nSam checks the site\nPriya reads the report"
    said = text_of(office.client("ana").post("/lines/", {"text": text}).content)
    assert [line in said for line in ("Asked by e-mail.", "Asked in Salesforce.", "Asked in e-mail")] == [
        True,
        True,
        False,
    ]


def test_an_issue_a_line_names_is_not_typed_again(office: Office) -> None:
    Connection.objects.create(name="Jira", kind="jira", config={"site": "https://northwind.atlassian.net"})
    browser = office.client("ana")
    html = browser.post("/lines/", {"text": "Sam confirms the deployment of DEP-412"}).content.decode()
    assert "Asked in Jira, on the issue itself." in text_of(html)
    assert "fact-issue" not in html
    send(browser, html)
    assert Ask.objects.get().display == "Sam Ortiz"


def test_a_run_of_lines_does_not_lead_others_to_a_page_they_may_not_read(office: Office) -> None:
    case = Case.objects.get(id=start_lines(text="Sam checks the site", by=office.ana, at=FRIDAY).case_id)
    key = Process.objects.get(id=case.process_id).key
    assert "not a published page" in text_of(office.client("ana").get(f"/run/{case.id}/").content)
    others = office.client("sam").get(f"/run/{case.id}/")
    assert others.status_code == 200
    assert key not in others.content.decode()


# -- Lines that came by mail -----------------------------------------------------------------------------


def mailed(office: Office, text: str = "Mira approves contract.pdf") -> MailedLines:
    """Let Ana mail lines to chase@, with a file."""
    kept = store.keep("contract.pdf", b"%PDF-1.4", "application/pdf")
    return MailedLines.objects.create(
        person=office.people["ana"], address="ana@northwind.example", message_id="<a@b>", subject="Re: Halden launch",
        text=text, files=[asdict(kept)], state="shown", at=FRIDAY, changed_at=FRIDAY, lapses_at=FRIDAY + timedelta(7),
        next_at=FRIDAY + timedelta(7),
    )  # fmt: skip


def test_lines_that_were_mailed_stand_on_home_and_start_there_with_their_file(office: Office) -> None:
    made = mailed(office)
    browser = office.client("ana")
    home = browser.get("/").content.decode()
    assert "Start “Re: Halden launch”?" in text_of(home)
    assert f'href="/lines/?mailed={made.id}"' in home
    html = browser.get(f"/lines/?mailed={made.id}").content.decode()
    assert "Mira Holt approves contract.pdf." in text_of(html)
    assert "contract.pdf came with your mail." in text_of(html)
    assert 'type="file"' not in html
    where = send(browser, html, mailed=str(made.id), title="Halden launch")
    case = Case.objects.get()
    assert (where, case.title, MailedLines.objects.get().case) == (f"/run/{case.id}/", "Halden launch", case.id)
    assert send(browser, html, mailed=str(made.id)) == where
    assert Case.objects.count() == 1
    assert "Halden launch”?" not in text_of(browser.get("/").content)
    assert browser.get(f"/lines/?mailed={made.id}").headers["Location"] == where


def test_lines_that_were_mailed_are_let_be(office: Office) -> None:
    made = mailed(office)
    browser = office.client("ana")
    assert browser.post("/lines/", {"mailed": str(made.id), "do": "call off"}).headers["Location"] == "/"
    assert (MailedLines.objects.get().state, Case.objects.count()) == ("declined", 0)
    assert "Halden launch" not in text_of(browser.get("/").content)


def test_lines_that_are_not_clear_are_mended_on_the_screen(office: Office) -> None:
    made = mailed(office, "Miro approves the discount")
    browser = office.client("ana")
    reply = browser.get(f"/lines/?mailed={made.id}")
    assert (reply.status_code, "Did you mean Mira Holt?" in text_of(reply.content)) == (200, True)
    html = browser.post("/lines/", {"mailed": str(made.id), "text": "Mira approves the discount"}).content.decode()
    send(browser, html, mailed=str(made.id))
    assert MailedLines.objects.get().state == "started"


@pytest.mark.parametrize("key", ["other", "nonsense"])
def test_lines_of_somebody_else_are_not_there(office: Office, key: str) -> None:
    made = mailed(office)
    path = f"/lines/?mailed={made.id if key == 'other' else key}"
    assert office.client("mira").get(path).status_code == 404
    assert office.client("mira").post("/lines/", {"mailed": str(made.id), "do": "call off"}).status_code == 404
    assert MailedLines.objects.get().state == "shown"


def test_what_was_started_is_not_called_off(office: Office) -> None:
    made = mailed(office, "Sam checks the site")
    start_mailed(mailed=made.id, by=office.ana, text=made.text, facts={}, title="", at=FRIDAY)
    with pytest.raises(NotPossible, match="started already"):
        call_off_mailed(mailed=made.id, by=office.ana)
    where = office.client("ana").post("/lines/", {"mailed": str(made.id), "do": "call off"})
    assert where.headers["Location"] == f"/run/{Case.objects.get().id}/"
