"""``doorstep library``: the whole library as files, out and in."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from doorstep.cli.installation import installation, person_by
from doorstep.cli.places import writing


@click.group()
def library() -> None:
    """Export and import the library as Markdown files."""


@library.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--by", default="", metavar="EMAIL", help="Only what this person meets; everything without it.")
def export(folder: Path, by: str) -> None:
    """Write every page in force into FOLDER, with kept files beside and a manifest of hashes."""
    with installation(), writing(folder):
        from doorstep.stewardship.export_library import export_library

        count = export_library(to=folder, by=person_by(by) if by else None)
    click.echo(f"{count} {'page' if count == 1 else 'pages'} in {folder}.")


@library.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", required=True, metavar="EMAIL", help="Who publishes.")
def import_(folder: Path, by: str) -> None:
    """Publish the pages of an export.

    What is refused is printed and the others are published all the same; the exit status is then 1.
    """
    with installation():
        from doorstep.stewardship.import_library import import_library

        done = import_library(folder=folder, by=person_by(by))
    for one in done:
        if one.why:
            click.echo(f"{one.path}: not published. {one.why}", err=True)
    new, same = sum(one.new for one in done), sum(not one.new and not one.why for one in done)
    click.echo(f"{new} published, {same} the same already, {len(done) - new - same} refused.")
    sys.exit(1 if new + same < len(done) else 0)
