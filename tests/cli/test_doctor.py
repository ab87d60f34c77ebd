"""The doctor: each finding with its mend, an exit status for scripts, and what mail proves here."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from doorstep.cases.grants import grant
from doorstep.cli.main import main
from doorstep.connections.by_file import take_over
from doorstep.connections.models import Connection, State
from doorstep.connections.pause import pause
from doorstep.demo import company, mail_sandbox
from doorstep.demo.mail_sandbox import letters
from doorstep.demo.mail_sandbox.accounts import Account
from doorstep.project.config import load

pytestmark = pytest.mark.database

MIRA = Account("mira@northwind.example", "Mira Holt")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *words])


def wrong(result: Result) -> dict[str, str]:
    """Return what is wrong, with its mend, by what was looked at."""
    lines = result.stdout.splitlines()
    return {
        line.removeprefix("✗ "): lines[place + 1].strip() for place, line in enumerate(lines) if line.startswith("✗")
    }


@pytest.fixture
def told(settings: Settings, tmp_path: Path) -> Settings:
    """An installation whose settings are right."""
    return tell(settings, tmp_path, base_url="https://doorstep.northwind.example", zone="America/New_York")


def tell(settings: Settings, folder: Path, **known: object) -> Settings:
    lines = [
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for name, value in known.items()
    ]
    (folder / "doorstep.toml").write_text("\n".join(lines), encoding="utf-8")
    settings.DOORSTEP = load({"DOORSTEP_DATA": str(folder)})
    return settings


@pytest.fixture
def as_application() -> Iterator[None]:
    """Work as the role an installation's application has."""
    with connection.cursor() as cursor:
        grant(connection.connection, role="doorstep_app")
        cursor.execute("GRANT SELECT ON django_migrations TO doorstep_app; SET ROLE doorstep_app")
        yield
        cursor.execute("RESET ROLE")


def connected() -> Connection:
    return Connection.objects.create(name="mail", kind="email", config={"address": "doorstep@northwind.example"})


def test_a_sound_installation_is_said_so_and_ends_with_0(told: Settings, as_application: None) -> None:
    connected()
    result = run()
    assert (wrong(result), result.exit_code) == ({}, 0)
    assert "✓ The journal can only be added to" in result.stdout
    assert "✓ mail (email)" in result.stdout


def test_each_setting_stands_with_its_source(told: Settings, tmp_path: Path) -> None:
    lines = run().stdout.splitlines()
    assert f"zone                America/New_York  [{tmp_path / 'doorstep.toml'}]" in lines
    assert "country             (empty)  [default]" in lines


def test_an_application_that_may_change_the_journal_is_wrong(told: Settings) -> None:
    connected()
    result = run()
    mend = "The application may change it: give database.url a role of its own and run: doorstep migrate"
    assert (wrong(result), result.exit_code) == ({"The journal can only be added to": mend}, 1)


def test_missing_migrations_are_counted(told: Settings) -> None:
    MigrationRecorder(connection).record_unapplied("people", last_migration("people"))
    assert wrong(run())["The tables are at this version"] == "1 migrations are missing. Run: doorstep migrate"


def last_migration(app: str) -> str:
    return max(name for known, name in MigrationRecorder(connection).applied_migrations() if known == app)


def test_settings_that_are_wrong_by_themselves(settings: Settings, tmp_path: Path) -> None:
    tell(settings, tmp_path, zone="Mars/Olympus", colour="blue")
    found = wrong(run())
    assert found["The setting colour"] == "Nothing knows this name. Look it up above, or take it out of the file."
    assert found["The zone Mars/Olympus"] == ("Expected an IANA name such as Europe/Berlin. Mend the setting zone.")
    assert found["Links start with http://127.0.0.1:8000"].startswith(
        "Links in mail lead nowhere outside this machine."
    )


def test_links_that_are_not_sent_may_lead_anywhere(settings: Settings, tmp_path: Path) -> None:
    tell(settings, tmp_path, reachable=False)
    assert "Links start with http://127.0.0.1:8000" not in wrong(run())


