from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from doorstep.cli.main import main
from doorstep.people.invite import accept
from doorstep.people.models import Person

pytestmark = pytest.mark.database


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_the_first_administrator_is_invited_by_a_link() -> None:
    result = run("people", "invite", "ana@x.example", "--admin")
    said, link = result.stdout.splitlines()
    assert re.fullmatch(
        r"Invited ana as an administrator until \d{4}-\d\d-\d\d \d\d:\d\d UTC\. The link works once:", said
    )
    assert link.startswith("http://127.0.0.1:8000/invitation/")
    accept(token=link.rpartition("/")[2], password="correct horse battery")
    assert Person.objects.get().administrator


def test_an_invitation_by_somebody_who_may_not_is_one_line() -> None:
    Person.objects.create(name="Sam", email="sam@x.example")
    result = run("people", "invite", "ana@x.example", "--by", "sam@x.example")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: Only an administrator may invite people. Ask one of them to do it, or to make you one.\n",
    )


def test_an_import_says_what_it_did_and_names_lines_with_faults(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email,roles\nMira Holt,mira@x.example,Legal counsel\nJon,jon,\n", encoding="utf-8")
    result = run("people", "import", str(file))
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "1 added, 0 changed, 0 unchanged, 1 left out. New roles: Legal counsel.\n",
        f'{file}:3: Expected an e-mail address, but got "jon".\n',
    )


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("name,email\nJürgen,j@x.example\n".encode("cp1252"))
    result = run("people", "import", str(file), "--dry-run")
    assert (result.exit_code, result.stdout, result.stderr, Person.objects.count()) == (
        0,
        "Dry run, nothing was changed: 1 added, 0 changed, 0 unchanged, 0 left out.\n",
        f"{file} is not UTF-8; read as Windows-1252. Check names with accents.\n",
        0,
    )
    run("people", "import", str(file))
    assert Person.objects.get().name == "Jürgen"
