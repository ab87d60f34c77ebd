"""Starting, publishing, inviting, connecting, and the webhook's door."""

from __future__ import annotations

import hashlib
import hmac
import json
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.office import CLOSE, MIRA_CSV, Office, text_of

from doorstep.cases.models import Case
from doorstep.connections.add import add
from doorstep.connections.models import Connection, Route
from doorstep.library.models import Process
from doorstep.people.invite import invite
from doorstep.people.models import Person

pytestmark = pytest.mark.database

# -- Starting --------------------------------------------------------------------------------------------

START = "/start/close-a-client-project"
FACTS = {"fact-client": "Halden Foods", "fact-project": "Web shop", "fact-value": "84000"}


def test_a_run_is_started_once_however_often_it_is_pressed(office: Office) -> None:
    ana = office.client("ana")
    form = ana.get(START)
    posted = {**FACTS, "once": form.context["once"], "needed_by": "2026-03-06T18:00"}
    upload = SimpleUploadedFile("Contract.pdf", b"%PDF-1.4", content_type="application/pdf")
    first = ana.post(START, {**posted, "fact-contract": upload})
    second = ana.post(START, posted)
    case = Case.objects.get()
    assert [first.headers["Location"], second.headers["Location"]] == [f"/run/{case.id}/"] * 2
    assert (case.title, case.starter, str(case.needed_by)) == (
        "Halden Foods: Web shop",
        office.ana,
        "2026-03-06 23:00:00+00:00",
    )


def test_the_form_is_prefilled_from_its_address_and_says_who_is_asked(office: Office) -> None:
    html = office.client("ana").get(f"{START}?client=Norrland Rail").content.decode()
    assert 'value="Norrland Rail"' in html
    assert 'value="2026-03-06T18:00"' in html
    assert "We ask Delivery engineer, Legal counsel, you and VP Customer Success" in text_of(html)


def test_what_does_not_fit_is_said_beside_its_field_and_the_rest_stays(office: Office) -> None:
    answer = office.client("ana").post(START, {**FACTS, "fact-value": "a lot"})
    html = answer.content.decode()
    assert (answer.status_code, Case.objects.count()) == (422, 0)
    assert 'id="p-3">Expected' in html
    assert 'value="Halden Foods"' in html


def test_a_page_that_is_not_there_cannot_be_started(office: Office) -> None:
    assert office.client("ana").get("/start/nothing").status_code == 404


# -- Publishing ------------------------------------------------------------------------------------------

PAGE = "# Order a badge\n\n- Owner: ana@northwind.example\n\n## Hand it over\n\n- Who: bob@northwind.example\n"


def test_a_page_shows_what_it_means_before_it_is_published(office: Office) -> None:
    ana = office.client("ana")
    shown = text_of(ana.post("/library/publish/", {"text": PAGE, "do": "check"}).content)
    assert "bob@northwind.example confirms handing it over" in shown or "Hand it over" in shown
    assert Process.objects.filter(title="Order a badge").count() == 0
    done = ana.post("/library/publish/", {"text": PAGE, "do": "publish"}, follow=True)
    assert "Version 1 is published." in text_of(done.content)
    again = ana.post("/library/publish/", {"text": PAGE, "do": "publish"}, follow=True)
    assert "It says the same as before: nothing to publish." in text_of(again.content)


def test_faults_are_shown_with_their_place_and_nothing_is_published(office: Office) -> None:
    broken = PAGE.replace("- Who: bob@northwind.example", "- Whom: bob@northwind.example\n- Due: soonish")
    answer = office.client("ana").post("/library/publish/", {"text": broken, "do": "publish"})
    said = text_of(answer.content)
    assert "to mend" in said
    assert "7:" in said
    assert Process.objects.filter(title="Order a badge").count() == 0


def test_a_page_can_be_uploaded(office: Office) -> None:
    upload = SimpleUploadedFile("badge.md", PAGE.replace("\n", "\r\n").encode(), content_type="text/markdown")
    office.client("ana").post("/library/publish/", {"file": upload, "do": "publish"})
    assert Process.objects.filter(title="Order a badge").count() == 1


