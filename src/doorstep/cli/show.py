"""``doorstep show``: a page as sentences, outline, JSON or picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import click

from doorstep.cli.pages import checked_page
from doorstep.reading.page import Page


def _sentences(page: Page) -> str:
    """Return what every step says, under its heading."""
    from doorstep.reading.sentences import plain, sentences

    parts = [
        page.title,
        *(
            f"{'  ' * (said.level - 2)}{said.name}\n{'  ' * (said.level - 2)}  {plain(said.text)}"
            for said in sentences(page)
        ),
    ]
    return "\n\n".join(part.rstrip() for part in parts)


def _outline(page: Page) -> str:
    from doorstep.reading.outline import outline

    return outline(page).rstrip("\n")


def _json(page: Page) -> str:
    from doorstep.reading.jsonform import to_json

    return json.dumps(to_json(page), indent=2, ensure_ascii=False)


def _svg(page: Page) -> str:
    from doorstep.reading.flow import flow

    return flow(page)


FACES: Mapping[str, Callable[[Page], str]] = {
    "sentences": _sentences,
    "outline": _outline,
    "json": _json,
    "svg": _svg,
}


@click.command()
@click.argument("page")
@click.option(
    "--as", "face", type=click.Choice(list(FACES)), default="sentences", show_default=True, help="Which face of it."
)
def show(*, page: str, face: str) -> None:
    """Show a page; "-" is standard input.  Its faults go to standard error and hinder nothing."""
    checked = checked_page(page)
    for fault in checked.faults:
        click.echo(str(fault), err=True)
    click.echo(FACES[face](checked.page))
