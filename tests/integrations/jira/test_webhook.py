from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.integrations.jira.conftest import SAM, World

from doorstep.demo.jira_sandbox import adf
from doorstep.integrations.jira import UnreadableWebhook, parse, verify
from doorstep.plugin_api import Observation

SECRET = "It's a Secret to Everybody"
BODY = b"Hello World!"
SIGNED = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"


def test_the_example_of_the_documentation_is_accepted() -> None:
    assert verify(SECRET, {"X-Hub-Signature": SIGNED}, BODY)


@pytest.mark.parametrize(
    ("secret", "headers", "body"),
    [
        pytest.param(SECRET, {"X-Hub-Signature": SIGNED}, b"Hello world!", id="another body"),
        pytest.param("other", {"X-Hub-Signature": SIGNED}, BODY, id="another secret"),
        pytest.param(
            "", {"X-Hub-Signature": "sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()}, BODY, id="no secret"
        ),
        pytest.param(SECRET, {}, BODY, id="no signature"),
        pytest.param(
            SECRET,
            {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()},
            BODY,
            id="weak",
        ),
        pytest.param(SECRET, {"X-Hub-Signature": "sha256=é"}, BODY, id="not even hexadecimal"),
    ],
)
def test_anything_else_is_refused(secret: str, headers: dict[str, str], body: bytes) -> None:
    assert not verify(secret, headers, body)


def test_header_names_are_compared_in_any_case() -> None:
    assert verify(SECRET, {"x-hub-signature": SIGNED}, BODY)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"x"', b"\xff\xfe"])
def test_what_is_no_event_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableWebhook, match=r"^Expected"):
        parse({}, body)


@pytest.mark.parametrize("event", [{}, {"issue": 3}, {"issue": {"id": "1"}}, {"issue": {"key": 7}}])
def test_an_event_about_no_issue_is_nothing(event: object) -> None:
    assert parse({}, json.dumps(event).encode()) is None


def test_an_event_without_number_is_told_apart_by_its_body() -> None:
    first, again, other = (json.dumps({"issue": {"key": "A-1"}, "n": n}).encode() for n in (1, 1, 2))
    numbers = [seen.external_id for seen in (parse({}, body) for body in (first, again, other)) if seen]
    assert numbers[0] == numbers[1] != numbers[2]


class Inbox:
    """A server that keeps what it is sent, refusing the first ``refused`` times."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.refused = 0
        self.came = threading.Semaphore(0)
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                inbox.got.append((dict(self.headers), body))
                self.send_response(503 if len(inbox.got) <= inbox.refused else 204)
                self.end_headers()
                inbox.came.release()

            def log_message(self, *said: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/jira"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def wait(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.came.acquire(timeout=5)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.stop()


def test_what_the_sandbox_sends_is_verified_and_read(world: World, inbox: Inbox) -> None:
    world.server.hooks.add(inbox.url, SECRET)
    world.server.tracker.move("DEP-412", "31", None, by=SAM)
    inbox.wait()
    headers, body = inbox.got[0]
    stamp = "2026-03-06T21:00:00.000+0000"
    number = headers["X-Atlassian-Webhook-Identifier"]
    assert verify(SECRET, headers, body)
    assert parse(headers, body) == Observation("Jira", "DEP-412", cursor=stamp, external_id=number, raw=body)
    assert json.loads(body)["changelog"]["items"][0]["toString"] == "Done"


def test_an_event_sent_again_has_the_same_number(world: World, inbox: Inbox) -> None:
    inbox.refused = 1
    world.server.hooks.add(inbox.url, SECRET)
    world.server.tracker.comment("DEP-412", adf.document("Done?"), {}, by=SAM)
    inbox.wait(2)
    first, again = (parse(headers, body) for headers, body in inbox.got)
    assert first == again
    assert inbox.got[1][0]["X-Atlassian-Webhook-Retry"] == "1"


def test_events_out_of_order_are_told_apart_by_the_issues_stamp(world: World, inbox: Inbox) -> None:
    world.server.hooks.add(inbox.url, SECRET)
    world.server.tracker.move("DEP-412", "31", None, by=SAM)
    world.clock.later(seconds=1)
    world.server.tracker.move("DEP-412", "11", None, by=SAM)
    inbox.wait(2)
    newest_first = [seen.cursor for seen in (parse(headers, body) for headers, body in reversed(inbox.got)) if seen]
    assert newest_first == ["2026-03-06T21:00:01.000+0000", "2026-03-06T21:00:00.000+0000"]
