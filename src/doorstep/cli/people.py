"""``doorstep people``: import people from a file, pull a directory, invite the first administrator."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from doorstep.cli.installation import installation, person_by

BY = click.option("--by", metavar="EMAIL", help="Who does it; without, the operator of this machine.")


@click.group()
def people() -> None:
    """Import people, pull directories, invite the first administrator."""


@people.command("invite")
@click.argument("email")
@click.option("--admin", is_flag=True, help="They may change people, connections and routes.")
@BY
def invite_command(email: str, by: str | None, *, admin: bool) -> None:
    """Print a link that makes an account for EMAIL, once."""
    with installation():
        from doorstep.people.invite import invite

        made = invite(email=email, by=person_by(by) if by else None, admin=admin)
    rank = " as an administrator" if made.administrator else ""
    click.echo(f"Invited {made.person.name}{rank} until {made.expires_at:%Y-%m-%d %H:%M} UTC. The link works once:")
    click.echo(made.link)


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@BY
def import_command(file: Path, by: str | None, *, dry_run: bool) -> None:
    """Take over the people of a CSV file; importing it again changes nothing.

    Lines that do not fit are left out and named as `file:line: what is wrong`; the exit status is then 1.
    """
    text = _text(file)
    with installation():
        from doorstep.people.import_csv import import_people

        report = import_people(text, by=person_by(by) if by else None, dry_run=dry_run)
    for fault in report.faults:
        click.echo(f"{file}:{fault.line}: {fault.text}", err=True)
    click.echo(str(report))
    sys.exit(1 if report.left_out else 0)


@people.command("pull")
@click.argument("name")
@click.option("--changes", is_flag=True, help="Only what changed since the last time.")
@click.option("--all-the-same", is_flag=True, help="Also when many would be marked as having left.")
@BY
def pull_command(name: str, by: str | None, *, changes: bool, all_the_same: bool) -> None:
    """Pull the directory of the connection NAME now; the worker does it every hour.

    Entries that do not fit are left out and named; the exit status is 1 when nothing could be read.
    """
    with installation():
        from doorstep.connections.errors import NotUsable
        from doorstep.connections.pull import pull
        from doorstep.connections.queries import named
        from doorstep.people.clock import business_now

        row = named(name)
        if row is None:
            raise click.ClickException(f'There is no connection named "{name}". Add one of kind ldap or graph.')
        who = person_by(by) if by else None
        try:
            taken = pull(connection=row.id, by=who, at=business_now(), whole=not changes, sweeping=all_the_same)
        except NotUsable as refused:
            raise click.ClickException(str(refused)) from refused
    for fault in taken.faults:
        click.echo(fault, err=True)
    click.echo(str(taken))


def _text(file: Path) -> str:
    """Return a file's text, as UTF-8 or as what Excel saves in the west."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        click.echo(f"{file} is not UTF-8; read as Windows-1252. Check names with accents.", err=True)
        return content.decode("cp1252", "replace")
