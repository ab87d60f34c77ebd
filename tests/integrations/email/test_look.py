"""The letter in a real browser: on a phone and a desk, in light and dark."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from tests.integrations.email.mailroom import letter

from doorstep.integrations.email.compose import html_of

pytestmark = pytest.mark.browser

LETTERS = {
    "approve": letter(),
    "fill in": letter(
        verb="fill in", fields=(("Go-live", "date"), ("A very long label for a statement of work", "file"))
    ),
    "long": letter(
        headline="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 2,
        subject="x" * 200,
    ),
}


@pytest.mark.parametrize("name", sorted(LETTERS))
@pytest.mark.parametrize("width", [320, 360, 700])
def test_nothing_needs_scrolling_sideways(browser: Browser, name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.set_content(html_of(replace(LETTERS[name], language="en")))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(browser: Browser, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 700, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(html_of(letter()))
    lowest = page.evaluate(CONTRAST)
    page.close()
    assert lowest >= 4.5


CONTRAST = """() => {
  const lum = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b }
  const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c } return 'rgb(255, 255, 255)' }
  const texts = [...document.querySelectorAll('p, h1, a, b, span, td')].filter(e => e.textContent.trim() && e.offsetParent !== null)
  return Math.min(...texts.map(e => { const [a, b] = [lum(getComputedStyle(e).color), lum(back(e))].sort((x, y) => y - x); return (a + .05) / (b + .05) }))
}"""
