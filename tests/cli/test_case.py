"""``doorstep case``, ``journal``, and what is refused: a sentence on standard error and an exit status, no traceback."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from tests.cases.company import FRIDAY, Company

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case
from doorstep.cases.start_case import start_case
from doorstep.cli.main import main

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, [*words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def company(db: None) -> Company:
    return Company()


@pytest.fixture
def case_id(company: Company) -> UUID:
    return start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id


def test_runs_are_listed_with_their_line(company: Company, case_id: UUID) -> None:
    assert "Halden Foods: Web shop" in run("case", "list").stdout
    assert run("case", "list").stdout.startswith("     1  open ")
    Case.objects.update(status="done")
    assert run("case", "list").stdout == "There is none.\n"
    assert "Halden Foods" in run("case", "list", "--all").stdout
    assert run("case", "list", "--all", "--limit", "1").exit_code == 0


@pytest.mark.parametrize("limit", ["-1", "0", "some"])
def test_a_limit_that_is_none_is_refused(case_id: UUID, limit: str) -> None:
    result = run("case", "list", "--limit", limit)
    assert (result.exit_code, "Invalid value for '--limit'" in result.stderr) == (2, True)


def test_a_run_is_shown_with_its_steps_and_what_happened(company: Company, case_id: UUID) -> None:
    ask = Ask.objects.get(case_id=case_id, name="Sign off the contract")
    answer_ask(ask_id=ask.id, outcome="approved", by=company.mira, proof="login", at=FRIDAY)
    said = run("case", "show", "1").stdout
    assert said.startswith("Halden Foods: Web shop, run 1, open, version 1\n")
    assert "done        Sign off the contract by Mira Holt" in said
    assert "AnswerArrived" in said


def test_a_run_is_exported_as_one_file(case_id: UUID, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    result = run("case", "export", "1", "--to", str(file))
    assert (result.exit_code, result.stdout) == (0, f"Written to {file}.\n")
    assert json.loads(file.read_text()) == json.loads(run("case", "export", "1").stdout)


def test_a_file_that_cannot_be_written_is_a_sentence(case_id: UUID, tmp_path: Path) -> None:
    result = run("case", "export", "1", "--to", str(tmp_path / "none" / "evidence.json"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        f"Error: {tmp_path}/none/evidence.json cannot be written: No such file or directory"
    )


@pytest.mark.parametrize("number", ["7", "99999999999999999999", "0"])
@pytest.mark.parametrize("verb", ["show", "export"])
def test_a_run_that_is_not_there_is_a_sentence(case_id: UUID, verb: str, number: str) -> None:
    result = run("case", verb, number)
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: There is no run {number}. See: doorstep case list --all\n",
    )


def test_the_journal_is_verified(case_id: UUID) -> None:
    result = run("journal", "verify")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Everything fits.")


def test_a_journal_that_was_tampered_with_is_told_and_exits_with_one(case_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_journal DISABLE TRIGGER USER")
        cursor.execute("UPDATE cases_journal SET kind = 'CaseCancelled' WHERE seq = 1")
    result = run("journal", "verify")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "Something does not fit: see above.")
    assert "run 1" in result.stdout.lower() or "case 1" in result.stdout.lower()


def test_the_line_of_the_day_is_made_once(case_id: UUID) -> None:
    assert run("journal", "head").stdout != run("journal", "head").stdout


@pytest.mark.parametrize("command", ["web", "serve"])
def test_a_port_that_is_taken_is_a_sentence(command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run(command, "--port", port)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: Nobody can listen on 127.0.0.1:{port}: Address already in use")


@pytest.mark.parametrize(
    "words", [("web", "--port", "99999"), ("serve", "--port", "-1"), ("worker", "--claimers", "0")]
)
def test_numbers_that_cannot_be_are_refused(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.exit_code, "Invalid value for" in result.stderr) == (2, True)
