"""The command group.  A subcommand is imported when it is called, so that `check` never loads Django."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "demo": "Play the main job in an example company.",
    "serve": "Run everything one installation needs: web, worker, listeners.",
    "web": "Serve the screens.",
    "worker": "Do what is due: deliveries, actions, due times, polls.",
    "migrate": "Bring the database up to this version.",
    "publish": "Publish pages.",
    "library": "Export and import the library as Markdown files.",
    "check": "Say what is wrong with pages.",
    "show": "Show a page as sentences, outline, JSON or picture.",
    "play": "Play a page on a virtual clock.",
    "people": "Import people, invite the first administrator.",
    "case": "List, show and export cases.",
    "journal": "Verify the journal.",
    "doctor": "Say what is wrong with an installation, and the mend.",
}
"""Each command's name and its line of help; it lives in ``doorstep.cli.<name>`` under its own name."""


class Lazy(click.Group):
    """A group whose commands are modules of this package, loaded by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"doorstep.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="doorstep", prog_name="doorstep")
def main() -> None:
    """Doorstep: the page is the process."""


if __name__ == "__main__":
    main()
