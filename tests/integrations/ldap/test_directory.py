"""Debian's slapd as a company's directory: read whole and by changes, refused, down, or something else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integrations.ldap.slapd import PASSWORD, Slapd, slapd
from tests.integrations.sessions import MemoryCursor, MemoryTokens

from doorstep.integrations.ldap.directory import LdapDirectory
from doorstep.integrations.ldap.entries import Entry
from doorstep.plugin_api import ConnectionPaused, DirectoryPerson, ReadFailed, Session

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with slapd(tmp_path_factory.mktemp("slapd") / "ldap") as made:
        made.add("jon", "Jon Park", title="Head of legal", departmentNumber="Legal")
        made.add(
            "mira", "Mira Höld", mail=["mira@x.example", "legal@x.example"], manager="jon", departmentNumber="Legal"
        )
        made.group("Legal counsel", "mira", "jon")
        made.group("Everybody", "mira")
        yield made


def session(server: Slapd, *, password: str = PASSWORD, trust: Any = None, **config: Any) -> Session:
    http = httpx.Client()
    cursor, tokens = MemoryCursor(), MemoryTokens()
    told = {**server.config, **config}
    connect = lambda host, port, timeout: socket.create_connection((host, port), timeout=timeout)  # noqa: E731
    return Session(
        "AD",
        told,
        {"password": password},
        http,
        cursor,
        tokens,
        allow_private=True,
        connect=connect,
        tls=trust or server.trust,
    )


def read(opened: Session, *, whole: bool = True) -> list[DirectoryPerson]:
    return sorted(LdapDirectory().pull(opened, whole=whole), key=lambda one: one.name)


@pytest.mark.parametrize("secure", [False, True])
def test_everybody_is_read_over_a_secured_line(server: Slapd, secure: bool) -> None:
    url = f"ldaps://localhost:{server.secure_port}" if secure else f"ldap://localhost:{server.port}"
    assert read(session(server, url=url, groups="legal COUNSEL")) == [
        DirectoryPerson(
            key=server.key("jon"),
            name="Jon Park",
            address="jon@x.example",
            roles=("Legal counsel",),
            department="Legal",
            title="Head of legal",
        ),
        DirectoryPerson(
            key=server.key("mira"),
            name="Mira Höld",
            address="mira@x.example",
            aliases=("legal@x.example",),
            manager=server.key("jon"),
            roles=("Legal counsel",),
            department="Legal",
        ),
    ]


def test_without_a_base_of_groups_no_role_is_said(server: Slapd) -> None:
    assert {one.roles for one in read(session(server, groups_base=""))} == {None}


def test_all_groups_are_roles_unless_some_are_named(server: Slapd) -> None:
    assert [one.roles for one in read(session(server))] == [("Legal counsel",), ("Everybody", "Legal counsel")]


def test_more_people_than_a_page_holds_are_read_page_by_page(tmp_path: Path) -> None:
    with slapd(tmp_path / "many") as server:
        for number in range(95):
            server.add(f"p{number}", f"Person {number:03}")
        assert len(read(session(server, groups_base=""))) == 95


def test_changes_alone_are_read_after_the_first_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from doorstep.integrations.ldap import directory

    monkeypatch.setattr(directory, "OVERLAP", timedelta(seconds=-2))  # what was made just now is old by then
    with slapd(tmp_path / "changes") as server:
        server.add("jon", "Jon Park")
        server.add("mira", "Mira Holt", manager="jon")
        opened = session(server)
        assert len(read(opened)) == 2
        threading.Event().wait(2.1)
        server.change("mira", title="Counsel")
        (changed,) = read(opened, whole=False)
        assert (changed.name, changed.title, changed.roles) == ("Mira Holt", "Counsel", None)
        assert changed.manager == server.key("jon")


# -- Refused, down, something else -----------------------------------------------------------------------


def test_a_wrong_password_pauses_with_a_sentence(server: Slapd) -> None:
    with pytest.raises(ConnectionPaused, match="The directory AD refused: invalidCredentials"):
        read(session(server, password="wrong"))


def test_a_base_that_is_not_there_pauses(server: Slapd) -> None:
    with pytest.raises(ConnectionPaused, match="refused: noSuchObject"):
        read(session(server, base="ou=nobody,dc=x,dc=example"))


def test_pages_larger_than_the_directory_gives_pause_with_the_mend(server: Slapd) -> None:
    with pytest.raises(ConnectionPaused, match=r"refused: adminLimitExceeded.*lower page_size"):
        read(session(server, page_size=900))


def test_a_filter_that_is_none_pauses(server: Slapd) -> None:
    with pytest.raises(ConnectionPaused, match="refused"):
        read(session(server, filter="(mail=*"))


@pytest.mark.parametrize("secure", [False, True])
def test_a_certificate_nobody_vouches_for_pauses(server: Slapd, secure: bool) -> None:
    import ssl

    url = f"ldaps://localhost:{server.secure_port}" if secure else f"ldap://localhost:{server.port}"
    with pytest.raises(ConnectionPaused, match="could not be secured"):
        read(session(server, url=url, trust=ssl.create_default_context()))


def test_a_certificate_of_another_name_pauses(server: Slapd) -> None:
    with pytest.raises(ConnectionPaused, match="could not be secured"):
        read(session(server, url=f"ldap://127.0.0.1:{server.port}"))


def test_a_directory_that_is_down_is_tried_again(server: Slapd) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(ReadFailed, match="The directory AD could not be reached") as failed:
        read(session(server, url=f"ldap://localhost:{port}"))
    assert not failed.value.permanent


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 40, b""])
def test_something_that_is_no_directory_is_a_sentence(server: Slapd, answer: bytes) -> None:
    with garbage(answer) as port, pytest.raises((ReadFailed, ConnectionPaused)) as failed:
        read(session(server, url=f"ldap://localhost:{port}"))
    assert str(failed.value).startswith(("The directory AD", "The line to AD"))


@pytest.mark.parametrize("url", ["", "http://localhost", "localhost:389"])
def test_an_address_that_cannot_be_one_pauses(server: Slapd, url: str) -> None:
    with pytest.raises(ConnectionPaused, match="has no usable address"):
        read(session(server, url=url))


def test_a_password_is_never_sent_in_the_open(server: Slapd) -> None:
    from dataclasses import replace

    with pytest.raises(ConnectionPaused, match="would send its password in the open"):
        read(replace(session(server, security="none"), allow_private=False))


@contextmanager
def garbage(answer: bytes) -> Iterator[int]:
    """Serve something else than LDAP."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            with taken:
                taken.settimeout(2)
                try:
                    if taken.recv(200):
                        taken.sendall(answer)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


