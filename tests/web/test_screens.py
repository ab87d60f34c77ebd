"""Every screen: who may see it, that looking changes nothing, and that a browser runs nothing but our files."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from tests.cases.company import FRIDAY
from tests.web.office import POLICY, Office, ask_of, link_to, text_of

from doorstep.cases.models import Ask, Case
from doorstep.cases.start_case import start_case
from doorstep.connections.models import Connection
from doorstep.library.models import Process
from doorstep.people.invite import invite
from doorstep.people.models import Account
from doorstep.web.middleware import POLICY as CSP

pytestmark = pytest.mark.database

SIGNED_IN = (
    "/", "/running/", "/stuck/", "/library/", "/library/?q=client", "/library/publish/",
    "/library/close-a-client-project/", "/library/close-a-client-project/1/", "/library/close-a-client-project/1/text",
    "/library/travel-policy/", "/start/close-a-client-project", "/account/password/change/", "/account/2fa/",
)  # fmt: skip
ADMINISTRATORS = ("/people/", "/people/?q=mira", "/connections/", "/connections/mail/", "/connections/new/?kind=jira")
POSTS = ("/run/{}/change", "/run/{}/rescue", "/run/{}/answer-question")


@pytest.fixture
def case(office: Office) -> Case:
    office.published(POLICY)
    Connection.objects.create(name="mail", kind="email", config={"address": "doorstep@northwind.example"})
    return office.start()


def runs_of(case: Case) -> tuple[str, ...]:
    sha256 = str(re.findall(r"/file/([0-9a-f]{64})", Client().get(link_to(ask_of(case, SIGN))).content.decode())[0])
    return (f"/run/{case.id}/", f"/run/{case.id}/live", f"/run/{case.id}/file/{sha256}")


SIGN = "Sign off the contract"


def statuses(client: Client, urls: tuple[str, ...]) -> dict[str, int]:
    return {url: client.get(url).status_code for url in urls}


def everything() -> dict[str, list[dict[str, object]]]:
    """Return every row of ours; sessions are the browser's."""
    models = [
        one
        for label in ("people", "connections", "library", "cases")
        for one in apps.get_app_config(label).get_models()
    ]
    return {one.__name__: list(one._default_manager.order_by("pk").values()) for one in models if one is not Account}


# -- Who may see what ------------------------------------------------------------------------------------


def test_a_visitor_is_asked_to_sign_in(case: Case) -> None:
    for url in (*SIGNED_IN, *ADMINISTRATORS, *runs_of(case), f"/ask/{ask_of(case, SIGN).id}"):
        answer = Client().get(url)
        assert (answer.status_code, answer.headers["Location"].split("?")[0].startswith("/account/")) == (302, True), (
            url
        )


def test_what_everybody_may_read(office: Office, case: Case) -> None:
    assert statuses(office.client("bob"), SIGNED_IN) == dict.fromkeys(SIGNED_IN, 200)


def test_people_and_connections_are_for_administrators(office: Office, case: Case) -> None:
    assert statuses(office.client("vera"), ADMINISTRATORS) == dict.fromkeys(ADMINISTRATORS, 200)
    assert statuses(office.client("ana"), ADMINISTRATORS) == dict.fromkeys(ADMINISTRATORS, 403)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ana", 200),
        ("vera", 200),
        ("eve", 200),
        ("mira", 200),
        ("sam", 200),
        ("priya", 200),
        ("bob", 404),
        ("jon", 404),
    ],
)
def test_a_run_is_for_those_in_it(office: Office, case: Case, who: str, status: int) -> None:
    urls = runs_of(case)
    assert statuses(office.client(who), urls) == dict.fromkeys(urls, status)


def test_what_one_may_not_see_one_cannot_press(office: Office, case: Case) -> None:
    posts = {url: office.client("bob").post(url.format(case.id), {"do": "cancel"}).status_code for url in POSTS}
    assert posts == dict.fromkeys(POSTS, 404)


@pytest.mark.parametrize(("who", "status"), [("mira", 200), ("jon", 200), ("ana", 302), ("vera", 302), ("bob", 404)])
def test_an_ask_is_for_whoever_may_answer_and_others_of_the_run_are_led_there(
    office: Office, case: Case, who: str, status: int
) -> None:
    answer = office.client(who).get(f"/ask/{ask_of(case, SIGN).id}")
    assert answer.status_code == status
    assert answer.headers.get("Location", "") == (f"/run/{case.id}/" if status == 302 else "")


@pytest.mark.parametrize(("who", "status"), [("mira", 200), ("jon", 200), ("ana", 200), ("bob", 404)])
def test_a_file_of_an_ask_is_for_those_who_may_see_it(office: Office, case: Case, who: str, status: int) -> None:
    sha256 = runs_of(case)[2].rsplit("/", 1)[1]
    assert office.client(who).get(f"/ask/{ask_of(case, SIGN).id}/file/{sha256}").status_code == status


def test_a_file_no_ask_shows_is_not_given(office: Office, case: Case) -> None:
    other = "0" * 64
    urls = (
        f"/run/{case.id}/file/{other}",
        f"/ask/{ask_of(case, SIGN).id}/file/{other}",
        f"{link_to(ask_of(case, SIGN))}/file/{other}",
    )
    assert statuses(office.client("mira"), urls) == dict.fromkeys(urls, 404)


def test_lists_hold_only_what_one_may_see(office: Office, case: Case) -> None:
    found = {who: case.title in office.client(who).get("/running/").content.decode() for who in ("ana", "mira", "bob")}
    assert found == {"ana": True, "mira": True, "bob": False}


