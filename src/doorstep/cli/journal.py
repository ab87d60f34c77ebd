"""``doorstep journal``: verify what happened, and make the line of the day."""

from __future__ import annotations

import sys

import click

from doorstep.cli.installation import installation


@click.group()
def journal() -> None:
    """Verify the journal."""


@journal.command()
def verify() -> None:
    """Check every chain, hash, private part and daily line; exit status 1 when something does not fit."""
    with installation():
        from doorstep.cases.verify import verify as verify_all

        found = verify_all()
    for finding in found.findings:
        click.echo(str(finding))
    erased = f", {found.erased} of them erased" if found.erased else ""
    click.echo(f"{found.entries} entries of {found.cases} runs{erased}, {found.anchors} daily lines.")
    click.echo("Something does not fit: see above." if found.findings else "Everything fits.")
    sys.exit(1 if found.findings else 0)


@journal.command()
def head() -> None:
    """Make the line of the day over the heads of all runs, and print it."""
    with installation():
        from doorstep.cases.anchors import anchor_today

        line = anchor_today()
    click.echo(line or "The line of today was made already; it is in the log.")
