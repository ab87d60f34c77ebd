"""docs/reference/cli.md, made from the commands themselves: ``python -m doorstep.cli.reference > docs/reference/cli.md``."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import click

from doorstep.cli.main import main

HEAD = """# The command line

Every command says what it takes with `--help`. This page is made from the commands.
"""


def reference() -> str:
    """Return the page: every command with its arguments and options."""
    context = click.Context(main, info_name="doorstep")
    names = [name for name in main.list_commands(context) if find_spec(f"doorstep.cli.{name}")]
    return "\n".join((HEAD, *(line for name in names for line in _command(context, name)))).rstrip() + "\n"


def _command(parent: click.Context, name: str) -> Iterator[str]:
    """Yield the lines of one command, and of those below it."""
    assert isinstance(parent.command, click.Group)
    command = parent.command.get_command(parent, name)
    assert command is not None
    context = click.Context(command, info_name=name, parent=parent)
    yield f"## {context.command_path}\n"
    yield f"    {context.command_path} {' '.join(command.collect_usage_pieces(context))}\n"
    yield _plain(command.help) + "\n"
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    if options:
        yield "| option | |\n|---|---|"
        yield from (_option(option, context) for option in options)
        yield ""
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _command(context, below)


def _option(option: click.Option, context: click.Context) -> str:
    """Return an option's row."""
    record = option.get_help_record(context)
    assert record is not None
    return f"| `{record[0].replace('|', ' or ')}` | {_plain(record[1])} |"


def _plain(text: str | None) -> str:
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


if __name__ == "__main__":
    click.echo(reference(), nl=False)
