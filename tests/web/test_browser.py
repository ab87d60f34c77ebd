"""Every screen in a real browser: no sideways scrolling, nothing axe minds, nothing in the console."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page
from pytest_django.plugin import DjangoDbBlocker
from tests.web.site import Site, served

from doorstep.project.config import Setting

pytestmark = [pytest.mark.browser, pytest.mark.database]

SCREENS = (
    "home", "home-empty", "home-offer", "lines", "lines-not-clear", "lines-mailed", "running", "running-empty", "stuck", "library", "library-nothing-found", "process",
    "process-text", "start", "publish", "people", "person", "person-self", "move", "run-quiet", "connections", "connection", "connection-new", "not-for-you",
    "owning", "owning-empty", "hand-over", "orphans", "groups", "group", "process-orphan", "process-role",
    "not-found", "sign-in", "forgotten", "password", "security", "invitation", "run", "run-of-others", "run-fresh",
    "run-long", "run-done", "run-stuck", "answer-approve", "answer-confirm", "answer-fill-in", "answer-long",
    "changed", "changed-nothing", "heard", "heard-everybody", "heard-not-yours", "person",
    "home-manager", "pile", "roles", "as-role", "department", "sharing",
    "page-kept", "page-followed", "page-obsolete", "page-looked-after", "history", "compare", "compare-text",
    "recall-new", "recall", "keep", "library-attention", "overview", "controls", "answer-settled", "answer-signed-in", "answer-question", "answer-else", "answer-expired",
    "propose", "propose-gone", "proposals", "proposals-mine", "proposal-wish", "proposal-edit", "proposal-sent",
    "proposal-declined", "send", "approve-change", "process-proposing",
)  # fmt: skip
WAYS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
PICTURES = os.environ.get("DOORSTEP_PICTURES")  # a folder that keeps a picture of every screen


@pytest.fixture(scope="module")
def site(loop_is_running: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    with django_db_blocker.unblock(), served() as made:
        yield made


def opened(browser: Browser, site: Site, name: str, **more: object) -> Page:
    """Open a screen as whoever looks at it."""
    screen = site.screens[name]
    context = browser.new_context(base_url=site.url, bypass_csp=True, reduced_motion="reduce", **more)  # type: ignore[arg-type]
    if screen.who:
        context.add_cookies([{"name": "sessionid", "value": site.cookies[screen.who], "url": site.url}])
    page = context.new_page()
    page.goto(screen.path)
    return page


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_fits_and_everybody_can_use_it(browser: Browser, site: Site, name: str) -> None:
    assert list(looked(browser, site, name)) == []


def looked(browser: Browser, site: Site, name: str) -> Iterator[str]:
    """Yield what is wrong with a screen at a width in a theme; axe sees both widths and both themes once."""
    page = opened(browser, site, name)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.reload()
    for width, theme in WAYS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            yield f"{width} {theme}: scrolls sideways by {wide}"
        if (width, theme) in (WAYS[0], WAYS[-1]):
            yield from (f"{width} {theme}: {problem}" for problem in minded(page))
    yield from (text for text in said if "status of 4" not in text)
    page.context.close()


def minded(page: Page) -> Iterator[str]:
    """Yield what axe finds serious or critical."""
    for found in Axe().run(page).response["violations"]:
        if found["impact"] in ("serious", "critical"):
            yield f"{found['id']}: {[node['html'][:120] for node in found['nodes'][:3]]}"


# -- By keyboard, without scripts, alive ----------------------------------------------------------------

MAIN = {
    "home": "Start Close a client project",
    "start": "Start",
    "publish": "Show what it means",
    "sign-in": "Sign in",
    "run-fresh": "Remind now",
    "answer-signed-in": "Approve …",
}


@pytest.mark.parametrize(("name", "label"), MAIN.items())
def test_the_keyboard_alone_reaches_and_presses_the_main_button(
    browser: Browser, site: Site, name: str, label: str
) -> None:
    page = opened(browser, site, name)
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.ariaLabel || document.activeElement.textContent.trim()][0]")
        if here == label:
            break
    else:
        raise AssertionError(f"Expected Tab to reach “{label}” on {name}.")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.evaluate("window.stillHere = true")
    page.keyboard.press("Enter")
    page.wait_for_function("!window.stillHere || document.querySelector(':invalid') !== null")
    page.context.close()


def test_home_goes_by_keyboard(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "home")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="By keyboard").is_visible()
    pictured(page, "home-keys")
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="By keyboard").is_visible()
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != f"{site.url}/")
    page.keyboard.press("h")
    page.wait_for_url(f"{site.url}/")
    if page.locator("[data-pile='1']").count():
        page.keyboard.press("1")
        page.wait_for_url("**/pile/**")
    page.context.close()


def test_the_answer_page_works_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(site.screens["no-script-fill-in"].path)
    page.get_by_label("Go-live").fill("2026-03-12")
    page.get_by_label("Contact").fill("lena@halden.example")
    page.get_by_role("button", name="Send").click()
    assert "Thank you, Priya" in page.locator("h1").inner_text()
    page.goto(site.screens["no-script-confirm"].path)
    page.get_by_role("button", name="It cannot be done …").click()
    page.get_by_label("Why?").fill("The rollback fails.")
    page.get_by_role("button", name="Reject").click()
    assert "Thank you, Sam" in page.locator("h1").inner_text()
    context.close()


def test_a_run_that_changes_shows_it_and_destroys_nothing(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "living")
    page.locator("#history > summary").click()
    page.locator("#call-off > summary").click()
    page.get_by_label("Why").last.fill("half a sent")
    site.happen("sam answers")
    page.wait_for_timeout(6_500)
    assert page.get_by_label("Why").last.input_value() == "half a sent"
    assert "Sam Ortiz" not in page.locator("#confirm-the-deployment").inner_text()
    page.get_by_label("Why").last.fill("")
    page.locator("h1").click()
    page.wait_for_function("document.querySelector('#confirm-the-deployment').textContent.includes('Sam Ortiz')")
    assert page.locator("#history").get_attribute("open") is not None
    assert page.locator("#call-off").get_attribute("open") is not None
    page.context.close()


def test_the_menu_opens_and_closes(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "home", viewport={"width": 360, "height": 700})
    menu = page.get_by_text("Sign-in security")
    page.locator("summary.me").click()
    assert menu.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.mouse.click(20, 650)
    assert not menu.is_visible()
    page.context.close()


def test_the_demo_bar_fits_and_covers_nothing(
    browser: Browser, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"clock": Setting("clock", str(tmp_path / "clock"), "the test", "")}
    config = replace(settings.DOORSTEP, settings={**settings.DOORSTEP.settings, **named})
    monkeypatch.setattr(settings, "DOORSTEP", config)
    for name in ("run", "sign-in"):
        page = opened(browser, site, name, viewport={"width": 360, "height": 700})
        if name == "sign-in":
            page.goto("/")
        page.keyboard.press("End")
        page.wait_for_timeout(200)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"demo-{name}-360-light.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(
            "document.querySelector('main').getBoundingClientRect().bottom <= "
            "document.querySelector('.demobar').getBoundingClientRect().top + 1"
        )
        assert list(minded(page)) == []
        page.context.close()


BADGE = """\
# Order a badge for a guest

