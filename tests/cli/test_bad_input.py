"""What a command cannot do is a sentence on standard error and an exit status: 2 for the words, 1 for what they name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cases.company import Company

from doorstep.cli.main import COMMANDS, main

pytestmark = pytest.mark.database

BAD: dict[str, tuple[list[str], int, str]] = {
    "demo in a file": (["demo", "--data", "{file}"], 1, "{file} cannot be the demo's folder: "),
    "demo below a file": (["demo", "--data", "{file}/x"], 1, "{file}/x cannot be the demo's folder: "),
    "serve nowhere": (["serve", "--host", "256.256.256.256"], 1, "Nobody can listen on 256.256.256.256:8000: "),
    "web elsewhere": (["web", "--host", "192.0.2.1"], 1, "Nobody can listen on 192.0.2.1:8000: "),
    "worker without hands": (["worker", "--claimers", "-1"], 2, "Invalid value for '--claimers'"),
    "migrate something": (["migrate", "people"], 2, "Got unexpected extra argument (people)"),
    "publish nothing": (["publish", "--by", "ana@northwind.example"], 2, "Missing argument 'PAGE...'"),
    "publish by nobody": (["publish", "{file}", "--by", "no@x.example"], 1, "no@x.example is nobody on record."),
    "publish what is not there": (["publish", "{none}", "--by", "ana@northwind.example"], 1, "{none} cannot be read: "),
    "publish a folder": (["publish", "{folder}", "--by", "ana@northwind.example"], 1, "{folder} cannot be read: "),
    "export into a file": (["library", "export", "{file}"], 2, "is a file"),
    "export below a file": (["library", "export", "{file}/x"], 1, "{file}/x cannot be written: "),
    "import what is not there": (["library", "import", "{none}", "--by", "ana@northwind.example"], 2, "does not exist"),
    "import nothing": (["library", "import", "{folder}", "--by", "ana@northwind.example"], 1, "Expected {folder}/"),
    "check what is not there": (["check", "{none}"], 1, "{none} cannot be read: "),
    "show what is not there": (["show", "{none}"], 1, "{none} cannot be read: "),
    "show as something": (["show", "{file}", "--as", "poem"], 2, "Invalid value for '--as'"),
    "play what is not there": (["play", "{none}"], 1, "{none} cannot be read: "),
    "invite what is no address": (["people", "invite", "nobody at all"], 1, "nobody at all"),
    "invite by nobody": (["people", "invite", "a@x.example", "--by", "no@x.example"], 1, "no@x.example is nobody"),
    "import people from a folder": (["people", "import", "{folder}"], 2, "is a directory"),
    "pull what is not connected": (["people", "pull", "Active Directory"], 1, 'There is no connection named "Active'),
    "show a run that is not there": (["case", "show", "7"], 1, "There is no run 7."),
    "export a run by name": (["case", "export", "Halden"], 2, "'Halden' is not a valid integer"),
    "verify something": (["journal", "verify", "7"], 2, "Got unexpected extra argument (7)"),
    "doctor of what there is none": (["doctor", "post"], 2, "No such command 'post'"),
}


@pytest.mark.parametrize(("words", "status", "says"), BAD.values(), ids=BAD)
def test_it_is_a_sentence(tmp_path: Path, words: list[str], status: int, says: str) -> None:
    Company()
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir()
    file.write_text("# A page\n")
    places = {"folder": folder, "file": file, "none": tmp_path / "none"}
    result = CliRunner().invoke(main, [word.format(**places) for word in words])
    assert isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code, result.stdout) == (status, "")
    assert says.format(**places) in result.stderr


def test_each_command_was_tried() -> None:
    assert {words[0] for words, _, _ in BAD.values()} == set(COMMANDS)
