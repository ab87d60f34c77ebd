"""Friday, 4 p.m.: the main job as its four people see it, over real SMTP, IMAP and HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect
from tests.stories.conftest import Demo, eventually

from doorstep.demo import company
from doorstep.demo.contract import contract_pdf

pytestmark = pytest.mark.browser
Somebody = Callable[[], Page]


@pytest.fixture
def contracts(tmp_path: Path) -> tuple[Path, Path]:
    """The contract legal rejects, and the amended one."""
    files = tmp_path / "contract-v3.pdf", tmp_path / "contract-v4.pdf"
    files[0].write_bytes(contract_pdf())
    files[1].write_bytes(contract_pdf(cap="150 %", version=4))
    return files


def test_friday_is_played_to_its_end(demo: Demo, somebody: Somebody, contracts: tuple[Path, Path]) -> None:
    ana, sam, mira, priya, lena = (somebody() for _ in range(5))

    # Ana starts from the opportunity, types nothing Salesforce knows, and reads one line.
    ana.goto(demo.url)
    ana.get_by_role("button", name="Be Ana").click()
    ana.goto(f"{demo.salesforce}/lightning/r/Opportunity/{company.OPPORTUNITY_ID}/view")
    ana.get_by_role("link", name="Close this project").click()
    expect(ana.locator(".doc")).to_contain_text("Halden Foods")
    expect(ana.locator(".doc")).to_contain_text("EUR 84,000.00")
    ana.set_input_files("input[type=file]", contracts[0])
    ana.get_by_role("button", name="Start").click()
    run = ana.url
    expect(ana.locator("h1")).to_have_text("Halden Foods: web shop relaunch")
    expect(ana.locator(".wait b").first).to_contain_text("With the client by 18:00 if ")

    # Sam ticks the list in his issue and moves it to Done.
    issue = f"{demo.jira}/browse/{company.JIRA_ISSUE}"
    eventually(lambda: shows(sam, issue, "text=Please confirm the deployment"))
    for item in range(2):
        sam.locator('form[action*="/tick"] button').nth(item).click()
    sam.get_by_role("button", name="Done", exact=True).click()
    eventually(lambda: shows(ana, run, "#confirm-the-deployment.done"))
    expect(ana.locator("#confirm-the-deployment")).to_contain_text("Sam Ortiz")

    # Mira rejects from the letter, with a reason.
    reply(demo, mira, "Reject", number=1, more="the liability cap is too low")

    # Ana amends the contract; Mira is asked again, sees the new one, and approves.
    eventually(lambda: shows(ana, demo.url, "[aria-labelledby=waits] >> text=Amend the contract"))
    ana.locator("[aria-labelledby=waits] >> text=Amend the contract").click()
    expect(ana.locator("main")).to_contain_text("the liability cap is too low")
    ana.set_input_files("input[type=file]", contracts[1])
    ana.get_by_role("button", name="Send").click()
    expect(ana.locator("h1")).to_have_text("Thank you, Ana")
    reply(demo, mira, "Approve", number=3, holds="contract-v4.pdf")
    eventually(lambda: shows(ana, run, "#sign-off-the-contract.done"))
    expect(ana.locator("#sign-off-the-contract")).to_contain_text("approved")

    # Priya fills in two fields of the opportunity and completes her task.
    priya.goto(f"{demo.salesforce}/lightning/r/Opportunity/{company.OPPORTUNITY_ID}/view")
    priya.get_by_label("Go-live date").fill("2026-12-12")
    priya.get_by_label("Delivery contact").fill(company.BY_KEY["lena"].email)
    priya.get_by_role("button", name="Save").click()
    priya.get_by_role("button", name="Complete").first.click()

    # It ends by itself: the page says so, Salesforce is updated, Lena has the mail with the contract.
    eventually(lambda: shows(ana, run, ".wait.fine"), within=60)
    expect(ana.locator(".wait b").first).to_contain_text("With the client since")
    priya.goto(f"{demo.salesforce}/lightning/r/Opportunity/{company.OPPORTUNITY_ID}/view")
    expect(priya.get_by_label("Delivery status")).to_have_value("Delivered")
    letters = f"{demo.mail}/box/{company.BY_KEY['lena'].email}"
    eventually(lambda: shows(lena, letters, "ul.rows a"))
    lena.locator("ul.rows a").first.click()
    expect(lena.locator("main")).to_contain_text("contract-v4.pdf")
    expect(lena.frame_locator("iframe").locator("body")).to_contain_text(
        "web shop relaunch is live on 12 December 2026"
    )


def test_silence_is_chased(demo: Demo, somebody: Somebody, contracts: tuple[Path, Path]) -> None:
    """Nobody answers: Mira is reminded on the thread, then Jon, her deputy, is asked."""
    ana, mira, jon = (somebody() for _ in range(3))
    box = f"{demo.mail}/box/{company.BY_KEY['mira'].email}"
    before = letters_in(mira, box)
    ana.goto(f"{demo.url}/demo/")
    ana.get_by_role("button", name="Be Ana").click()
    ana.goto(f"{demo.url}/start/close-a-client-project?opportunity={company.OPPORTUNITY_ID}")
    ana.set_input_files("input[type=file]", contracts[0])
    ana.get_by_label("Needed by").fill("")
    ana.get_by_role("button", name="Start").click()
    run = ana.url
    eventually(lambda: letters_in(mira, box) > before)
    asked = letters_in(mira, box)
    deputy = f"{demo.mail}/box/{company.BY_KEY['jon'].email}"
    none = letters_in(jon, deputy)

    def later(reader: Page, where: str, count: int) -> bool:
        visit(ana, run)
        ana.get_by_role("button", name="To the next thing due").click()
        return letters_in(reader, where) > count

    eventually(lambda: later(mira, box, asked), within=60)
    visit(mira, box)
    expect(mira.locator("ul.rows a").first).to_contain_text("reminder")
    eventually(lambda: later(jon, deputy, none), within=60)
    visit(jon, deputy)
    expect(jon.locator("ul.rows a").first).to_contain_text("Sign off the contract")


def test_a_newcomer_publishes_a_page_and_starts_it(demo: Demo, somebody: Somebody) -> None:
    ana = somebody()
    ana.goto(f"{demo.url}/demo/")
    ana.get_by_role("button", name="Be Ana").click()
    ana.goto(f"{demo.url}/library/publish/")
    ana.get_by_label("The page").fill(OWN.replace("Chief operating officer", "Chief operating offcer"))
    ana.get_by_role("button", name="Show what it means").click()
    expect(ana.locator(".faults")).to_contain_text('Did you mean "Chief operating officer"?')
    ana.get_by_label("The page").fill(OWN)
    ana.get_by_role("button", name="Show what it means").click()
    expect(ana.locator("main")).to_contain_text("Chief operating officer approves the amount, within two working days")
    ana.get_by_role("button", name="Publish").click()
    expect(ana.locator("h1")).to_have_text("Approve a gift")
    ana.get_by_role("link", name="Start", exact=True).click()
    ana.get_by_label("Amount").fill("120")
    ana.get_by_role("button", name="Start").click()
    expect(ana.locator("#approve-the-amount")).to_contain_text("Approve the amount")
    expect(ana.locator(".wait")).to_contain_text("Tom Reyes")


OWN = """# Approve a gift