def test_an_account_of_nobody_is_told_so(office: Office) -> None:
    client = Client()
    client.force_login(Account.objects.create(email="ghost@northwind.example"), backend=BACKEND)
    answer = client.get("/")
    assert (answer.status_code, "belongs to nobody" in answer.content.decode()) == (403, True)


BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_somebody_who_left_sees_nothing_more(office: Office, case: Case) -> None:
    client = office.client("mira")
    office.people["mira"].left_on = date(2026, 3, 6)
    office.people["mira"].save()
    urls = (*SIGNED_IN[:11], *runs_of(case), f"/ask/{ask_of(case, SIGN).id}")
    assert statuses(client, urls) == dict.fromkeys(urls, 403)


def test_there_is_no_demo_where_none_is_configured(office: Office) -> None:
    client = office.client("vera")
    found = [
        client.get("/demo/"),
        client.get("/demo/contract-v3.pdf"),
        client.post("/demo/be"),
        client.post("/demo/clock"),
    ]
    assert [answer.status_code for answer in found] == [404] * 4


# -- GET never acts ----------------------------------------------------------------------------------------


def test_looking_at_everything_changes_nothing(office: Office, case: Case) -> None:
    link = invite(email="new@northwind.example", by=office.vera).link
    urls = (*SIGNED_IN, *ADMINISTRATORS, *runs_of(case), f"/ask/{ask_of(case, SIGN).id}", link.split("8000", 1)[1])
    clients = [office.client(who) for who in ("vera", "mira")]
    before = everything()
    for client in clients:
        assert {client.get(url).status_code for url in urls} <= {200, 302, 403}
    assert everything() == before


@pytest.mark.parametrize("url", [*POSTS, "/people/invite", "/hooks/Jira"])
def test_what_acts_is_not_to_be_opened(office: Office, case: Case, url: str) -> None:
    assert office.client("vera").get(url.format(case.id)).status_code == 405


def test_a_form_from_elsewhere_is_refused(office: Office, case: Case) -> None:
    strict = Client(enforce_csrf_checks=True)
    account = office.people["ana"].account
    assert account is not None
    strict.force_login(account, backend=BACKEND)
    answer = strict.post(f"/run/{case.id}/change", {"do": "cancel", "reason": "Gone."})
    case.refresh_from_db()
    assert (answer.status_code, case.status) == (403, "open")
    assert "Press it again" in answer.content.decode()


# -- A browser runs nothing but our files --------------------------------------------------------------------


def test_every_answer_has_the_strict_policy_and_nothing_inline(office: Office, case: Case) -> None:
    urls = (*SIGNED_IN, *ADMINISTRATORS, *runs_of(case)[:2], "/run/00000000-0000-0000-0000-000000000000/")
    pages = [(url, office.client("vera").get(url)) for url in urls]
    pages += [
        (url, Client().get(url)) for url in ("/account/login/", "/account/password/reset/", link_to(ask_of(case, SIGN)))
    ]
    for url, answer in pages:
        html = answer.content.decode()
        assert answer["Content-Security-Policy"] == CSP, url
        assert re.findall(r"(?i)<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", html) == [], url
        scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", html, re.DOTALL)
        assert all("src=" in tag or "application/json" in tag for tag, _ in scripts), (url, scripts)


def test_the_answer_page_needs_no_script(case: Case) -> None:
    assert "<script" not in Client().get(link_to(ask_of(case, SIGN))).content.decode()


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>"
HOSTILE_PAGE = """\
# Order <script>alert(1)</script>

- Owner: vera@northwind.example
- Called: {what}

<img src=x onerror=alert(1)> and [a link](javascript:alert(1)) and ![p](http://x.example/p.png)

| Fact | Kind | From |
|---|---|---|
| what | text | whoever starts |

## Approve <b onclick=alert(1)>it</b>

- Who: Legal counsel
- Approve: {what}
- If rejected: fail

Look at {what}. <style>*{display:none}</style> [go](data:text/html,x)

- [ ] ! <svg onload=alert(1)> was seen
"""


def test_hostile_pages_and_values_never_become_html(office: Office) -> None:
    version = office.published(HOSTILE_PAGE)
    started = start_case(version_id=version, facts={"what": HOSTILE}, by=office.ana, at=FRIDAY, zone="UTC")
    case: UUID = started.case_id
    key = Case.objects.get(id=case).process_id
    ask = Ask.objects.get(case_id=case)
    process = Process.objects.get(id=key).key
    urls = ("/", "/running/", f"/run/{case}/", f"/library/{process}/", f"/start/{process}?what={HOSTILE}", "/library/")
    pages = [office.client("ana").get(url).content.decode() for url in urls]
    pages += [Client().get(link_to(ask)).content.decode(), office.client("mira").get(f"/ask/{ask.id}").content.decode()]
    pages.append(office.client("ana").post("/library/publish/", {"text": HOSTILE_PAGE, "do": "check"}).content.decode())
    for html in pages:
        assert (
            re.findall(
                r"(?i)<script>|<img|<svg onload|<style|<b onclick|onerror=alert\(1\)>(?!&)|href=\"(?:javascript|data)",
                html,
            )
            == []
        )


def test_times_are_said_in_the_readers_zone(office: Office, case: Case) -> None:
    office.people["mira"].zone = "Europe/Berlin"
    office.people["mira"].save()
    assert "16:00" in text_of(office.client("ana").get(f"/run/{case.id}/").content)
    assert "22:00" in text_of(office.client("mira").get(f"/run/{case.id}/").content)


def test_every_page_says_its_language(office: Office, case: Case) -> None:
    answer = office.client("ana").get("/account/password/change/", headers={"Accept-Language": "de"})
    assert '<html lang="en">' in answer.content.decode()
    assert "Change Password" in answer.content.decode()
