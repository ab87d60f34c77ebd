"""Files on an issue, each once; and what people write on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.integrations.jira.conftest import SAM, World, letter

from doorstep.demo.jira_sandbox import adf, data
from doorstep.integrations.jira import JiraChannel, JiraConnector
from doorstep.plugin_api import Attachment, DeliveryFailed, Letter, Remark

CHANNEL, CONNECTOR = JiraChannel(), JiraConnector()
CONTRACT = Attachment("Contract v3.pdf", "application/pdf", b"%PDF-1.4 three")


def files(world: World, key: str = "DEP-412") -> list[tuple[str, int, str]]:
    kept = world.server.tracker.issue(key).get("attachments", [])
    return [(one["filename"], one["size"], one["author"]) for one in kept]


def with_files(*attachments: Attachment, **more: object) -> Letter:
    return letter(attachments=attachments or (CONTRACT,), **more)


def test_the_files_of_an_ask_are_on_the_issue_once(world: World) -> None:
    first = CHANNEL.deliver(world.session, with_files())
    assert CHANNEL.deliver(world.session, with_files()) == first
    assert files(world) == [("Contract v3.pdf", 14, data.ROBOT)]
    assert len(world.comments()) == 1


def test_a_changed_file_of_the_same_name_and_size_is_another(world: World) -> None:
    CHANNEL.deliver(world.session, with_files())
    changed = replace(CONTRACT, content=b"%PDF-1.4 THREE")
    CHANNEL.deliver(world.session, with_files(changed, key="delivery-2", purpose="change"))
    assert files(world) == [("Contract v3.pdf", 14, data.ROBOT)] * 2


def test_somebody_elses_file_is_not_taken_for_ours(world: World) -> None:
    from doorstep.demo.serving import Upload

    world.server.tracker.attach("DEP-412", Upload(CONTRACT.name, "application/pdf", CONTRACT.content), by=SAM)
    CHANNEL.deliver(world.session, with_files())
    assert [by for _, _, by in files(world)] == [SAM, data.ROBOT]


def test_a_new_issue_has_the_files_too(world: World) -> None:
    made = CHANNEL.deliver(world.session, with_files(record="", route={"project": "DEP"}))
    assert files(world, made.external_id) == [("Contract v3.pdf", 14, data.ROBOT)]


def test_an_upload_that_got_no_answer_is_looked_for_and_not_repeated(world: World) -> None:
    world.fault("silent", match="POST .*/attachments", seconds=1.2)
    with pytest.raises(DeliveryFailed) as failed:
        CHANNEL.deliver(world.session, with_files())
    assert not failed.value.permanent
    CHANNEL.deliver(world.session, with_files())
    assert (files(world), len(world.comments())) == ([("Contract v3.pdf", 14, data.ROBOT)], 1)


@pytest.mark.parametrize("record", ["DEP-412", ""])
def test_a_file_jira_does_not_take_is_said_and_the_ask_goes_all_the_same(world: World, record: str) -> None:
    world.fault("status", match="POST .*/attachments", status=413)
    made = CHANNEL.deliver(world.session, with_files(record=record, route={"project": "DEP"}))
    key = made.external_id.partition("#")[0]
    assert any("Contract v3.pdf could not be attached here" in one for one in world.comments(key))
    assert files(world, key) == []


# -- Remarks ---------------------------------------------------------------------------------------------


def remarks(world: World) -> list[tuple[str, str]]:
    return [(one.author, one.text) for one in CONNECTOR.read(world.session, "issue", "DEP-412").remarks]


def test_what_people_write_is_read_oldest_first_and_ours_is_not(world: World) -> None:
    tracker = world.server.tracker
    tracker.comment("DEP-412", adf.document("Looking."), {}, by=SAM)
    CHANNEL.deliver(world.session, letter())
    tracker.comment("DEP-412", adf.document("done"), {}, by=SAM)
    assert remarks(world) == [(SAM, "Looking."), (SAM, "done")]
    (_, last) = CONNECTOR.read(world.session, "issue", "DEP-412").remarks
    assert last == Remark(last.id, SAM, world.clock.at, "done", "sam@northwind.example")


def test_whom_they_mention_and_what_they_quote_are_not_their_words(world: World) -> None:
    quoted = {
        "type": "blockquote",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "rejected"}]}],
    }
    mention = {"type": "mention", "attrs": {"id": data.ROBOT, "text": "@Doorstep"}}
    said = {"type": "paragraph", "content": [mention, {"type": "text", "text": " approved"}]}
    body = {"type": "doc", "version": 1, "content": [quoted, said]}
    world.server.tracker.comment("DEP-412", body, {}, by=SAM)
    assert remarks(world) == [(SAM, "approved")]
