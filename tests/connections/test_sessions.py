from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.connections.servers import serving

from doorstep.connections.guard import AddressRefused
from doorstep.connections.models import Connection, Token
from doorstep.connections.secrets import sealed_all
from doorstep.connections.sessions import hosts_named, session, session_for
from doorstep.project.config import load

pytestmark = pytest.mark.database


def connection(*, allow_private: bool = False) -> Connection:
    return Connection.objects.create(
        name="Jira",
        kind="jira",
        config={"site": "https://x.atlassian.net"},
        secrets=sealed_all({"token": "t"}),
        allow_private=allow_private,
    )


def test_an_integration_is_given_its_configuration_and_secrets() -> None:
    with session(connection()) as given:
        assert (given.name, given.config, given.secrets) == (
            "Jira",
            {"site": "https://x.atlassian.net"},
            {"token": "t"},
        )
    assert given.http.is_closed


def test_every_way_out_passes_the_guard() -> None:
    with serving() as port, session(connection()) as given:
        with pytest.raises(httpx.ConnectError, match="inside the organisation"):
            given.http.get(f"https://127.0.0.1:{port}/small")
        with pytest.raises(AddressRefused):
            given.connect("localhost", port, 5.0)


def test_a_connection_may_be_allowed_inside() -> None:
    with serving() as port, session(connection(allow_private=True)) as given:
        assert given.http.get(f"http://127.0.0.1:{port}/small").text == "hello"
        with given.connect("localhost", port, 5.0) as door:
            assert door.getpeername()[1] == port


def test_the_proxy_is_the_configurations(settings: Settings) -> None:
    with serving() as port:
        settings.DOORSTEP = load({"DOORSTEP_PROXY": f"http://127.0.0.1:{port}"})
        with session(connection(allow_private=True)) as given:
            assert given.http.get("http://x.atlassian.net/rest").text == "proxied http://x.atlassian.net/rest"
            with pytest.raises(httpx.ConnectError, match="not one the connection names"):
                given.http.get("http://elsewhere.example/")


def test_a_configuration_names_its_hosts() -> None:
    config = {"site": "https://X.atlassian.net/", "port": 25, "note": "see docs", "hosts": ["auth.example"]}
    assert hosts_named(config) == {"x.atlassian.net", "auth.example"}
    assert hosts_named({"hosts": "one.example"}) == {"one.example"}


def test_a_cursor_stays() -> None:
    row = connection()
    cursor = session_for(row).cursor
    assert cursor.get() == ""
    cursor.set("1")
    cursor.set("2")
    assert session_for(row).cursor.get() == "2"


def test_tokens_are_encrypted_and_expire() -> None:
    tokens = session_for(connection()).tokens
    assert tokens.get("access") is None
    tokens.set("access", "first")
    tokens.set("access", "second", expires_at=timezone.now() + timedelta(hours=1))
    assert (tokens.get("access"), "second" in Token.objects.get().value) == ("second", False)
    tokens.set("access", "third", expires_at=timezone.now() - timedelta(seconds=1))
    assert tokens.get("access") is None
