"""The sandboxes in a real browser: on a phone and a desk, played by hand."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from doorstep.demo import company, jira_sandbox, mail_sandbox, salesforce_sandbox
from doorstep.demo.jira_sandbox import adf, data
from doorstep.demo.salesforce_sandbox.objects import KINDS

pytestmark = pytest.mark.browser
MIRA = "mira@northwind.example"


@dataclass(frozen=True)
class Town:
    """The three sandboxes with something to see in each."""

    jira: jira_sandbox.Server
    salesforce: salesforce_sandbox.Server
    mail: mail_sandbox.Server

    @property
    def pages(self) -> dict[str, str]:
        """Return the address of each kind of page."""
        task = self.salesforce.crm.records(KINDS["Task"])[0]["Id"]
        box = f"{self.mail.url}/box/{MIRA}"
        return {
            "issues": f"{self.jira.url}/",
            "issue": f"{self.jira.url}/browse/DEP-412",
            "tasks": f"{self.salesforce.url}/",
            "opportunity": f"{self.salesforce.url}/lightning/r/Opportunity/{company.OPPORTUNITY_ID}/view",
            "task": f"{self.salesforce.url}/lightning/r/Task/{task}/view",
            "mailboxes": f"{self.mail.url}/",
            "inbox": box,
            "letter": f"{box}/1",
            "composer": f"{box}/new?reply=1",
        }


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    def now() -> datetime:
        return datetime(2026, 3, 6, 21, 0, tzinfo=UTC)

    town = Town(jira_sandbox.start(now=now), salesforce_sandbox.start(now=now), mail_sandbox.start(now=now))
    task = {
        "type": "taskItem",
        "attrs": {"localId": "t1", "state": "TODO"},
        "content": [{"type": "text", "text": "Look"}],
    }
    tasks = {"type": "taskList", "attrs": {"localId": "l"}, "content": [task]}
    town.jira.tracker.comment("DEP-412", {"type": "doc", "version": 1, "content": [tasks]}, {}, by=data.ROBOT)
    values = {
        "Subject": "Confirm logistics",
        "WhatId": company.OPPORTUNITY_ID,
        "OwnerId": company.BY_KEY["priya"].salesforce,
    }
    town.salesforce.crm.create(KINDS["Task"], values, by=company.BY_KEY["ana"].salesforce)
    _write_to_mira(town.mail)
    yield town
    for server in (town.jira, town.salesforce, town.mail):
        server.stop()


def _write_to_mira(mail: mail_sandbox.Server) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = company.DOORSTEP_MAILBOX, MIRA, "Please approve the contract"
    letter.set_content("Please approve.")
    link = "mailto:doorstep+7kq2@northwind.example?subject=Re%3A%20the%20contract&amp;body=approved"
    letter.add_alternative(f'<div style="max-width:600px"><a href="{link}">Approve</a></div>', subtype="html")
    with smtplib.SMTP(mail.host, mail.smtp_port) as smtp:
        smtp.login(company.DOORSTEP_MAILBOX, "doorstep-sandbox")
        smtp.send_message(letter)


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1180, "height": 800})
    page.set_default_timeout(5_000)
    yield page
    page.close()


NAMES = ("issues", "issue", "tasks", "opportunity", "task", "mailboxes", "inbox", "letter", "composer")


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_needs_no_scrolling_sideways(town: Town, browser: Browser, name: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(town.pages[name])
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert width == 360


@pytest.mark.parametrize(
    ("name", "scheme"),
    [*((name, "light") for name in NAMES), ("issue", "dark"), ("opportunity", "dark"), ("letter", "dark")],
)
def test_nothing_serious_stands_in_anybodys_way(town: Town, browser: Browser, name: str, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(town.pages[name])
    found = Axe().run(page).response["violations"]
    page.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}] == []


def test_sam_ticks_and_moves_the_issue(town: Town, desk: Page) -> None:
    desk.goto(town.pages["issue"])
    desk.locator("button[name=tick]").click()
    expect(desk.locator("button[name=tick]")).to_have_attribute("aria-pressed", "true")
    desk.get_by_role("button", name="Done", exact=True).click()
    expect(desk.locator(".acts .tag")).to_have_text("Done")
    moved = town.jira.tracker.issue("DEP-412")
    assert moved["histories"][-1]["author"] == company.BY_KEY["sam"].jira
    assert next(adf.nodes(moved["comments"][0]["body"], "taskItem"))["attrs"]["state"] == "DONE"


def test_one_becomes_somebody_else_by_choosing(town: Town, desk: Page) -> None:
    desk.goto(town.pages["issue"])
    desk.get_by_label("You are").select_option("Nora Vance")
    expect(desk.get_by_label("Comment as Nora Vance")).to_be_visible()


def test_priya_fills_in_the_opportunity_and_completes_her_task(town: Town, desk: Page) -> None:
    desk.goto(town.pages["opportunity"])
    desk.get_by_label("Go-live date").fill("2026-03-12")
    desk.get_by_label("Delivery contact").fill("lena@halden.example")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_label("Go-live date")).to_have_value("2026-03-12")
    desk.get_by_role("button", name="Mark complete").click()
    expect(desk.get_by_role("button", name="Reopen")).to_be_visible()
    assert [task["IsClosed"] for task in town.salesforce.crm.records(KINDS["Task"])] == [True]


def test_mira_answers_by_the_button_in_the_letter(town: Town, desk: Page) -> None:
    desk.goto(town.pages["letter"])
    desk.frame_locator("iframe").get_by_role("link", name="Approve").click()
    expect(desk.get_by_label("To", exact=True)).to_have_value("doorstep+7kq2@northwind.example")
    expect(desk.get_by_label("Subject")).to_have_value("Re: the contract")
    desk.get_by_role("button", name="Send").click()
    expect(desk.get_by_role("heading", name="Mira Holt: inbox")).to_be_visible()
    (reply,) = town.mail.store.messages(company.DOORSTEP_MAILBOX)
    assert reply.message().get_content().startswith("approved")


def test_the_inbox_shows_a_letter_that_comes_while_it_is_open(town: Town, desk: Page) -> None:
    desk.goto(f"{town.mail.url}/box/jon@northwind.example")
    expect(desk.get_by_text("No letters.")).to_be_visible()
    town.mail.store.add("jon@northwind.example", b"Subject: Hello\r\n\r\nx", at=datetime.now(UTC))
    expect(desk.get_by_text("Hello")).to_be_visible()
