from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tests.demo.openapi import CheckedTransport
from tests.integrations.jira.conftest import World, letter
from tests.integrations.sessions import MemoryTokens, session_at

from doorstep.demo.jira_sandbox import data
from doorstep.demo.jira_sandbox.server import CLOUD
from doorstep.integrations.jira import JiraChannel, JiraConnector
from doorstep.plugin_api import ConnectionPaused, DeliveryFailed, ReadFailed, Session, WriteFailed, WriteUnknown

CHANNEL, JIRA = JiraChannel(), JiraConnector()
COMMENT = "POST /rest/api/3/issue/DEP-412/comment"


def write(session: Session) -> None:
    JIRA.write(session, "issue", "DEP-412", {"Release tag": "v5"}, idempotency_key="k")


def test_a_sign_in_that_is_no_longer_good_pauses_the_connection(world: World) -> None:
    wrong = replace(world.session, secrets={"token": "old"})
    for work in (
        lambda: CHANNEL.deliver(wrong, letter()),
        lambda: JIRA.read(wrong, "issue", "DEP-412"),
        lambda: write(wrong),
    ):
        with pytest.raises(
            ConnectionPaused, match=r"no longer accepts the sign-in of the sandbox \(401\). Make a new API token"
        ):
            work()


def test_a_connection_without_site_pauses_and_says_so(world: World) -> None:
    with pytest.raises(ConnectionPaused, match=r"has no site. Enter it, like https://your-name.atlassian.net"):
        JIRA.read(world.with_config(site=""), "issue", "DEP-412")


def test_throttling_waits_as_long_as_jira_asks(world: World) -> None:
    world.fault("status", status=429, retry_after="37")
    with pytest.raises(DeliveryFailed, match="asks us to slow down") as failed:
        CHANNEL.deliver(world.session, letter())
    assert (failed.value.permanent, failed.value.retry_after) == (False, timedelta(seconds=37))


def test_a_wait_may_be_given_as_a_date(world: World) -> None:
    world.fault("status", status=429, retry_after="Fri, 06 Mar 2020 21:00:00 GMT")
    with pytest.raises(ReadFailed) as failed:
        JIRA.read(world.session, "issue", "DEP-412")
    assert failed.value.retry_after == timedelta(0)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 409])
def test_what_passes_is_tried_again(world: World, status: int) -> None:
    world.fault("status", status=status, match="PUT ")
    with pytest.raises(WriteFailed, match=f"could not do it just now .status {status}.. We try again") as failed:
        write(world.session)
    assert failed.value.permanent is False


def test_a_refusal_is_for_good_and_in_jiras_words(world: World) -> None:
    world.fault("status", status=403, match="PUT ", body='{"errorMessages": ["You may not edit this."], "errors": {}}')
    with pytest.raises(WriteFailed, match=r"^Jira refused: You may not edit this.$") as failed:
        write(world.session)
    assert failed.value.permanent is True


def test_a_jira_that_is_down_is_tried_again(world: World) -> None:
    world.server.stop()
    with pytest.raises(DeliveryFailed, match="Jira could not be reached") as failed:
        CHANNEL.deliver(world.session, letter())
    assert failed.value.permanent is False


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", "3", '"ok"', '{"fields": 1}'])
def test_garbage_is_a_sentence_and_tried_again(world: World, body: str) -> None:
    world.fault("garbage", times=9, body=body)
    with pytest.raises(ReadFailed, match=r"^(Jira|The answer is not as documented)") as failed:
        JIRA.read(world.session, "issue", "DEP-412")
    assert failed.value.permanent is False


@pytest.mark.parametrize("body", ["", "{}", "[]", "null"])
def test_garbage_after_a_comment_was_sent_makes_no_second_one(world: World, body: str) -> None:
    world.fault("garbage", match=COMMENT, body=body)
    with pytest.raises(DeliveryFailed):
        CHANNEL.deliver(world.session, letter())
    CHANNEL.deliver(world.session, letter())
    assert len(world.comments()) == 1


def test_a_write_without_answer_is_unknown_and_then_found_done(world: World) -> None:
    world.fault("silent", match="PUT /rest/api/3/issue/DEP-412")
    with pytest.raises(WriteUnknown, match="was asked but did not answer"):
        write(world.session)
    assert JIRA.write(world.session, "issue", "DEP-412", {"Release tag": "v5"}, idempotency_key="k").changed is False


def test_a_slow_write_is_unknown_when_we_stop_waiting(world: World) -> None:
    world.fault("slow", match="PUT ", seconds=0.5)
    impatient = httpx.Client(transport=CheckedTransport(), timeout=0.2)
    with impatient, pytest.raises(WriteUnknown):
        write(replace(world.session, http=impatient))


