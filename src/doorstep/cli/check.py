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

    Exits with 1 when a page has an error; warnings alone are no reason.
    """
    directory = people_from(people)
    faults = [fault for page in pages for fault in check_text(read_text(page), file=page, directory=directory).faults]
    for fault in faults:
        click.echo(str(fault))
    errors = sum(fault.severity == "error" for fault in faults)
    click.echo(
        f"{_count(len(pages), 'page')}: {_count(errors, 'error')}, {_count(len(faults) - errors, 'warning')}.", err=True
    )
    sys.exit(1 if errors else 0)


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
