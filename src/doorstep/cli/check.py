"""``doorstep check``: what is wrong with pages, one fault a line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from doorstep.cli.pages import PEOPLE, people_from, read_text
from doorstep.reading.check import check as check_text


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@PEOPLE
def check(*, pages: tuple[str, ...], people: Path | None) -> None:
    """Print the faults of pages as `file:line:col CODE text`; "-" is standard input.

    Exits with 1 when a page has an error or cannot be read; warnings alone are no reason.
    """
    directory = people_from(people)
    read = {page: _read(page) for page in pages}
    texts = {page: text for page, text in read.items() if text is not None}
    faults = [
        fault for page, text in texts.items() for fault in check_text(text, file=page, directory=directory).faults
    ]
    for fault in faults:
        click.echo(str(fault))
    errors = sum(fault.severity == "error" for fault in faults)
    found = f"{_count(errors, 'error')}, {_count(len(faults) - errors, 'warning')}"
    unread = f"; {_count(len(read) - len(texts), 'page')} could not be read" if len(texts) < len(read) else ""
    click.echo(f"{_count(len(texts), 'page')}: {found}{unread}.", err=True)
    sys.exit(1 if errors or unread else 0)


def _read(page: str) -> str | None:
    """Return a page's text; one that cannot be read is said so and does not keep the others from being checked."""
    try:
        return read_text(page)
    except click.ClickException as refused:
        refused.show()
        return None


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