- Owner: ana@northwind.example

## Hand it over

- Who: bob@northwind.example
- Due: {due}
"""


def test_a_page_is_published_by_pasting_it(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "publish", viewport={"width": 360, "height": 700})
    page.get_by_label("The page").fill(BADGE.format(due="soonish"))
    page.get_by_role("button", name="Show what it means").click()
    assert "to mend" in page.locator("main").inner_text()
    assert not page.get_by_role("button", name="Publish", exact=True).is_visible()
    pictured(page, "publish-faults")
    page.get_by_label("The page").fill(BADGE.format(due="1 working day"))
    page.get_by_role("button", name="Show what it means").click()
    assert "bob@northwind.example" in page.locator("main").inner_text()
    pictured(page, "publish-ready")
    page.get_by_role("button", name="Publish", exact=True).click()
    assert page.locator("h1").inner_text() == "Order a badge for a guest"
    assert "Version 1 is published." in page.locator("main").inner_text()
    page.context.close()


def test_a_page_with_faults_is_followed_and_looked_after(browser: Browser, site: Site) -> None:
    page = opened(browser, site, "publish", viewport={"width": 360, "height": 700})
    page.get_by_label("The page").fill(
        BADGE.format(due="soonish").replace("a badge", "a chair") + "\n- [ ] It is clean\n"
    )
    page.get_by_role("button", name="Show what it means").click()
    assert "As it is it can be published as a page to work through" in page.locator("main").inner_text()
    page.get_by_role("button", name="Publish it as it is").click()
    assert "Version 1 is published." in page.locator("main").inner_text()
    page.get_by_text("What is missing for more").click()
    assert "Line 8: " in page.locator("aside").inner_text()
    page.get_by_text("Issue a bulletin").click()
    page.get_by_label("What to do for now").fill("Only **blue** ones.")
    page.get_by_role("button", name="Issue it").click()
    assert "For now, until" in page.locator("main").inner_text()
    page.get_by_role("button", name="It is still right").click()
    assert "verified today" in page.locator(".trust").inner_text()
    pictured(page, "looked-after")
    page.get_by_role("link", name="Work through it").click()
    page.get_by_role("button", name="Start").click()
    assert "Only blue ones." in page.locator("main").inner_text()
    page.context.close()


def pictured(page: Page, name: str) -> None:
    """Keep a picture, and say what is wrong with the screen as it is now."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-360-light.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert list(minded(page)) == []
