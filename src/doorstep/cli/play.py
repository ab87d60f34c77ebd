"""``doorstep play``: a page on a virtual clock, driven by a script of JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from doorstep.chase.working import Calendar, CalendarNotUnderstood
from doorstep.cli.pages import PEOPLE, checked_page, sound_page
from doorstep.kernel.program import Program
from doorstep.reading.page import Page
from doorstep.rehearsal.play import MakeCalendar, OtherPage, Play
from doorstep.rehearsal.script import NotUnderstood


@click.command()
@click.argument("page")
@click.option(
    "--script",
    default="-",
    show_default=True,
    metavar="FILE",
    help='JSON lines of what people do; "-" is standard input.',
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line.")
@click.option(
    "--calendar",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with working hours and holidays; else Monday to Friday 09:00-17:00 in the start's zone.",
)
@PEOPLE
def play(*, page: str, script: str, as_json: bool, calendar: Path | None, people: Path | None) -> None:
    """Play a page without anybody being asked.

    A page with errors is refused with its faults and exit code 1.  Lines that do not fit are answered
    with the reason and change nothing.
    """
    if page == script == "-":
        raise click.UsageError("The page and the script cannot both come from standard input: give --script FILE.")
    read, program = sound_page(page, people=people)
    folders = [Path(), *(Path(file).parent for file in (script, page) if file != "-")]
    game = Play(read, program, calendar=_calendar(calendar), other_page=_other_pages(folders))
    if as_json:
        for line in _lines(script):
            click.echo(json.dumps(game.do(line).as_json()))
    else:
        from doorstep.cli.play_view import view

        view(game, _lines(script))


def _lines(script: str) -> Iterator[str]:
    """Yield the lines of a script that are not empty."""
    if script == "-":
        yield from _texts(sys.stdin.buffer)
        return
    try:
        with Path(script).open("rb") as lines:
            yield from _texts(lines)
    except OSError as reason:
        raise click.ClickException(f"{script} cannot be read: {reason.strerror or reason}.") from reason


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    return (line.decode("utf-8", "replace") for line in lines if line.strip())


def _calendar(file: Path | None) -> MakeCalendar:
    """Read the calendar of a play; without a zone of its own it is in the start's."""
    if file is None:
        return Calendar
    try:
        plain = json.loads(file.read_text("utf-8"))
        Calendar.from_plain(plain)
    except (CalendarNotUnderstood, ValueError, RecursionError) as reason:
        raise click.ClickException(f"{file} is no calendar: {reason}") from reason
    return lambda zone: Calendar.from_plain(plain, zone=zone)


def _other_pages(folders: list[Path]) -> OtherPage:
    """Return how a script's ``migrate`` finds a page: here, beside the script, beside the first page."""

    def other_page(name: str) -> tuple[Page, Program]:
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if found is None:
            raise NotUnderstood(f'Expected the file of a page, but there is no "{name}".')
        checked = checked_page(str(found))
        if checked.program is None:
            first = next(fault for fault in checked.faults if fault.severity == "error")
            raise NotUnderstood(f"Expected a page without errors, but got {first}")
        return checked.page, checked.program

    return other_page
