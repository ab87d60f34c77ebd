"""``doorstep publish``: pages become versions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from doorstep.cli.installation import installation, person_by
from doorstep.cli.pages import read_text

if TYPE_CHECKING:
    from doorstep.library.publish import Published


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option("--by", required=True, metavar="EMAIL", help="Who publishes.")
@click.option("--process", default="", metavar="KEY", help="The process it is a version of, when its title is new.")
@click.option(
    "--same-step",
    "same_steps",
    multiple=True,
    metavar="NEW=OLD",
    help="A heading that is new is the same step as one that vanished.",
)
@click.option(
    "--level",
    type=click.Choice(["run", "followed", "readable"]),
    help="What it is published as; without it, what it is made for. A page with errors does not run.",
)
@click.option(
    "--materiality",
    type=click.Choice(["editorial", "clarifying", "material", "critical"]),
    default="material",
    show_default=True,
    help="How much it changes what people do: editorial tells nobody, clarifying tells, the others ask for a word.",
)
def publish(
    pages: tuple[str, ...], *, by: str, process: str, same_steps: tuple[str, ...], level: str | None, materiality: str
) -> None:
    """Publish pages, each effective at once.

    A page with errors is refused with its faults and the others are published all the same; the exit
    status is then 1.
    """
    if (process or same_steps) and len(pages) > 1:
        raise click.UsageError("Expected one page with --process or --same-step, but got several.")
    with installation():
        from doorstep.library.errors import NotPublishable
        from doorstep.library.models import Level, Materiality
        from doorstep.library.publish import publish as publish_page

        doer, chosen, refused = person_by(by), _pairs(same_steps), False
        for page in pages:
            try:
                text = read_text(page)
                how = {"process": process, "identities": chosen, "materiality": Materiality(materiality)}
                wanted = Level(level) if level else None
                done = publish_page(text=text, by=doer, file=page, level=wanted, **how)  # type: ignore[arg-type]
            except NotPublishable as refusal:
                refused = True
                for fault in refusal.faults:
                    click.echo(str(fault), err=True)
                lower = f", or publish it with --level {refusal.reaches}" if refusal.reaches else ""
                click.echo(f"{page}: not published; mend its errors{lower}.")
            else:
                _say(page, done)
    sys.exit(1 if refused else 0)


def _say(page: str, done: Published) -> None:
    """Print what was published, its warnings and what may be the same step."""
    for fault in done.faults:
        click.echo(str(fault), err=True)
    what = f"version {done.number} of {done.key}"
    click.echo(f"{page}: {what} is effective." if done.new else f"{page}: {what} says the same already.")
    for pair in done.same_step:
        click.echo(
            f'  "{pair.vanished}" is gone and "{pair.appeared}" is new. The same step? '
            f'Publish again with --same-step "{pair.appeared}={pair.identity}"'
        )


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    """Return which new heading continues which identity."""
    pairs = {new.strip(): old.strip() for new, _, old in (text.partition("=") for text in texts)}
    if not all(pairs) or not all(pairs.values()):
        raise click.UsageError('Expected --same-step "New heading=Old heading".')
    return pairs
