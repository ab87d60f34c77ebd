"""The editor and the play in a real browser: by mouse, by keyboard, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.plugin import DjangoDbBlocker
from tests.web.site import Site, served
from tests.web.test_browser import PICTURES, WAYS, minded

pytestmark = [pytest.mark.browser, pytest.mark.database]

CLOSE = "/library/close-a-client-project/"


@pytest.fixture(scope="module")
def site(loop_is_running: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    with django_db_blocker.unblock(), served() as made:
        yield made


@pytest.fixture
def said() -> list[str]:
    """What the browser complained of."""
    return []


def signed_in(browser: Browser, site: Site, who: str, **more: object) -> BrowserContext:
    context = browser.new_context(base_url=site.url, reduced_motion="reduce", **more)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": site.cookies[who], "url": site.url}])
    context.set_default_timeout(25_000)
    return context


@pytest.fixture
def page(browser: Browser, site: Site, said: list[str]) -> Iterator[Page]:
    """Ana begins a new page of a name of its own, with two steps."""
    context = signed_in(browser, site, "ana", viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(CLOSE)
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.locator("#editor.is-quick")).to_be_visible()
    yield page
    context.close()


def names(page: Page) -> list[str]:
    return page.locator(".sheetstep h2").all_inner_texts()


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text("Saved", timeout=8_000)


def looked(page: Page, name: str) -> None:
    """Keep pictures, and insist that the screen fits and that axe minds nothing."""
    wrong = []
    size = page.viewport_size
    for width, theme in WAYS:
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{width} {theme}: scrolls sideways by {wide}"] if wide > 0 else []
        if (width, theme) in (WAYS[0], WAYS[-1]):
            wrong += [f"{width} {theme}: {problem}" for problem in minded(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(size or {"width": 1280, "height": 860})
    assert wrong == []


def reset(page: Page) -> None:
    """Bring the first text back, so that each test begins with the page as it is published."""
    page.get_by_role("link", name="Earlier texts").click()
    button = page.get_by_role("button", name="Bring back text 1", exact=True)
    if button.count():
        button.click()
    else:
        page.go_back()
    expect(page.locator("#editor.is-quick")).to_be_visible()


# -- Cards -------------------------------------------------------------------------------------------


def test_a_step_is_opened_filled_in_and_saved_by_itself(page: Page, said: list[str]) -> None:
    reset(page)
    looked(page, "editor")
    page.get_by_role("link", name="Confirm the deployment", exact=True).click()
    form = page.locator("form.card-form")
    expect(form.get_by_label("What is done")).to_have_value("Confirm the deployment")
    expect(form.get_by_label("What is done")).to_be_focused()
    form.get_by_label("Due").fill("2 hours")
    expect(page.locator("#says")).to_contain_text("within two hours", timeout=8_000)
    form.get_by_label("Who", exact=True).fill("Delivery enginer")
    expect(page.locator("#wrong-who")).to_contain_text("is not a role", timeout=8_000)
    looked(page, "editor-step-open")
    page.locator("#wrong-who").get_by_role("button", name="Write “Delivery engineer”").click()
    expect(page.locator("form.card-form").get_by_label("Who", exact=True)).to_have_value("Delivery engineer")
    form.get_by_label("Item 3").fill("One more thing")
    expect(form.get_by_label("Item 4")).to_be_visible()
    saved(page)
    page.locator("form.card-form").get_by_role("button", name="Save").click()
    expect(page.locator("form.card-form")).to_have_count(0)
    expect(page.locator("#step-1")).to_contain_text("within two hours")
    expect(page.locator("#step-1")).to_contain_text("One more thing")
    assert said == []


def test_a_rename_shows_everywhere_while_somebody_still_types(page: Page, said: list[str]) -> None:
    reset(page)
    page.get_by_role("link", name="Amend the contract", exact=True).click()
    page.get_by_label("What is done").fill("Mend the contract")
    expect(page.locator("#step-2")).to_contain_text("mends the contract", timeout=8_000)
    expect(page.get_by_label("What is done")).to_be_focused()
    assert said == []


def test_steps_are_added_branched_moved_and_removed(page: Page, said: list[str]) -> None:
    reset(page)
    before = names(page)
    row = page.locator("#step-1")
    row.hover()
    row.get_by_text("Add below").first.click()
    row.get_by_role("button", name="A step").click()
    expect(page.get_by_role("link", name="New step", exact=True)).to_be_visible()
    page.locator("#step-2").hover()
    page.get_by_role("button", name="Move up: New step").click()
    expect(page.locator("#step-1 h2").first).to_have_text("New step")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Move up: New step"
    page.get_by_role("button", name="Take off the page: New step").click()
    expect(page.get_by_role("link", name="New step", exact=True)).to_have_count(0)
    assert names(page) == before
    page.get_by_role("button", name="One of two ways").last.click()
    expect(page.get_by_role("link", name="Which way", exact=True)).to_be_visible()
    expect(page.locator("#means svg")).to_contain_text("Otherwise")
    looked(page, "editor-branch")
    assert said == []


def test_a_step_is_dragged_into_a_group(page: Page, said: list[str]) -> None:
    reset(page)
    source = page.locator(".sheetstep", has=page.get_by_role("link", name="Tell the client", exact=True)).last
    target = page.locator("#step-2 .steprow")
    source.hover()
    grip = source.locator(".grip").bounding_box()
    place = target.bounding_box()
    assert grip
    assert place
    page.mouse.move(grip["x"] + 6, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(place["x"] + 60, place["y"] + place["height"] / 2, steps=12)
    page.mouse.move(place["x"] + 60, place["y"] + 6, steps=6)
    page.mouse.up()
    saved(page)
    expect(page.locator("#step-0 ol.sheet").get_by_role("link", name="Tell the client", exact=True)).to_be_visible()
    assert said == []


def test_facts_and_title_have_forms(page: Page, said: list[str]) -> None:
    reset(page)
    page.locator("#facts").get_by_role("link", name="Edit the facts").click()
    last = page.locator(".factrow").nth(4)
    last.get_by_label("Fact", exact=True).fill("urgent")
    last.get_by_label("Kind").fill("yes/no")
    saved(page)
    looked(page, "editor-facts")
    page.locator("#head").get_by_role("link", name="Edit").click()
    page.get_by_label("The name of the page").fill("Close a project of a client")
    expect(page.locator("h1")).to_have_text("Close a project of a client", timeout=8_000)
    looked(page, "editor-title")
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.locator(".cm-content")).to_contain_text("urgent")
    assert said == []


def test_a_fact_is_renamed_and_the_page_follows_when_somebody_says_so(page: Page, said: list[str]) -> None:
    reset(page)
    page.locator("#facts").get_by_role("link", name="Edit the facts").click()
    page.locator(".factrow").nth(3).get_by_label("Fact", exact=True).fill("agreement")
    offer = page.locator("#renamed")
    expect(offer).to_contain_text("“contract” is called “agreement” now.", timeout=8_000)
    expect(offer).to_contain_text("- Approve: {agreement}, {value}")
    looked(page, "editor-renamed")
    offer.get_by_role("button", name="Write “agreement” there, too").click()
    expect(offer).to_have_text("", timeout=8_000)
    expect(page.locator("#step-2")).to_contain_text("agreement")
    assert said == []


def test_the_flow_fits_its_column(page: Page, said: list[str]) -> None:
    reset(page)
    found = page.locator(".means .flowwrap")
    assert found.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    assert said == []


def test_the_keyboard_alone_opens_changes_and_moves(page: Page, said: list[str]) -> None:
    reset(page)
    page.locator("#step-4 h2 a").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("What is done")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" and where")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Confirm logistics and where", exact=True)).to_be_visible()
    page.get_by_role("button", name="Move up: Confirm logistics and where").focus()
    assert page.evaluate("getComputedStyle(document.activeElement.closest('.stepacts')).opacity") == "1"
    page.keyboard.press("Enter")
    expect(page.locator("#step-3 h2")).to_have_text("Confirm logistics and where")
    assert said == []


# -- Text --------------------------------------------------------------------------------------------


def test_the_text_shows_its_faults_as_somebody_types(page: Page, said: list[str]) -> None:
    reset(page)
    page.get_by_role("link", name="Text", exact=True).click()
    editor = page.locator(".cm-content")
    expect(editor).to_be_visible()
    looked(page, "editor-text")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n## Ask them how it went\n\n- Who: Legal council\n", delay=1)
    expect(page.locator("#means")).to_contain_text("“Legal council” is not a role".replace("“", '"').replace("”", '"'))
    expect(page.locator(".cm-lintRange-error")).to_have_count(1)
    expect(page.locator("#means")).to_contain_text("Ask them how it went")
    saved(page)
    looked(page, "editor-text-fault")
    mend = page.get_by_role("button", name="Write “Legal counsel”")
    for _look in range(5):  # the tooltip of a fault that was just drawn anew needs the mouse to come again
        page.mouse.move(0, 0)
        page.locator(".cm-lintRange-error").hover()
        page.wait_for_timeout(800)
        if mend.count():
            break
    mend.click()
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    saved(page)
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("Who: Legal counsel")
    assert said == []


def test_a_long_text_is_typed_into_without_waiting(page: Page, said: list[str]) -> None:
    reset(page)
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.locator(".cm-content")).to_be_visible()
    steps = "".join(f"\n## Step {n}\n\n- Who: Legal counsel\n- Due: 1 day\n\nDo it well.\n" for n in range(200))
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    pasted(page, f"# Long\n\n- Owner: ana@northwind.example\n{steps}")
    expect(page.locator("#means")).to_contain_text("Step 199", timeout=15_000)
    expect(page.locator("#saved")).to_have_text("Saved", timeout=15_000)
    assert said == []


def pasted(page: Page, text: str) -> None:
    """Paste a text as the clipboard would."""
    page.locator(".cm-content").evaluate(
        """(element, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


# -- Two at once -------------------------------------------------------------------------------------


def test_what_two_change_at_once_is_chosen_and_nothing_is_lost(
    browser: Browser, site: Site, page: Page, said: list[str]
) -> None:
    reset(page)
    other = signed_in(browser, site, "vera")
    hers = other.new_page()
    hers.goto(page.url)
    hers.get_by_role("link", name="Confirm the deployment", exact=True).click()
    page.get_by_role("link", name="Confirm the deployment", exact=True).click()
    hers.get_by_label("Due").fill("3 hours")
    hers.get_by_role("button", name="Save", exact=True).click()
    expect(hers.locator("#step-1")).to_contain_text("three hours")
    page.get_by_label("Due").fill("2 hours")
    expect(page.locator("#saved")).to_contain_text("Both texts are kept", timeout=8_000)
    page.get_by_role("link", name="Choose which holds").click()
    expect(page.locator("h1")).to_have_text("Both of you changed this")
    looked(page, "editor-merge")
    page.get_by_label("Yours").check()
    page.get_by_role("button", name="Keep what I chose").click()
    expect(page.locator("#step-1")).to_contain_text("two hours")
    page.get_by_role("link", name="Earlier texts").click()
    expect(page.locator(".row").first).to_contain_text("Ana")
    looked(page, "editor-texts")
    other.close()
    assert said == []


# -- Without scripts ---------------------------------------------------------------------------------


def test_all_of_it_works_without_javascript(browser: Browser, site: Site) -> None:
    context = signed_in(browser, site, "ana", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(CLOSE)
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("link", name="Earlier texts").click()
    if page.get_by_role("button", name="Bring back text 1", exact=True).count():
        page.get_by_role("button", name="Bring back text 1", exact=True).click()
    else:
        page.go_back()
    page.get_by_role("link", name="Confirm logistics", exact=True).click()
    page.get_by_label("Due").fill("4 working hours")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#step-4")).to_contain_text("within four working hours")
    page.get_by_role("button", name="Move up: Confirm logistics").click()
    expect(page.locator("#step-3 h2")).to_have_text("Confirm logistics")
    page.get_by_role("link", name="Text", exact=True).click()
    page.get_by_label("The page as text").fill("# Short\n\n- Owner: ana@northwind.example\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("The page as text")).to_have_value("# Short\n\n- Owner: ana@northwind.example\n")
    context.close()


# -- Playing -----------------------------------------------------------------------------------------


def test_a_draft_is_played_to_its_end(page: Page, said: list[str]) -> None:
    reset(page)
    page.get_by_role("button", name="Play it").click()
    expect(page.locator("h1")).to_contain_text("Play: Close a client project")
    looked(page, "play-start")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#confirm-the-deployment")).to_contain_text("asked")
    looked(page, "play")
    page.locator("#confirm-the-deployment").get_by_role("button", name="Done").click()
    expect(page.locator("#confirm-the-deployment .dot")).to_have_text("✓")
    page.locator("#sign-off-the-contract").get_by_role("button", name="Reject").click()
    expect(page.locator("#amend-the-contract")).to_contain_text("asked")
    page.get_by_role("button", name="One step back").click()
    expect(page.locator("#sign-off-the-contract").get_by_role("button", name="Reject")).to_be_visible()
    page.locator("#sign-off-the-contract").get_by_role("button", name="Approve", exact=True).click()
    page.locator("#confirm-logistics").get_by_role("button", name="Done").click()
    expect(page.locator(".happened")).to_contain_text("is told:")
    expect(page.locator(".happened")).to_contain_text("It ends: done.")
    looked(page, "play-over")
    assert said == []


def test_a_reader_practises_their_part(browser: Browser, site: Site) -> None:
    context = signed_in(browser, site, "mira", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(CLOSE)
    page.get_by_role("link", name="Practise").click()
    expect(page.locator(".lead").first).to_contain_text("As Legal counsel you come in at step 2")
    looked(page, "practise-start")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".doing")).to_have_count(1)
    looked(page, "practise")
    page.locator(".doing").get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".wait")).to_contain_text("You came in at step 2")
    context.close()
