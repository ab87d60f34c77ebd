"""An owner leaves: the directory says so, somebody looks after the page, offers it, and the page names its new owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.emptied import end_others
from tests.integrations.ldap.slapd import PASSWORD, Slapd, slapd

from doorstep.connections.transport import trust
from doorstep.people.models import Account, Person
from doorstep.project.config import Setting

pytestmark = [pytest.mark.browser, pytest.mark.database(transaction=True), pytest.mark.server]

PAGE = """\
# Close the books of a month

- Owner: mira@x.example
- Group: Accounts

Before the fifth working day.

## Check the accruals

- Who: jon@x.example
"""


@dataclass(frozen=True)
class Company:
    """A served Doorstep, the directory beside it, and whoever looks at the screens."""

    url: str
    directory: Slapd

    def signed_in(self, page: Page, name: str) -> Page:
        """Let a browser be somebody."""
        account = Account.objects.get(email=f"{name}@x.example")
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}])
        page.goto(self.url)
        return page

    def time_passes(self) -> None:
        """Let the worker do what is due, on a connection of its own."""
        from doorstep.stewardship.attend import attend

        with ThreadPoolExecutor(1) as worker:
            worker.submit(attend, datetime.now(UTC)).result()
            worker.submit(connections.close_all).result()


@pytest.fixture
def company(
    tmp_path: Path, loop_is_running: None, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Company]:
    """A directory of thirteen, and an administrator who is not in it."""
    with slapd(tmp_path / "ldap") as directory:
        bundle = Setting("ca_bundle", str(directory.folder / "ca.pem"), "the test", "")
        config = settings.DOORSTEP
        monkeypatch.setitem(config.settings, "ca_bundle", bundle)
        trust.cache_clear()
        for name in ("Jon Park", "Priya Nair", *(f"Person{number} X" for number in range(10))):
            directory.add(name.split()[0].lower(), name)
        directory.add("mira", "Mira Holt", manager="jon")
        ada = Person.objects.create(name="Ada Root", email="ada@x.example", administrator=True)
        ada.account = Account.objects.create(email=ada.email)
        ada.save()
        server = LiveServer("127.0.0.1")
        try:
            yield Company(server.url, directory)
        finally:
            server.stop()
            end_others()
            trust.cache_clear()


def test_an_owner_leaves_and_the_page_gets_another(company: Company, somebody: Callable[[], Page]) -> None:
    ada, others = somebody(), somebody()

    # The administrator connects the directory and pulls it.
    company.signed_in(ada, "ada").goto(f"{company.url}/connections/new/?kind=ldap")
    ada.get_by_label("Name", exact=True).fill("Staff")
    for label, key in (("Address", "url"), ("Account that reads", "user"), ("Where people are", "base")):
        ada.get_by_label(label, exact=True).fill(str(company.directory.config[key]))
    ada.get_by_label("Its password").fill(PASSWORD)
    ada.get_by_label("It may be at a private address").check()
    ada.get_by_role("button", name="Save").click()
    ada.get_by_role("button", name="Pull now").click()
    expect(ada.locator("main")).to_contain_text("13 added")
    for name in ("jon", "mira", "priya"):
        person = Person.objects.get(email=f"{name}@x.example")
        person.account = Account.objects.create(email=person.email)
        person.save()

    # A page names Mira as its owner; she accepts.
    ada.goto(f"{company.url}/library/publish/")
    ada.get_by_label("The page").fill(PAGE)
    ada.get_by_role("button", name="Show what it means").click()
    ada.get_by_role("button", name="Publish", exact=True).click()
    expect(ada.locator(".trust")).to_contain_text("Owner Mira Holt, not accepted yet")
    page = ada.url
    company.time_passes()
    company.signed_in(others, "mira")
    expect(others.locator("main")).to_contain_text("Accept to own “Close the books of a month”")
    others.goto(f"{company.url}/owning/")
    others.get_by_role("button", name="Accept what is ticked").click()
    expect(others.locator("main")).to_contain_text("You accepted one process.")

    # She leaves the company; the next pull says so, and readers of her page see it.
    company.directory.remove("mira")
    ada.goto(f"{company.url}/connections/Staff/")
    ada.get_by_role("button", name="Pull now").click()
    expect(ada.locator("main")).to_contain_text("1 left (Mira Holt)")
    company.time_passes()
    ada.goto(page)
    expect(ada.locator(".trust")).to_contain_text("Owner left ")
    expect(ada.locator(".trust")).to_contain_text("custodian Jon Park until ")

    # Her manager looks after it, with a clock, and offers it to Priya.
    company.signed_in(others, "jon")
    expect(others.locator("main")).to_contain_text("Find an owner for “Close the books of a month”")
    others.goto(f"{company.url}/orphans/")
    others.get_by_label("Offer Close the books of a month to").fill("Priya Nair")
    others.get_by_role("button", name="Offer Close the books of a month").click()
    expect(others.locator("main")).to_contain_text("It is offered to Priya Nair.")

    # Priya accepts; the page says so, as its next version.
    company.signed_in(others, "priya").goto(f"{company.url}/owning/")
    expect(others.locator("main")).to_contain_text("from Jon Park")
    others.get_by_role("button", name="Accept what is ticked").click()
    expect(others.locator("main")).to_contain_text("You accepted one process.")
    ada.goto(page)
    expect(ada.locator(".trust")).to_contain_text("Owner Priya Nair")
    expect(ada.locator(".meta").first).to_contain_text("version 2")
    assert "- Owner: priya@x.example\n" in ada.request.get(f"{page}2/text").text()
