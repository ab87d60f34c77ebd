from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.integrations.salesforce.conftest import OPPORTUNITY, World, letter
from tests.integrations.sessions import session_at

from doorstep.demo.salesforce_sandbox import data
from doorstep.integrations.salesforce import SalesforceChannel, SalesforceConnector
from doorstep.plugin_api import ConnectionPaused, DeliveryFailed, ReadFailed, Session, WriteFailed, WriteUnknown

CHANNEL = SalesforceChannel()


@pytest.fixture
def salesforce() -> SalesforceConnector:
    return SalesforceConnector()


def write(salesforce: SalesforceConnector, session: Session) -> bool:
    values = {"Delivery status": "Delivered"}
    return salesforce.write(session, "Opportunity", OPPORTUNITY, values, idempotency_key="k").changed


# -- signing in ------------------------------------------------------------------------------------


def test_a_token_is_kept_and_used_again(world: World, salesforce: SalesforceConnector) -> None:
    salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    first = world.session.tokens.get("access")
    salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    assert first == world.session.tokens.get("access") is not None


def test_a_session_that_ended_is_renewed_on_the_spot(world: World, salesforce: SalesforceConnector) -> None:
    salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    world.server.expire()
    assert salesforce.read(world.session, "Opportunity", OPPORTUNITY).key == OPPORTUNITY


def test_a_session_that_is_refused_again_pauses_the_connection(world: World, salesforce: SalesforceConnector) -> None:
    body = '[{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]'
    world.fault("status", status=401, match="/services/data", times=2, body=body)
    with pytest.raises(
        ConnectionPaused, match=r"does not accept the session of the sandbox \(401, Session expired or invalid\)"
    ):
        salesforce.read(world.session, "Opportunity", OPPORTUNITY)


@pytest.mark.parametrize(
    ("secrets", "config", "why"),
    [
        ({"client_secret": "old"}, {}, "invalid client credentials"),
        ({"client_secret": data.CLIENT_SECRET}, {"client_id": "gone"}, "client identifier invalid"),
    ],
)
def test_credentials_that_are_no_longer_good_pause_the_connection(
    world: World, secrets: dict[str, str], config: dict[str, str], why: str
) -> None:
    salesforce = SalesforceConnector()
    session = session_at(world.session.http, {**world.session.config, **config}, secrets)
    for work in (
        lambda: CHANNEL.deliver(session, letter()),
        lambda: salesforce.read(session, "", OPPORTUNITY),
        lambda: write(salesforce, session),
    ):
        with pytest.raises(
            ConnectionPaused, match=f"no longer lets the sandbox sign in .{why}.. Check the External Client App"
        ):
            work()


def test_a_connection_without_site_pauses_and_says_so(world: World, salesforce: SalesforceConnector) -> None:
    with pytest.raises(ConnectionPaused, match=r"has no site. Enter My Domain"):
        salesforce.read(world.with_config(site=""), "Opportunity", OPPORTUNITY)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def bearer(world: World, key: rsa.RSAPrivateKey, **config: str) -> Session:
    encoding = serialization.Encoding.PEM
    public = key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    world.server.public_key = public.decode()
    told = {**world.session.config, "username": data.ROBOT_EMAIL, **config}
    return session_at(world.session.http, told, {"private_key": private.decode()})


def test_a_signed_assertion_signs_in(world: World, salesforce: SalesforceConnector, key: rsa.RSAPrivateKey) -> None:
    assert salesforce.read(bearer(world, key), "Opportunity", OPPORTUNITY).key == OPPORTUNITY


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ({"username": "stranger@northwind.example"}, "user hasn't approved this consumer"),
        ({"audience": "https://elsewhere.example"}, "invalid assertion: audience doesnt match"),
        ({"client_id": "gone"}, "client identifier invalid"),
    ],
)
def test_an_assertion_that_is_not_accepted_pauses_the_connection(
    world: World, key: rsa.RSAPrivateKey, config: dict[str, str], why: str
) -> None:
    salesforce = SalesforceConnector()
    with pytest.raises(ConnectionPaused, match=why):
        salesforce.read(bearer(world, key, **config), "Opportunity", OPPORTUNITY)


