"""``doorstep case``: list, show and export runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from doorstep.cli.installation import installation
from doorstep.cli.places import writing

if TYPE_CHECKING:
    from doorstep.cases.models import Case


@click.group()
def case() -> None:
    """List, show and export cases."""


@case.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones, too.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
def list_cases(everything: bool, limit: int) -> None:
    """List runs, the latest first."""
    with installation():
        from doorstep.cases.models import Case as Row
        from doorstep.cases.status import statuses

        rows = Row.objects.order_by("-number")
        shown = list((rows if everything else rows.filter(status__in=("open", "suspended")))[:limit])
        said = statuses(shown)
        for row in shown:
            click.echo(f"{row.number:>6}  {row.status:<9}  {row.title}  {said[row.id].words.short}".rstrip())
        if not shown:
            click.echo("There is none.")


@case.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Show one run: what it says of itself, its steps, and what happened."""
    with installation():
        from doorstep.cases.queries import history
        from doorstep.cases.view import case_view

        row = _numbered(number)
        view = case_view(row)
        click.echo(f"{row.title}, run {row.number}, {row.status}, version {view.version}")
        click.echo(f"{view.status.words.headline} {view.status.words.detail}".strip())
        for step in view.steps:
            by = f" by {step.by}" if step.by else ""
            click.echo(f"  {step.node.status:<11} {step.public_name}{by}")
        for one in history(row.id):
            click.echo(f"  {one.seq:>4} {one.at:%Y-%m-%d %H:%M} {one.kind} {one.step} {one.by}".rstrip())


@case.command()
@click.argument("number", type=int)
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="A file; without it, printed.")
def export(number: int, path: Path | None) -> None:
    """Export one run as one evidence file (JSON)."""
    with installation():
        from doorstep.cases.export import evidence

        text = json.dumps(evidence(_numbered(number)), ensure_ascii=False, indent=2)
    if path is None:
        click.echo(text)
    else:
        with writing(path):
            path.write_text(text + "\n", encoding="utf-8")
        click.echo(f"Written to {path}.")


def _numbered(number: int) -> Case:
    from doorstep.cases.models import Case as Row

    row = Row.objects.filter(number=number).first() if 0 < number < 2**31 else None  # as the column holds it
    if row is None:
        raise click.ClickException(f"There is no run {number}. See: doorstep case list --all")
    return row
