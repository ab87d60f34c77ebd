"""The command group: every command is listed, and loaded only when it is called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from doorstep.cli.main import COMMANDS, main

PAGE = Path(__file__).parents[2] / "pages" / "close-client-project.md"


def test_the_help_names_every_command_without_loading_it() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    assert all(f"  {name} " in shown.output for name in COMMANDS)


def test_an_unknown_command_is_refused() -> None:
    shown = CliRunner().invoke(main, ["chekc"])
    assert (shown.exit_code, "No such command 'chekc'" in shown.output) == (2, True)


def test_the_version_is_said() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("doorstep, version ")


LOADED = """
import sys
from click.testing import CliRunner
from doorstep.cli.main import main
result = CliRunner().invoke(main, sys.argv[1:], input='{"do": "start"}')
assert result.exit_code == 0, result.output
print(" ".join(sorted(name for name in sys.modules if name in {"django", "psycopg", "rich", "httpx"})))
"""


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["check", str(PAGE)], ""),
        (["show", str(PAGE)], ""),
        (["show", str(PAGE), "--as", "svg"], ""),
        (["play", str(PAGE), "--json"], ""),
        (["play", str(PAGE)], "rich"),
    ],
)
def test_pages_are_checked_shown_and_played_without_django(arguments: list[str], loaded: str) -> None:
    ran = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == loaded


def test_it_runs_as_a_module() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "doorstep.cli.main", "check", str(PAGE)], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "1 page: no errors, no warnings.\n")