def test_what_is_no_page_is_a_fault_not_a_crash(office: Office) -> None:
    for posted in ({"text": ""}, {"text": "#" * 50_000}, {}):
        answer = office.client("ana").post("/library/publish/", {**posted, "do": "publish"})
        assert answer.status_code in (200, 403)
    upload = SimpleUploadedFile("x.md", bytes(range(256)) * 40, content_type="text/markdown")
    binary = office.client("ana").post("/library/publish/", {"file": upload, "do": "publish"})
    assert binary.headers["Location"] == "/library/keep/?binary=1"  # where a file that is no text can be kept
    assert Process.objects.count() == 1


def test_the_page_of_others_is_not_for_everybody_to_change(office: Office) -> None:
    answer = office.client("bob").post("/library/publish/", {"text": CLOSE + "\n\nMore.\n", "do": "publish"})
    assert (answer.status_code, "Not published" in text_of(answer.content)) == (403, True)


def test_warnings_stay_visible_on_the_page(office: Office) -> None:
    warned = f"{PAGE}\npassword: hunter2-and-more\n"
    done = office.client("vera").post("/library/publish/", {"text": warned, "do": "publish"}, follow=True)
    assert "Worth mending" in text_of(done.content)
    assert "looks like a secret" in text_of(done.content)
    assert "Worth mending" not in text_of(office.client("bob").get("/library/order-a-badge/").content)


# -- People ----------------------------------------------------------------------------------------------


def test_a_list_is_tried_before_it_is_imported(office: Office) -> None:
    vera = office.client("vera")
    more = f"{MIRA_CSV}Zoe Zamora,zoe@northwind.example,Account manager\n"
    vera.post("/people/", {"csv": SimpleUploadedFile("p.csv", more.encode()), "do": "try"})
    assert not Person.objects.filter(email="zoe@northwind.example").exists()
    vera.post("/people/", {"csv": SimpleUploadedFile("p.csv", more.encode()), "do": "import"})
    assert Person.objects.filter(email="zoe@northwind.example").exists()


def test_a_list_with_faults_says_them_by_line(office: Office) -> None:
    wrong = SimpleUploadedFile("p.csv", b"name,email\nNobody,no address\n")
    said = text_of(office.client("vera").post("/people/", {"csv": wrong, "do": "import"}).content)
    assert "2" in said
    assert "no address" in said


def test_an_invitation_is_a_link_that_works_once(office: Office) -> None:
    said = text_of(
        office.client("vera").post("/people/invite", {"email": "zoe@northwind.example"}, follow=True).content
    )
    link = "/invitation/" + said.split("/invitation/")[1].split()[0]
    visitor = Client()
    assert "Choose a password for zoe@northwind.example." in text_of(visitor.get(link).content)
    assert visitor.post(link, {"password": "short"}).status_code == 422
    known = {"password": "a walk in the park", "name": " Zoe  Zamora "}
    assert visitor.post(link, known).headers["Location"] == "/"
    assert ", Zoe Nothing waits for you." in text_of(visitor.get("/").content)
    assert Person.objects.get(email="zoe@northwind.example").name == "Zoe Zamora"
    assert Client().get(link).status_code == 410


def test_whose_name_is_known_is_not_asked_for_it(office: Office) -> None:
    link = urlsplit(invite(email="mira@northwind.example", by=office.vera).link).path
    assert "Your name" not in text_of(Client().get(link).content)
    Client().post(link, {"password": "a walk in the park", "name": "Somebody else"})
    assert Person.objects.get(email="mira@northwind.example").name == "Mira Holt"


def test_only_administrators_invite(office: Office) -> None:
    assert office.client("bob").post("/people/invite", {"email": "zoe@northwind.example"}).status_code == 403


def test_sign_in_and_out_by_password(office: Office) -> None:
    account = office.people["ana"].account
    assert account is not None
    account.set_password("a walk in the park")
    account.save()
    client = Client()
    wrong = client.post("/account/login/", {"login": account.email, "password": "no"})
    assert (wrong.status_code, "_auth_user_id" in client.session) == (200, False)
    client.post("/account/login/", {"login": account.email, "password": "a walk in the park"})
    assert "_auth_user_id" in client.session
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up_and_a_forgotten_password_is_an_invitation(office: Office) -> None:
    assert "password1" not in Client().get("/account/signup/").content.decode()
    assert "Ask an administrator to invite you again" in Client().get("/account/password/reset/").content.decode()


