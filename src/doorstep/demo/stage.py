"""The stage of the demo: its folder, its clock, its sandbox servers, its configuration."""

from __future__ import annotations

import fcntl
import json
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from getpass import getuser
from pathlib import Path
from tempfile import gettempdir
from typing import IO
from zoneinfo import ZoneInfo

import httpx

from doorstep.demo import company, jira_sandbox, mail_sandbox, salesforce_sandbox
from doorstep.demo.jira_sandbox import data as jira
from doorstep.demo.mail_sandbox.accounts import Account
from doorstep.demo.salesforce_sandbox import data as salesforce

PORTS = {"web": 8000, "jira": 8001, "salesforce": 8002, "mail": 8003, "smtp": 8025, "imap": 8143}
FRIDAY, FOUR = 4, 16
TRIES = 5


@dataclass(frozen=True)
class Stage:
    """Everything that runs beside Doorstep, and where Doorstep finds its configuration."""

    folder: Path
    ports: Mapping[str, int]
    jira: jira_sandbox.Server
    salesforce: salesforce_sandbox.Server
    mail: mail_sandbox.Server
    webhook_secret: str

    @property
    def url(self) -> str:
        """The one address a newcomer opens."""
        return f"http://127.0.0.1:{self.ports['web']}"

    @property
    def environment(self) -> dict[str, str]:
        """What Doorstep's processes are told."""
        return {"DOORSTEP_DATA": str(self.folder), "DOORSTEP_CONFIG": str(self.folder / "doorstep.toml")}

    def stop(self) -> None:
        """Stop the sandbox servers; they remember where they were."""
        for server in (self.jira, self.salesforce, self.mail):
            server.stop()
        for port in self.ports.values():
            let_go(port)


def build(folder: Path) -> Stage:
    """Start the sandbox servers over a folder and write the configuration; an earlier demo goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = _webhook_secret(folder)
    ports = {name: taken(port) for name, port in PORTS.items()}
    clock = folder / "clock"
    if not clock.exists():
        clock.write_text(repr(until_friday(datetime.now(UTC)).total_seconds()), encoding="ascii")

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(clock.read_text(encoding="ascii")))

    stage = Stage(
        folder,
        ports,
        jira_sandbox.start(port=ports["jira"], state_dir=folder, now=now),
        salesforce_sandbox.start(port=ports["salesforce"], state_dir=folder, now=now),
        mail_sandbox.start(
            port=ports["mail"], smtp_port=ports["smtp"], imap_port=ports["imap"], state_dir=folder, now=now
        ),
        secret,
    )
    (folder / "doorstep.toml").write_text(configuration(stage), encoding="utf-8")
    return stage


def until_friday(now: datetime) -> timedelta:
    """Return how far ahead the next Friday, 4 p.m., is at the example company."""
    local = now.astimezone(ZoneInfo(company.ZONE))
    day = local.date() + timedelta(days=(FRIDAY - local.weekday()) % 7)
    friday = datetime(day.year, day.month, day.day, FOUR, tzinfo=ZoneInfo(company.ZONE))
    return (friday if friday >= now else friday + timedelta(days=7)) - now


def configuration(stage: Stage) -> str:
    """Return the doorstep.toml of the demo."""
    return "\n".join((_company(stage), _mail(stage), _systems(stage)))


def _company(stage: Stage) -> str:
    return f"""\
organisation = "{company.NAME}"
base_url = "{stage.url}"
zone = "{company.ZONE}"
country = "{company.COUNTRY}"
currency = "{company.CURRENCY}"
clock = {json.dumps(str(stage.folder / "clock"), ensure_ascii=False)}

[demo]
jira = "{stage.jira.url}"
salesforce = "{stage.salesforce.url}"
mail = "{stage.mail.url}"
"""


def _mail(stage: Stage) -> str:
    robot = Account(company.DOORSTEP_MAILBOX, "Doorstep")
    name, host = robot.address.split("@")
    return f"""\
[connections.mail]
kind = "email"
owner = "{company.BY_KEY["ana"].email}"
allow_private = true
address = "{robot.address}"
reply_address = "{name}+{{token}}@{host}"
chase = "chase@{host}"
smtp_host = "127.0.0.1"
smtp_port = {stage.mail.smtp_port}
smtp_security = "plain"
imap_host = "127.0.0.1"
imap_port = {stage.mail.imap_port}
imap_security = "plain"
user = "{robot.address}"
authserv_ids = ["{company.AUTHSERV_ID}"]
secrets = {{ password = "{robot.password}" }}
"""


def _systems(stage: Stage) -> str:
    return f"""\
[connections.Jira]
kind = "jira"
owner = "{company.BY_KEY["ana"].email}"
allow_private = true
site = "{stage.jira.url}"
poll_every = 5
email = "{jira.ROBOT_EMAIL}"
projects = ["{company.JIRA_PROJECT}"]
no = ["Won't Do", "Won't do", "Declined"]
secrets = {{ token = "{jira.TOKEN}", webhook_secret = "{stage.webhook_secret}" }}

[connections.Salesforce]
kind = "salesforce"
owner = "{company.BY_KEY["ana"].email}"
allow_private = true
site = "{stage.salesforce.url}"
poll_every = 2
client_id = "{salesforce.CLIENT_ID}"
status_field = "Doorstep status"
secrets = {{ client_secret = "{salesforce.CLIENT_SECRET}" }}
"""


def listen(stage: Stage) -> None:
    """Paste Doorstep's address into the sandbox's webhooks, as an administrator does in Jira."""
    hook = {"url": f"{stage.url}/hooks/Jira", "secret": stage.webhook_secret}
    httpx.post(f"{stage.jira.url}/sandbox/webhooks", json=hook, timeout=10).raise_for_status()


def link(stage: Stage) -> None:
    """Put the start link on the opportunity's page, as an administrator does in Salesforce."""
    button = {"label": "Close this project", "url": f"{stage.url}/start/close-a-client-project?opportunity={{id}}"}
    httpx.post(f"{stage.salesforce.url}/sandbox/links", json=button, timeout=10).raise_for_status()


def pages() -> Path:
    """Return where the example's pages are: beside this module in a wheel, in ``pages/`` of a checkout."""
    near = Path(__file__).parent / "pages"
    return near if near.exists() else Path(__file__).parents[3] / "pages"


def _webhook_secret(folder: Path) -> str:
    """Return the secret Jira signs with, made at the first start."""
    path = folder / "webhook-secret"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii")


_HELD: dict[int, IO[str]] = {}
"""The locks on the ports this process took; they go when the stage stops, or with the process, however it ends."""


def taken(port: int) -> int:
    """Return a port that nobody uses, this one if it is free, and keep it from other demos on this machine.

    Doorstep itself listens only later: without the lock two demos that start at once would take one port.
    """
    for number in (port, *(0,) * TRIES):
        with suppress(OSError), socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(("127.0.0.1", number))
            free = int(attempt.getsockname()[1])
            _HELD[free] = _locked(free)
            return free
    raise OSError("Expected a free port on 127.0.0.1, but there is none. Stop something that listens.")


def let_go(port: int) -> None:
    """Let other demos on this machine have a port; one that was not taken is nobody's already."""
    if lock := _HELD.pop(port, None):
        lock.close()


def _locked(port: int) -> IO[str]:
    """Return the held lock of a port.  Raises OSError when another demo holds it."""
    file = (Path(gettempdir()) / f"doorstep-demo-{getuser()}-{port}.lock").open("a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file
