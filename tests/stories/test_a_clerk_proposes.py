"""A clerk proposes and hears the outcome: a sentence on a step, an edit by the expert, an approval by mail and one on screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker
from tests.cases.post import Post, came, mail, posted, worked
from tests.emptied import empty
from tests.web.office import CLOSE, Office
from tests.web.site import SOON

from doorstep.people import clock
from doorstep.people.clock import business_now
from doorstep.stewardship.attend import attend
from doorstep.stewardship.models import Note, Proposal
from doorstep.stewardship.save_text import save_text

pytestmark = [pytest.mark.browser, pytest.mark.database(transaction=True)]
STEP = "Confirm the deployment"
WISH = "Give us two hours: the build alone takes seventy minutes."


@dataclass(frozen=True)
class Stage:
    """A served office, its post, and a browser for each who looks."""

    url: str
    office: Office
    post: Post
    browser: Browser

    def page(self, short: str) -> Page:
        """Return a browser in which somebody is signed in."""
        context = self.browser.new_context(base_url=self.url)
        cookie = self.office.client(short).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.url}])
        return context.new_page()


@pytest.fixture
def stage(
    loop_is_running: None,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    monkeypatch.setattr(clock, "ahead", lambda: SOON - datetime.now(UTC))
    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        try:
            office = Office()
            with posted() as post:
                yield Stage(server.url, office, post, browser)
        finally:
            server.stop()
            empty()


def test_a_clerk_proposes_and_hears_the_outcome(stage: Stage) -> None:
    sam, eve, vera = (stage.page(short) for short in ("sam", "eve", "vera"))

    # Sam, who has no author's account, says at the step what is wrong with it.
    sam.goto("/library/close-a-client-project/")
    sam.get_by_role("link", name=f"Propose a change of “{STEP}”").click()
    expect(sam.locator(".doc")).to_contain_text("Delivery engineer confirms the deployment, within one hour.")
    sam.get_by_label("In a sentence").fill(WISH)
    sam.get_by_role("button", name="Propose it").click()
    expect(sam.locator(".notice")).to_contain_text("you hear what becomes of it")

    # Eve knows the page: it waits on her Home, and she makes it an edit.
    eve.goto("/")
    eve.get_by_role("link", name="Answer a proposal").first.click()
    expect(eve.locator("h1")).to_have_text(WISH)
    proposal = Proposal.objects.get()
    eve.get_by_role("button", name="Turn it into an edit").click()
    expect(eve.locator("#editor h1")).to_have_text("Close a client project")
    text = CLOSE.replace("- Due: 1 hour\n", "- Due: 2 hours\n")
    save_text(proposal=proposal.id, text=text, read_revision=1, by=stage.office.eve)

    # She calls it a clarification; Doorstep doubts it, and she sends it as what it is.
    eve.goto(f"/proposal/{proposal.id}/")
    expect(eve.locator(".change")).to_contain_text("Due: 2 hours, before 1 hour.")
    eve.get_by_role("link", name="Send for approval").click()
    expect(eve.locator(".lead")).to_have_text("Vera Lind (owner) and Eve Moss (expert) approve it.")
    eve.get_by_label("Clarifying.").check()
    eve.get_by_role("button", name="Send for approval").click()
    expect(eve.get_by_role("alert")).to_contain_text("“Confirm the deployment”: Due: 2 hours, before 1 hour.")
    eve.get_by_label("Material.").check()
    eve.get_by_role("button", name="Send for approval").click()
    expect(eve.locator(".wait")).to_contain_text("Vera Lind: asked · Eve Moss: asked")

    # Vera, who owns it, answers the letter where she reads it.
    list(worked())
    letter = stage.post.last("vera", "ask")
    assert "Now: Delivery engineer confirms the deployment, within two hours." in letter.covered[0].value
    assert came(mail(letter, "Approved. High time.")) == "approved: recorded"

    # Eve approves on the screen, in two moves.
    eve.goto("/")
    eve.get_by_role("link", name="Approve the change").first.click()
    eve.get_by_role("button", name="Approve …", exact=True).click()
    eve.get_by_role("button", name="Approve", exact=True).click()
    expect(eve.locator("h1")).to_contain_text("Thank you, Eve")

    # Doorstep publishes it, and everybody reads it so.
    list(worked())
    attend(business_now())
    vera.goto("/library/close-a-client-project/")
    expect(vera.locator("#confirm-the-deployment")).to_contain_text("within two hours")

    # Sam hears it, and says that he did.
    sam.goto("/")
    sam.get_by_role("link", name="Your proposal was approved").first.click()
    expect(sam.locator(".wait")).to_have_text("Approved: version 2 of “Close a client project” is in force.")
    sam.get_by_role("button", name="I have seen it").click()
    expect(sam.get_by_role("button", name="I have seen it")).to_have_count(0)
    told = Note.objects.filter(person=stage.office.sam).values_list("text", flat=True)
    assert "Approved: version 2 of “Close a client project” is in force." in list(told)