# -- Connections -----------------------------------------------------------------------------------------

SITE = "https://northwind.atlassian.net"


def test_a_connection_is_added_and_its_secrets_are_never_shown(office: Office) -> None:
    vera = office.client("vera")
    posted = {"kind": "jira", "name": "Jira", "ask-site": SITE, "ask-token": "very secret", "do": "save"}
    said = vera.post("/connections/new/", posted, follow=True).content.decode()
    assert "Jira is saved." in said
    assert "very secret" not in said
    assert "set; leave empty to keep it" in said
    assert Connection.objects.get(name="Jira").config["site"] == SITE


def test_what_is_wrong_with_a_connection_is_said_and_what_was_typed_stays(office: Office) -> None:
    posted = {"kind": "jira", "name": "Jira", "ask-site": "", "ask-email": "robot@northwind.example"}
    answer = office.client("vera").post("/connections/new/", posted)
    assert (answer.status_code, Connection.objects.count()) == (422, 0)
    assert 'value="robot@northwind.example"' in answer.content.decode()
    assert 'name="name" value="Jira"' in answer.content.decode()


def test_a_connection_is_paused_and_resumed_and_gets_routes(office: Office) -> None:
    row = jira(office)
    vera = office.client("vera")
    vera.post("/connections/Jira/", {"do": "pause"})
    row.refresh_from_db()
    assert (row.state, row.why) == ("paused", "Vera Lind paused it.")
    vera.post("/connections/Jira/", {"do": "resume"})
    row.refresh_from_db()
    assert row.state == "active"
    vera.post("/connections/Jira/", {"do": "route", "role": "Delivery engineer", "where": "project = DEP"})
    assert [route.target for route in Route.objects.all()] == [{"project": "DEP"}]
    assert vera.post("/connections/Jira/", {"do": "route", "where": "DEP"}).status_code == 422


def test_the_webhooks_address_is_shown_where_one_is_listened_to(office: Office) -> None:
    jira(office)
    Connection.objects.create(name="Salesforce", kind="salesforce")
    vera = office.client("vera")
    shown = {name: "/hooks/" in vera.get(f"/connections/{name}/").content.decode() for name in ("Jira", "Salesforce")}
    assert shown == {"Jira": True, "Salesforce": False}


# -- The webhook -----------------------------------------------------------------------------------------

SECRET = "a shared secret"
HOOK = "/hooks/Jira"
EVENT = {"webhookEvent": "jira:issue_updated", "timestamp": 1, "issue": {"id": "1", "key": "DEP-412"}}


def jira(office: Office) -> Connection:
    secrets = {"token": "t", "webhook_secret": SECRET}
    config = {"site": SITE, "email": "robot@northwind.example"}
    add(name="Jira", kind="jira", by=office.vera, config=config, secrets=secrets)
    return Connection.objects.get(name="Jira")


def call(body: bytes, *, secret: str = SECRET, path: str = HOOK) -> int:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    headers = {"X-Hub-Signature": signature}
    return client.post(path, body, content_type="application/json", headers=headers).status_code


def test_a_signed_event_is_taken_also_twice(office: Office) -> None:
    jira(office)
    body = json.dumps(EVENT).encode()
    assert [call(body), call(body)] == [204, 204]


def test_a_badly_signed_event_is_not_believed(office: Office) -> None:
    jira(office)
    body = json.dumps(EVENT).encode()
    assert call(body, secret="another") == 401
    assert Client().post(HOOK, body, content_type="application/json").status_code == 401


def test_signed_garbage_is_refused_with_a_sentence(office: Office) -> None:
    jira(office)
    assert [call(body) for body in (b"", b"<html>", b"[1]", b"\xff")] == [400] * 4


def test_an_event_about_nothing_we_know_is_thanked_for(office: Office) -> None:
    jira(office)
    assert call(json.dumps({"webhookEvent": "user_created"}).encode()) == 204


def test_a_door_that_does_not_exist_is_not_found(office: Office) -> None:
    Connection.objects.create(name="mail", kind="email")
    assert [call(b"{}", path="/hooks/none"), call(b"{}", path="/hooks/mail")] == [404, 404]


def test_too_much_is_refused_before_it_is_read(office: Office) -> None:
    jira(office)
    assert call(b"x" * (2 * 1024 * 1024 + 1)) == 413
