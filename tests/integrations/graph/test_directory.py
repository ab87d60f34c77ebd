"""Entra ID as a directory, over real HTTP: pages, groups, waiting, refusals."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.integrations.graph.entra import Tenant, entra
from tests.integrations.sessions import session_at

from doorstep.integrations.graph.directory import GraphDirectory
from doorstep.plugin_api import ConnectionPaused, DirectoryPerson, ReadFailed, Session


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with entra() as made:
        made.user("1", "Jon Park", jobTitle="Head of legal", department="Legal")
        made.user("2", "Mira Holt", manager={"id": "1"}, proxyAddresses=["SMTP:mira@x.example", "smtp:legal@x.example"])
        made.user("3", "Eve Moss", mail=None, accountEnabled=False)
        made.user("4", "Olga Out", userType="Guest")
        made.groups |= {"Legal counsel": ["1", "2", "4"], "Everybody": ["1"], "Third": []}
        yield made


@pytest.fixture
def session(tenant: Tenant) -> Iterator[Session]:
    config = {"tenant": "the-tenant", "client_id": "app", "login": tenant.url, "site": tenant.url}
    with httpx.Client() as http:
        yield session_at(http, config | {"groups": "legal counsel"}, {"client_secret": "s3cret"})


def read(session: Session) -> list[DirectoryPerson]:
    return list(GraphDirectory().pull(session, whole=True))


def test_everybody_is_read_page_by_page_without_guests(session: Session) -> None:
    roles = ("legal counsel",)
    assert read(session) == [
        DirectoryPerson("1", "Jon Park", "jon@x.example", roles=roles, department="Legal", title="Head of legal"),
        DirectoryPerson("2", "Mira Holt", "mira@x.example", ("legal@x.example",), manager="1", roles=roles),
        DirectoryPerson("3", "Eve Moss", "eve@x.example", roles=(), active=False),
    ]


def test_it_asks_as_documented(session: Session, tenant: Tenant) -> None:
    read(session)
    users = [query for path, query in tenant.asked if path == "/v1.0/users"]
    assert users[0]["$expand"] == ["manager($select=id)"]
    assert "accountEnabled" in users[0]["$select"][0].split(",")
    assert users[1] == {"$skiptoken": ["2"]}
    assert tenant.tokens == 1


def test_without_groups_no_role_is_said(session: Session, tenant: Tenant) -> None:
    session.config["groups"] = ""  # type: ignore[index]
    assert {one.roles for one in read(session)} == {None}
    assert {path for path, _ in tenant.asked} == {"/v1.0/users"}


def test_a_token_that_has_ended_is_renewed_once(session: Session, tenant: Tenant) -> None:
    read(session)
    tenant.tokens = 7  # somebody else's sign-in: ours is no longer good
    assert len(read(session)) == 3


def test_it_waits_as_long_as_it_is_told(session: Session, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("doorstep.integrations.graph.client.time.sleep", slept.append)
    tenant.instead = [(429, {"Retry-After": "7"}, b"{}"), (503, {}, b"")]
    assert len(read(session)) == 3
    assert slept == [7.0, 1.0]


def test_a_long_wait_is_left_to_the_next_pull(session: Session, tenant: Tenant) -> None:
    tenant.instead = [(429, {"Retry-After": "600"}, b"{}")]
    with pytest.raises(ReadFailed, match="could not do it just now") as failed:
        read(session)
    assert failed.value.retry_after is not None
    assert failed.value.retry_after.total_seconds() == 600


def test_a_wrong_secret_pauses_with_microsofts_words(session: Session, tenant: Tenant) -> None:
    tenant.secret = "another"
    with pytest.raises(ConnectionPaused, match=r"no longer lets .* sign in \(AADSTS7000215: Invalid client secret"):
        read(session)


def test_a_missing_right_pauses(session: Session, tenant: Tenant) -> None:
    said = b'{"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}'
    tenant.instead = [(403, {"Content-Type": "application/json"}, said)]
    with pytest.raises(ConnectionPaused, match=r"\(403, Insufficient privileges\.\)"):
        read(session)


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b"[]", b'{"value": 3}', b'{"value": [{"no": "id"}]}'])
def test_something_else_is_a_sentence(session: Session, tenant: Tenant, body: bytes) -> None:
    session.config["groups"] = ""  # type: ignore[index]
    tenant.instead = [(200, {"Content-Type": "application/json"}, body)]
    with pytest.raises(ReadFailed, match=r"We try again\.|not JSON|no list"):
        read(session)


def test_a_tenant_that_is_down_is_tried_again(session: Session) -> None:
    session.config["login"] = "http://127.0.0.1:9"  # type: ignore[index]
    with pytest.raises(ReadFailed, match="Microsoft Graph could not be reached"):
        read(session)


def test_the_token_goes_nowhere_else(session: Session, tenant: Tenant) -> None:
    tenant.elsewhere = "http://evil.example"
    with pytest.raises(ReadFailed, match="which is another place"):
        read(session)
