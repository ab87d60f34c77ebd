"""Pages as files of the command line: read, checked, and refused with their faults."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from doorstep.kernel.program import Program
from doorstep.reading.check import Checked, check
from doorstep.reading.directory import Listed, from_csv
from doorstep.reading.page import Page

MOST_BYTES = 1024 * 1024 + 1
"""One more than a page may have: enough for reading to say that it is too large."""

PEOPLE = click.option(
    "--people",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file with the columns email and roles, to check names against.",
)


def read_text(file: str) -> str:
    """Read a page from a file, or from standard input for ``-``; bytes that are no text are left for reading to find."""
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MOST_BYTES)
        else:
            with Path(file).open("rb") as page:
                content = page.read(MOST_BYTES)
    except OSError as reason:
        raise click.ClickException(f"{file} cannot be read: {reason.strerror or reason}.") from reason
    return content.decode("utf-8", "surrogateescape")


def people_from(file: Path | None) -> Listed | None:
    """Read the people and roles to check against."""
    if file is None:
        return None
    try:
        return from_csv(file.read_text("utf-8"))
    except (ValueError, OSError) as reason:
        raise click.ClickException(f"{file} cannot be read: {reason}") from reason


def checked_page(file: str, *, people: Path | None = None) -> Checked:
    """Read and check a page."""
    return check(read_text(file), file=file, directory=people_from(people))


def sound_page(file: str, *, people: Path | None = None) -> tuple[Page, Program]:
    """Return a page that runs; otherwise print its faults on standard error and exit with 1."""
    checked = checked_page(file, people=people)
    if checked.program is None:
        for fault in checked.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    return checked.page, checked.program
