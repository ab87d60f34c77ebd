"""Handing mail to the next server: connected through the guard, signed in by password or XOAUTH2."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

from doorstep.integrations.email.oauth import access_token, xoauth2
from doorstep.integrations.email.settings import MailSettings, Server
from doorstep.plugin_api import ConnectionPaused, DeliveryFailed, ReadFailed, Session

TIMEOUT = 30.0
BUSY = timedelta(minutes=5)
"""How long to leave a server alone that says it is too busy."""


class _Client(smtplib.SMTP):
    """An SMTP client over a socket that is already connected."""

    def __init__(self, connected: socket.socket, server: Server, tls: ssl.SSLContext) -> None:
        self._connected = connected
        if server.security == "tls":
            self._connected = tls.wrap_socket(connected, server_hostname=server.host)
        super().__init__(server.host, server.port, timeout=TIMEOUT)
        self.tls = tls

    def _get_socket(self, _host: str, _port: int, _timeout: float) -> socket.socket:
        return self._connected


@contextmanager
def connected(session: Session, mail: MailSettings) -> Iterator[smtplib.SMTP]:
    """Give a client that is signed in; it is left politely at the end.

    Raises DeliveryFailed (not permanent) when the server is not there, ConnectionPaused when it does not
    let us in.
    """
    try:
        client = _open(session, mail.smtp)
    except smtplib.SMTPResponseException as error:
        raise _failed(error.smtp_code, error.smtp_error, "The mail server did not greet us") from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(
            f"The mail server {mail.smtp.host} could not be reached: {error}.", permanent=False
        ) from error
    try:
        _sign_in(client, session, mail)
        yield client
    finally:
        _leave(client)


def send(client: smtplib.SMTP, message: EmailMessage, *, envelope: str) -> None:
    """Hand one mail to the one it is addressed to.  Raises DeliveryFailed, permanent when the server says never."""
    to = message["To"].addresses[0].addr_spec
    try:
        client.send_message(message, from_addr=envelope, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        raise _failed(code, said, f"The mail server refused {to}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryFailed(
            f"The mail server cannot write to {to}: it takes no letters outside ASCII.", permanent=True
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _failed(error.smtp_code, error.smtp_error, "The mail server refused the mail") from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(f"The connection to the mail server broke: {error}.", permanent=False) from error


def _open(session: Session, server: Server) -> smtplib.SMTP:
    tls = session.tls or ssl.create_default_context()
    plain = session.connect(server.host, server.port, TIMEOUT)
    try:
        client = _Client(plain, server, tls)
    except BaseException:
        plain.close()
        raise
    try:
        client.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            client.starttls(context=tls)
            client.ehlo()
    except BaseException:
        client.close()
        raise
    return client


def _sign_in(client: smtplib.SMTP, session: Session, mail: MailSettings) -> None:
    if not mail.smtp.user:
        return
    try:
        _authenticate(client, session, mail)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code in range(400, 500):
            raise _failed(error.smtp_code, error.smtp_error, "The mail server could not sign us in now") from error
        raise ConnectionPaused(
            f"The mail server {mail.smtp.host} does not let {mail.smtp.user} in ({_said(error.smtp_error)}). Enter new credentials."
        ) from error
    except ReadFailed as error:
        raise DeliveryFailed(str(error), permanent=False, retry_after=error.retry_after) from error
    except smtplib.SMTPNotSupportedError as error:
        raise ConnectionPaused(
            f"The mail server {mail.smtp.host} offers no way to sign in. Use starttls or tls, or leave the user empty."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryFailed(f"The connection to the mail server broke: {error}.", permanent=False) from error


def _authenticate(client: smtplib.SMTP, session: Session, mail: MailSettings) -> None:
    user = mail.smtp.user
    if mail.oauth is None:
        client.login(user, session.secrets.get("password", ""))
        return
    try:
        _with_token(client, user, access_token(session, mail.oauth))
    except smtplib.SMTPAuthenticationError:
        # A token may have been revoked before its time: one fresh one is tried.
        _with_token(client, user, access_token(session, mail.oauth, anew=True))


def _with_token(client: smtplib.SMTP, user: str, token: str) -> None:
    # To the server's explanation of a refusal the protocol wants an empty answer.
    client.auth("XOAUTH2", lambda challenge=None: "" if challenge else xoauth2(user, token))


def _failed(code: int, said: bytes | str, what: str) -> DeliveryFailed:
    words = _said(said)
    busy = code in {421, 450, 452} or " 4.7." in f" {words}"
    return DeliveryFailed(f"{what}: {code} {words}", permanent=500 <= code < 600, retry_after=BUSY if busy else None)


def _said(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())[:300]


def _leave(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()  # it has left already