def test_a_key_that_cannot_be_read_pauses_the_connection(world: World, salesforce: SalesforceConnector) -> None:
    session = replace(world.session, secrets={"private_key": "-----BEGIN nothing"})
    with pytest.raises(ConnectionPaused, match="The private key of the sandbox cannot be read"):
        salesforce.read(session, "Opportunity", OPPORTUNITY)


# -- refusals and silence --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "wait"),
    [
        (403, "REQUEST_LIMIT_EXCEEDED", timedelta(minutes=15)),
        (400, "UNABLE_TO_LOCK_ROW", None),
        (503, "SERVER_UNAVAILABLE", None),
        (500, "UNKNOWN_EXCEPTION", None),
    ],
)
def test_what_passes_is_tried_again(world: World, status: int, code: str, wait: timedelta | None) -> None:
    salesforce = SalesforceConnector()
    body = f'[{{"message": "Not now.", "errorCode": "{code}"}}]'
    world.fault("status", status=status, match="PATCH", body=body)
    with pytest.raises(WriteFailed, match=r"could not do it just now \(Not now\.\)\. We try again") as failed:
        write(salesforce, world.session)
    assert (failed.value.permanent, failed.value.retry_after) == (False, wait)


def test_throttling_waits_as_long_as_salesforce_asks(world: World) -> None:
    world.fault("status", status=429, retry_after="90", match="/services/data")
    with pytest.raises(DeliveryFailed) as failed:
        CHANNEL.deliver(world.session, letter())
    assert (failed.value.permanent, failed.value.retry_after) == (False, timedelta(seconds=90))


def test_a_salesforce_that_is_down_is_tried_again(world: World) -> None:
    world.server.stop()
    with pytest.raises(DeliveryFailed, match="Salesforce could not be reached") as failed:
        CHANNEL.deliver(world.session, letter())
    assert failed.value.permanent is False


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", "3", '{"records": 1}'])
def test_garbage_is_a_sentence_and_tried_again(world: World, salesforce: SalesforceConnector, body: str) -> None:
    world.fault("garbage", times=9, body=body)
    with pytest.raises(ReadFailed, match=r"^(Salesforce|The answer is not as documented)") as failed:
        salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    assert failed.value.permanent is False


@pytest.mark.parametrize("body", ["", "{}", "[]"])
def test_garbage_after_a_task_was_sent_makes_no_second_one(world: World, body: str) -> None:
    world.fault("garbage", match="PATCH", body=body)
    with pytest.raises(DeliveryFailed):
        CHANNEL.deliver(world.session, letter())
    CHANNEL.deliver(world.session, letter())
    assert len(world.tasks()) == 1


def test_a_write_without_answer_is_unknown_and_then_found_done(world: World, salesforce: SalesforceConnector) -> None:
    world.fault("silent", match="PATCH")
    with pytest.raises(WriteUnknown, match="was asked but did not answer"):
        write(salesforce, world.session)
    assert write(salesforce, world.session) is False


def test_a_slow_write_is_unknown_when_we_stop_waiting(world: World, salesforce: SalesforceConnector) -> None:
    salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    world.fault("slow", match="PATCH", seconds=0.5)
    with httpx.Client(verify=False, timeout=0.2) as impatient, pytest.raises(WriteUnknown):
        write(salesforce, replace(world.session, http=impatient))


def test_a_task_without_answer_is_found_by_its_key(world: World) -> None:
    world.fault("silent", match="PATCH")
    with pytest.raises(DeliveryFailed) as failed:
        CHANNEL.deliver(world.session, letter())
    assert (failed.value.permanent, failed.value.retry_after) == (False, timedelta(minutes=1))
    CHANNEL.deliver(world.session, letter())
    assert len(world.tasks()) == 1


def test_a_read_without_answer_is_only_tried_again(world: World, salesforce: SalesforceConnector) -> None:
    world.fault("silent", match="GET /services/data")
    with pytest.raises(ReadFailed, match="did not answer") as failed:
        salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    assert failed.value.permanent is False
