"""``doorstep doctor``: each setting with its source, what is wrong, and the mend."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from doorstep.cli.installation import installation

if TYPE_CHECKING:
    from doorstep.connections.models import Connection

WAIT = 20
"""Minutes `doctor mail` waits for the answers."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what is wrong with it with the mend; nothing wrong: empty."""

    about: str
    wrong: str = ""


@click.group(invoke_without_command=True)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Say what is wrong with an installation, and the mend."""
    if context.invoked_subcommand is not None:
        return
    with installation():
        from django.conf import settings

        config = settings.DOORSTEP
        _show_settings(config)
        findings = [*_about_settings(config), *_about_database(), *_about_connections()]
    _show_findings(findings)
    sys.exit(any(finding.wrong for finding in findings))


def _show_settings(config: Any) -> None:
    """Print each setting, its value and where it is from."""
    wide = max(len(name) for name in config.settings)
    for setting in config.settings.values():
        hidden = "url" in setting.name and "@" in str(setting.value)
        value = "…" if hidden else str(setting.value) or "(empty)"
        click.echo(f"{setting.name:<{wide}}  {value}  " + click.style(f"[{setting.source}]", dim=True))


def _show_findings(findings: list[Finding]) -> None:
    click.echo("")
    for finding in findings:
        mark = click.style("✗", fg="red") if finding.wrong else click.style("✓", fg="green")
        click.echo(f"{mark} {finding.about}" + (f"\n    {finding.wrong}" if finding.wrong else ""))


def _about_settings(config: Any) -> list[Finding]:
    """Look at the settings that can be wrong by themselves."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    found = [
        Finding(f"The setting {name}", "Nothing knows this name. Look it up above, or take it out of the file.")
        for name in config.unknown
        if name != "connections"
    ]
    zone = config.text("zone")
    try:
        ZoneInfo(zone)
        found.append(Finding(f"The zone {zone}"))
    except (ZoneInfoNotFoundError, ValueError):
        found.append(Finding(f"The zone {zone}", "Expected an IANA name such as Europe/Berlin. Mend the setting zone."))
    found.append(_keys(config))
    base = config.text("base_url")
    local = "127.0.0.1" in base or "localhost" in base
    outside = local and config.flag("reachable")
    mend = (
        "Links in mail lead nowhere outside this machine. Set base_url, or reachable = false: mail then has no links."
    )
    return [*found, Finding(f"Links start with {base}", mend if outside else "")]


def _keys(config: Any) -> Finding:
    """Look at who may read the secrets."""
    path = config.keys_file
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    wrong = f"Others may read it (mode {mode:o}). Run: chmod 600 {path}" if mode & 0o077 else ""
    return Finding(f"The secrets in {path}", wrong)


def _about_database() -> list[Finding]:
    """Look at the database: its version, its tables, what the application's role may do to the journal."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.ensure_connection()
    version = int(connection.connection.info.server_version)
    old = "" if version >= 150000 else "Expected PostgreSQL 15 or newer. Move the database to a newer server."
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    late = f"{len(missing)} migrations are missing. Run: doorstep migrate" if missing else ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('cases_journal', 'UPDATE, DELETE')")
        may = bool((cursor.fetchone() or (False,))[0])
    wrong = (
        "The application may change it: give database.url a role of its own and run: doorstep migrate" if may else ""
    )
    return [
        Finding(f"PostgreSQL {version // 10000}.{version % 10000}", old),
        Finding("The tables are at this version", late),
        Finding("The journal can only be added to", wrong),
    ]


def _about_connections() -> list[Finding]:
    from doorstep.connections.models import Connection, State

    rows = Connection.objects.order_by("name")
    found = [Finding(f"{row.name} ({row.kind})", "" if row.state == State.ACTIVE else _paused(row)) for row in rows]
    if not any(row.kind == "email" for row in rows):
        mend = "People can only be asked on their page. Add a mail connection on screen or in doorstep.toml."
        found.append(Finding("Mail", mend))
    return found


def _paused(row: Connection) -> str:
    return f"It is paused: {row.why} Mend its settings; it resumes by itself once they are saved."


# -- doctor mail -----------------------------------------------------------------------------------------


@doctor.command()
@click.option("--to", "address", required=True, help="Your own address: answer from the desk and from the phone.")
@click.option("--connection", "name", default="mail", show_default=True, help="The mail connection to look at.")
@click.option("--answers", default=2, show_default=True, help="How many answers to wait for.")
@click.option("--wait", "minutes", type=float, default=WAIT, show_default=True, help="Minutes to wait for them.")
def mail(address: str, name: str, answers: int, minutes: float) -> None:
    """Find out how your mail system proves who wrote: answer our letter from your desk and your phone."""
    with installation():
        from doorstep.connections.queries import named
        from doorstep.identifiers import uuid7

        row = named(name)
        if row is None or row.kind != "email":
            raise click.ClickException(f'Expected the name of a mail connection, but there is no "{name}".')
        mark = f"doctor-{uuid7().hex}"
        _write_to(row, address, mark)
        click.echo(
            f"A letter is on its way to {address}. Answer it from your desk and from your phone (any word will do)."
        )
        raws = _answers_to(row, mark, wanted=answers, within=timedelta(minutes=minutes))
    _propose(raws, wanted=answers)


def _write_to(row: Connection, address: str, mark: str) -> None:
    from django.conf import settings

    from doorstep.connections.queries import integration_of
    from doorstep.connections.sessions import session
    from doorstep.plugin_api import Letter

    make = integration_of(row).channel
    assert make is not None, "mail reaches people"
    letter = Letter(
        key=mark,
        purpose="tell",
        to=address,
        to_name=address,
        lane="asks",
        organisation=settings.DOORSTEP.text("organisation"),
        starter="doorstep doctor",
        subject=f"Please answer this letter ({mark})",
        headline="Please answer this letter, once from your desk and once from your phone.",
        paragraphs=("Any word will do. What your mail servers stamp on your answers shows what can be believed.",),
        closing="Nothing happens if you do not.",
        reference=mark,
        thread=mark,
    )
    with session(row) as opened:
        make().deliver(opened, letter)


def _answers_to(row: Connection, mark: str, *, wanted: int, within: timedelta) -> list[bytes]:
    """Read the mailbox until enough answers are there or the time is over; everything read is kept in the inbox."""
    from doorstep.cases.models import Inbox
    from doorstep.cases.poll import read_once

    until = time.monotonic() + within.total_seconds()
    while True:
        read_once(row)
        recent = Inbox.objects.filter(channel="e-mail").order_by("-id")[:500]
        found = [bytes(one.raw) for one in recent if mark.encode() in bytes(one.raw)]
        if len(found) >= wanted or time.monotonic() > until:
            return found
        time.sleep(2)


def _propose(raws: list[bytes], *, wanted: int) -> None:
    """Say what was seen and what to set."""
    from doorstep.integrations.email import calibrate

    if not raws:
        raise click.ClickException("No answer came. Look whether the letter arrived, and answer it to its own address.")
    found = calibrate(raws)
    click.echo(f"\n{len(raws)} of {wanted} answers came.")
    for sentence in found.seen:
        click.echo(f"  {sentence}")
    if not found.proven:
        raise click.ClickException("These stamps do not prove who wrote. The last sentence above says what would.")
    click.echo("\nSet this on the mail connection:")
    for setting, value in found.proposal.items():
        click.echo(f"  {setting} = {value}")
