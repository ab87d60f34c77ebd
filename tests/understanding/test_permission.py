from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from doorstep.understanding import permission_in
from doorstep.understanding.vocabulary import LANGUAGES

EXAMPLES = [
    (example, yes == "yes")
    for language in LANGUAGES
    for yes in ("yes", "no")
    for example in tomllib.loads(files("doorstep.understanding").joinpath(f"{language}.toml").read_text("utf-8"))[
        "permission"
    ][f"examples_{yes}"]
]
QUOTED = (
    "\n\nOn Fri, 6 Mar 2026 at 16:02, Northwind <reply+a@northwind.example> wrote:\n\n> May Lea answer such things?\n"
)


@pytest.mark.parametrize(("text", "means"), EXAMPLES)
def test_every_example_reads_as_it_says(text: str, means: bool) -> None:
    assert permission_in(text, author="Mira Holt") is means
    assert permission_in(text + QUOTED, author="Mira Holt") is means


@pytest.mark.parametrize(
    "text",
    [
        "",
        "approved",
        "yes and no",
        "yes, but not contracts",
        "yes?",
        "Yes. No.",
        "only on Fridays",
        "yes, until May",
        "👍",
    ],
)
def test_one_word_more_makes_it_unclear(text: str) -> None:
    assert permission_in(text) is None