def test_a_read_without_answer_is_only_tried_again(world: World) -> None:
    world.fault("silent", match="GET /rest/api/3/issue/DEP-412$")
    with pytest.raises(ReadFailed, match="did not answer") as failed:
        JIRA.read(world.session, "issue", "DEP-412")
    assert failed.value.permanent is False


def test_a_comment_without_answer_waits_a_minute_and_is_then_found(world: World) -> None:
    world.fault("silent", match=COMMENT)
    with pytest.raises(DeliveryFailed) as failed:
        CHANNEL.deliver(world.session, letter())
    assert failed.value.retry_after == timedelta(minutes=1)
    assert CHANNEL.deliver(world.session, letter()).external_id == "DEP-412#10001"
    assert len(world.comments()) == 1


def test_a_new_issue_without_answer_is_found_by_its_mark(world: World) -> None:
    world.fault("silent", match="POST /rest/api/3/issue$")
    new = letter(record="", route={"project": "DEP"})
    with pytest.raises(DeliveryFailed):
        CHANNEL.deliver(world.session, new)
    assert CHANNEL.deliver(world.session, new).external_id == "DEP-413"
    assert world.issues() == ["DEP-412", "DEP-413"]


def test_a_new_issue_of_which_jira_does_not_say_which_is_found(world: World) -> None:
    world.fault("garbage", match="POST /rest/api/3/issue$", body="{}")
    with pytest.raises(DeliveryFailed, match="but not which"):
        CHANNEL.deliver(world.session, letter(record="", route={"project": "DEP"}))


def test_a_withdrawal_that_fails_is_tried_again(world: World) -> None:
    made = CHANNEL.deliver(world.session, letter())
    world.fault("status", status=503, match="PUT ")
    with pytest.raises(DeliveryFailed) as failed:
        CHANNEL.withdraw(world.session, letter(purpose="withdrawn", headline="Over."), made.external_id)
    assert failed.value.permanent is False


def test_an_action_without_answer_is_unknown(world: World) -> None:
    world.fault("silent", match=COMMENT)
    with pytest.raises(WriteUnknown):
        JIRA.call(world.session, "comment", {"issue": "DEP-412", "text": "Live."}, idempotency_key="k")


# -- OAuth -----------------------------------------------------------------------------------------


def oauth(world: World, **secrets: str) -> Session:
    config = {
        "site": world.server.url,
        "sign_in": "oauth",
        "client_id": data.CLIENT_ID,
        "cloud_id": data.CLOUD_ID,
        "api_url": world.server.url,
        "token_url": f"{world.server.url}/oauth/token",
    }
    return session_at(world.session.http, config, {"client_secret": data.CLIENT_SECRET, **secrets})


def test_a_service_account_signs_in_by_its_own_credentials(world: World) -> None:
    session = oauth(world)
    assert JIRA.read(session, "issue", "DEP-412").link == f"{world.server.url}/browse/DEP-412"
    assert CLOUD.endswith(data.CLOUD_ID)


def test_an_access_token_is_kept_until_it_ends(world: World) -> None:
    session = oauth(world)
    JIRA.read(session, "issue", "DEP-412")
    first = session.tokens.get("access_token")
    JIRA.read(session, "issue", "DEP-412")
    assert first == session.tokens.get("access_token") is not None


def test_each_refresh_token_is_used_once_and_the_next_one_kept(world: World) -> None:
    session = oauth(world, refresh_token=data.REFRESH_TOKEN)
    JIRA.read(session, "issue", "DEP-412")
    kept = session.tokens.get("refresh_token")
    session.tokens.set("access_token", "")
    JIRA.read(session, "issue", "DEP-412")
    assert kept not in {data.REFRESH_TOKEN, session.tokens.get("refresh_token"), None}


def test_an_access_token_that_ended_early_is_renewed_on_the_spot(world: World) -> None:
    session = oauth(world)
    session.tokens.set("access_token", "ended")
    assert JIRA.read(session, "issue", "DEP-412").key == "DEP-412"


def test_a_refresh_token_that_is_no_longer_good_pauses_the_connection(world: World) -> None:
    with pytest.raises(
        ConnectionPaused, match=r"no longer gives the sandbox an access token \(Unknown or invalid refresh"
    ):
        JIRA.read(oauth(world, refresh_token="used-before"), "issue", "DEP-412")


def test_the_token_server_being_down_is_only_tried_again(world: World) -> None:
    world.fault("status", status=503, match="POST /oauth/token")
    session = oauth(world)
    with pytest.raises(ReadFailed) as failed:
        JIRA.read(session, "issue", "DEP-412")
    assert failed.value.permanent is False
    assert isinstance(session.tokens, MemoryTokens)
    assert session.tokens.known == {}