- Owner: Chief operating officer

| Fact | Kind | From |
|---|---|---|
| amount | money | whoever starts |

## Approve the amount

- Who: Chief operating officer
- Approve: {amount}
- Due: 2 working days
- If rejected: end the case
"""


# -- What people do ------------------------------------------------------------------------------------


def visit(page: Page, url: str) -> None:
    """Go to an address; a sandbox page that loads itself anew at that very moment is in the way once."""
    try:
        page.goto(url)
    except Error:
        page.wait_for_load_state()
        page.goto(url)


def shows(page: Page, url: str, what: str) -> bool:
    """Load a page and say whether something is on it."""
    visit(page, url)
    return page.locator(what).count() > 0


def letters_in(page: Page, box: str) -> int:
    """Return how many letters are in a mailbox."""
    visit(page, box)
    return page.locator("ul.rows li a").count()


def reply(demo: Demo, reader: Page, button: str, *, number: int, more: str = "", holds: str = "") -> None:
    """Wait for the reader's nth letter, press a button in it, and send the reply that opens."""
    box = f"{demo.mail}/box/{company.BY_KEY['mira'].email}"
    eventually(lambda: letters_in(reader, box) >= number)
    reader.locator("ul.rows a").first.click()
    if holds:
        expect(reader.locator("main")).to_contain_text(holds)
    reader.frame_locator("iframe").get_by_role("link", name=button, exact=True).click()
    text = reader.get_by_label("Text")
    written = text.input_value()
    first, _, rest = written.partition("\n")
    text.fill(f"{first}{more}\n{rest}")
    reader.get_by_role("button", name="Send").click()