def test_secrets_others_may_read(told: Settings, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text("{}")
    keys.chmod(0o644)
    assert wrong(run())[f"The secrets in {keys}"] == f"Others may read it (mode 644). Run: chmod 600 {keys}"
    keys.chmod(0o600)
    assert f"The secrets in {keys}" not in wrong(run())


def test_without_mail_people_are_asked_on_their_page_alone(told: Settings) -> None:
    assert wrong(run())["Mail"] == (
        "People can only be asked on their page. Add a mail connection on screen or in doorstep.toml."
    )


def test_a_paused_connection_says_why_and_how_it_goes_on(told: Settings) -> None:
    row = connected()
    pause(connection=row.id, why="The password has expired.", at=datetime.now(UTC))
    assert Connection.objects.get().state == State.PAUSED
    assert wrong(run())["mail (email)"] == (
        "It is paused: The password has expired. Mend its settings; it resumes by itself once they are saved."
    )


# -- doctor mail ---------------------------------------------------------------------------------------


@pytest.fixture
def post() -> Iterator[mail_sandbox.Server]:
    server = mail_sandbox.start()
    settings = {
        "kind": "email", "allow_private": True, "address": company.DOORSTEP_MAILBOX, "user": company.DOORSTEP_MAILBOX,
        "smtp_host": server.host, "smtp_port": server.smtp_port, "smtp_security": "plain",
        "imap_host": server.host, "imap_port": server.imap_port, "imap_security": "plain",
        "secrets": {"password": "doorstep-sandbox"},
    }  # fmt: skip
    take_over({"connections": {"mail": settings}})
    yield server
    server.stop()


def answering(server: mail_sandbox.Server, *, signed_in: bool = True) -> threading.Thread:
    """Let Mira answer the letter twice as soon as it is there, from the desk and from the phone."""

    def answer() -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and not server.store.messages(MIRA.address):
            time.sleep(0.05)
        (asked,) = server.store.messages(MIRA.address)
        for words in ("From my desk.", "From my phone."):
            draft = letters.reply_to(MIRA, asked)
            message = letters.written(MIRA, draft, answered=asked, files=(), at=datetime.now(UTC))
            message.set_content(words)
            with smtplib.SMTP(server.host, server.smtp_port, timeout=10) as smtp:
                if signed_in:
                    smtp.login(MIRA.address, MIRA.password)
                smtp.send_message(message)

    thread = threading.Thread(target=answer)
    thread.start()
    return thread


def test_mail_that_proves_its_author_proposes_what_to_believe(told: Settings, post: mail_sandbox.Server) -> None:
    mira = answering(post)
    result = run("mail", "--to", MIRA.address, "--wait", "0.5")
    mira.join()
    assert result.exit_code == 0, result.output
    head, answers = result.stdout.split("\n\n", 1)
    assert head.startswith("A letter is on its way to mira@northwind.example.")
    assert answers.splitlines()[0] == "2 of 2 answers came."
    assert answers.splitlines()[-2:] == [f"  authserv_ids = {company.AUTHSERV_ID}", "  hops = 0"]


def test_stamps_that_prove_nothing_propose_nothing(told: Settings, post: mail_sandbox.Server) -> None:
    mira = answering(post, signed_in=False)
    result = run("mail", "--to", MIRA.address, "--wait", "0.5")
    mira.join()
    assert result.exit_code == 1
    assert "dkim=none" in result.stdout
    assert "Set this" not in result.stdout
    assert result.stderr == "Error: These stamps do not prove who wrote. The last sentence above says what would.\n"


def test_no_answer_says_so(told: Settings, post: mail_sandbox.Server) -> None:
    result = run("mail", "--to", MIRA.address, "--wait", "0")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: No answer came. Look whether the letter arrived, and answer it to its own address.\n",
    )
    assert [one.mailbox for one in post.store.messages(MIRA.address)] == [MIRA.address]


def test_a_connection_that_is_no_mail_is_refused(told: Settings) -> None:
    result = run("mail", "--to", MIRA.address)
    assert result.stderr == 'Error: Expected the name of a mail connection, but there is no "mail".\n'
