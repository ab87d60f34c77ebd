"""A real Dovecot, started in a folder of its own: passwords, and OAuth by asking an introspection server."""

from __future__ import annotations

import contextlib
import getpass
import grp
import imaplib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import parse_qs

from tests.integrations.email.mailroom import HOST, certificate, free_port

USER = "doorstep@northwind.example"
PASSWORD = "right"
BINARY = "/usr/sbin/dovecot"


@dataclass
class Dovecot:
    """A running server and its one mailbox.  ``tokens`` are the access tokens that are good."""

    folder: Path
    port: int
    tls_port: int
    tokens: set[str] = field(default_factory=set)

    def config(self, security: str = "plain", **more: object) -> dict[str, object]:
        port = self.tls_port if security == "tls" else self.port
        return {
            "smtp_host": HOST,
            "imap_host": HOST,
            "imap_port": port,
            "imap_security": security,
            "user": USER,
            **more,
        }

    def put(self, *mails: bytes) -> None:
        """Deliver mail, as another server would."""
        with self.client() as client:
            for mail in mails:
                client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), mail)

    def flags(self) -> list[str]:
        """Return the flags of each mail in the mailbox."""
        with self.client() as client:
            _, found = client.fetch("1:*", "(FLAGS)")
        return [
            " ".join(flag.decode() for flag in imaplib.ParseFlags(line)) for line in found if isinstance(line, bytes)
        ]

    @contextlib.contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(HOST, self.port, timeout=5) as client:
            client.login(USER, PASSWORD)
            client.select("INBOX")
            yield client

    def make_mailbox_anew(self) -> None:
        """Throw the mailbox away, so that its next one has another UIDVALIDITY."""
        shutil.rmtree(self.folder / "mail")
        (self.folder / "mail").mkdir(mode=0o777)
        (self.folder / "mail").chmod(0o777)
        time.sleep(1.1)  # a UIDVALIDITY is a time in seconds


@contextlib.contextmanager
def running() -> Iterator[Dovecot]:
    """Start Dovecot and stop it."""
    if not Path(BINARY).exists():
        raise RuntimeError(
            f"Expected Debian's Dovecot at {BINARY}, but it is not there. Install it: apt-get install dovecot-imapd."
        )
    folder = Path(mkdtemp(prefix="doorstep-dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    server = Dovecot(folder, free_port(), free_port())
    with _introspection(server.tokens) as introspection:
        (folder / "dovecot.conf").write_text(_configuration(folder, server, introspection))
        (folder / "oauth2.conf.ext").write_text(
            f"introspection_mode = post\nintrospection_url = {introspection}\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        process = subprocess.Popen(
            [BINARY, "-F", "-c", str(folder / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            _wait_until_it_greets(server, process)
            yield server
        finally:
            process.terminate()
            process.communicate(timeout=10)
            shutil.rmtree(folder, ignore_errors=True)


def _configuration(folder: Path, server: Dovecot, introspection: str) -> str:
    root = os.geteuid() == 0
    me, group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
    mailer = "nobody" if root else me
    mail = folder / "mail"
    mail.mkdir(mode=0o777)
    mail.chmod(0o777)
    certificate_file, key_file = certificate()
    login = (
        "" if root else f"default_login_user = {me}\ndefault_internal_user = {me}\ndefault_internal_group = {group}\n"
    )
    chroot = "" if root else "  chroot =\n"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = {HOST}
ssl = yes
ssl_cert = <{certificate_file}
ssl_key = <{key_file}
disable_plaintext_auth = no
auth_failure_delay = 0 s
auth_mechanisms = plain login xoauth2 oauthbearer
first_valid_uid = 1
mail_location = maildir:{mail}/%u
{login}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf.ext
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={mailer} gid={"nogroup" if root else os.getegid()} home={mail}
}}
service imap-login {{
{chroot}  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
service anvil {{
{chroot}  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
{chroot}}}
"""


@contextlib.contextmanager
def _introspection(tokens: set[str]) -> Iterator[str]:
    """Answer whether a token is good, as an OAuth server does (RFC 7662)."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())
            good = bool(set(form.get("token", [])) & tokens)
            body = json.dumps({"active": good, "username": USER} if good else {"active": False}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer((HOST, 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _wait_until_it_greets(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if process.poll() is not None:
            said = process.stderr.read().decode() if process.stderr else ""
            raise RuntimeError(
                f"Dovecot did not start: {said} {(server.folder / 'log').read_text() if (server.folder / 'log').exists() else ''}"
            )
        try:
            with imaplib.IMAP4(HOST, server.port, timeout=2):
                return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
    raise RuntimeError(f"Dovecot did not greet: {(server.folder / 'log').read_text()}")
