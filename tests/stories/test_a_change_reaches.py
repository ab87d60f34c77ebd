"""A change reaches only the roles it touches, by web and by mail: over real HTTP, SMTP and IMAP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.stories.conftest import Demo, eventually
from tests.stories.test_friday import letters_in, shows, visit

from doorstep.demo import company

pytestmark = pytest.mark.browser
Somebody = Callable[[], Page]
PAGE = Path(__file__).parents[2] / "pages" / "close-client-project.md"
HEARD = "/process/close-a-client-project/heard/"


def amended() -> str:
    """Legal has two days now, engineering half an hour; the VP's step stays as it is."""
    text = PAGE.read_text(encoding="utf-8")
    sooner = text.replace("- Due: 1 hour", "- Due: 30 minutes").replace("- Due: 1 working day", "- Due: 2 working days")
    assert sooner.count("30 minutes") == sooner.count("2 working days") == 1
    return sooner


def box(demo: Demo, key: str) -> str:
    return f"{demo.mail}/box/{company.BY_KEY[key].email}"


def sign_in(page: Page, demo: Demo, key: str) -> None:
    visit(page, f"{demo.url}/account/login/")
    page.get_by_label("E-mail address").fill(company.BY_KEY[key].email)
    page.get_by_label("Password").fill("friday 4 p.m.")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Good")


def answer(reader: Page, button: str) -> None:
    """Press a button in the letter that is open, and send the reply it opens as it is."""
    reader.frame_locator("iframe").get_by_role("link", name=button, exact=True).click()
    reader.get_by_role("button", name="Send").click()


def test_a_change_reaches_only_the_roles_it_touches(demo: Demo, somebody: Somebody) -> None:
    ana, mira, sam, priya = (somebody() for _ in range(4))

    # Ana, the expert of the page, publishes the change: two of its steps are due at another time.
    sign_in(ana, demo, "ana")
    ana.goto(f"{demo.url}/library/publish/")
    ana.get_by_label("The page").fill(amended())
    ana.get_by_role("button", name="Show what it means").click()
    ana.get_by_role("button", name="Publish").click()
    expect(ana.locator("h1")).to_have_text("Close a client project")

    # Mira only uses mail: her letter has old and new side by side, and a ready reply says that she saw it.
    eventually(lambda: letters_in(mira, box(demo, "mira")) == 1)
    expect(mira.locator("ul.rows a").first).to_contain_text("Close a client project: your step changed")
    mira.locator("ul.rows a").first.click()
    letter = mira.frame_locator("iframe").locator("body")
    expect(letter).to_contain_text(
        "before: Legal counsel approves the contract and its value, by e-mail, within one working day"
    )
    expect(letter).to_contain_text(
        "now: Legal counsel approves the contract and its value, by e-mail, within two working days"
    )
    expect(letter).not_to_contain_text("Confirm the deployment")
    answer(mira, "I have seen it")

    # Sam signs in: it waits for him, he opens it, and then says that he saw it.
    sign_in(sam, demo, "sam")
    expect(sam.locator("[aria-labelledby=waits]")).to_contain_text("See what changed for you")
    sam.locator("[aria-labelledby=changed] a").first.click()
    expect(sam.locator("main")).to_contain_text("Your step changed.")
    expect(sam.locator(".sides")).to_contain_text("within one hour")
    expect(sam.locator(".sides")).to_contain_text("within 30 minutes")
    sam.get_by_role("button", name="I have seen it").click()
    expect(sam.locator("main")).to_contain_text("Recorded: you saw what changed in “Close a client project”.")
    expect(sam.locator("[aria-labelledby=changed]")).to_contain_text("seen")

    # Priya's step did not change: she hears nothing, neither here nor by mail.
    sign_in(priya, demo, "priya")
    expect(priya.locator("main")).to_contain_text("Nothing has changed for you in the last month.")
    visit(priya, box(demo, "priya"))
    expect(priya.locator("ul.rows")).not_to_contain_text("your step")

    # Ana sees who has heard: Mira by mail, Sam here, and the engineering manager, who would be asked, not yet.
    ana.goto(f"{demo.url}{HEARD}")
    eventually(lambda: shows(ana, f"{demo.url}{HEARD}", "text=2 of 3 have said that they saw version 2"))
    expect(ana.locator("main")).to_contain_text("Nora Vance")
    ana.get_by_role("link", name="Everybody", exact=True).click()
    expect(ana.locator(".row", has_text="Mira Holt")).to_contain_text("by mail")
    expect(ana.locator(".row", has_text="Sam Ortiz")).not_to_contain_text("by mail")