# -- Active Directory's ways (no server of it runs here) -------------------------------------------------


def test_an_entry_of_active_directory_is_read() -> None:
    raw = {
        "dn": "CN=Mira Holt,OU=Staff,DC=x,DC=example",
        "raw_attributes": {
            "objectGUID": [bytes(range(16))],
            "displayName": [b"Mira Holt"],
            "mail": [b"Mira@x.example"],
            "proxyAddresses": [b"SMTP:mira@x.example", b"smtp:legal@x.example", b"x500:/o=x"],
            "userAccountControl": [b"514"],
            "department": [b"Legal"],
        },
    }
    assert Entry(raw).person(manager="", roles=None) == DirectoryPerson(
        key="03020100-0504-0706-0809-0a0b0c0d0e0f",
        name="Mira Holt",
        address="Mira@x.example",
        aliases=("legal@x.example",),
        department="Legal",
        active=False,
    )


@pytest.mark.parametrize(
    ("attribute", "value", "active"),
    [
        ("userAccountControl", b"512", True),
        ("nsAccountLock", b"TRUE", False),
        ("pwdAccountLockedTime", b"000001010000Z", False),
        ("pwdAccountLockedTime", b"20260301000000Z", True),
        ("cn", b"\xff\xfe", True),
    ],
)
def test_who_may_not_sign_in_is_not_active(attribute: str, value: bytes, active: bool) -> None:
    entry = Entry({"dn": "cn=x", "raw_attributes": {attribute: [value]}})
    assert entry.person(manager="", roles=None).active is active
