"""Files on a task, each once; and what people post on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.integrations.salesforce.conftest import PRIYA, World, letter

from doorstep.integrations.salesforce import SalesforceChannel, SalesforceConnector
from doorstep.plugin_api import Attachment, DeliveryFailed, Letter

CHANNEL, CONNECTOR = SalesforceChannel(), SalesforceConnector()
CONTRACT = Attachment("Contract v3.pdf", "application/pdf", b"%PDF-1.4 three")


def with_files(*attachments: Attachment, **more: object) -> Letter:
    return letter(attachments=attachments or (CONTRACT,), **more)


def files(world: World) -> list[tuple[str, str, int]]:
    (task,) = world.tasks()
    return [(one["Title"], one["PathOnClient"], one["ContentSize"]) for one in world.server.crm.files(task["Id"])]


def test_the_files_of_an_ask_are_on_the_task_once(world: World) -> None:
    CHANNEL.deliver(world.session, with_files())
    CHANNEL.deliver(world.session, with_files())
    assert files(world) == [("Contract v3", "Contract v3.pdf", 14)]


def test_a_changed_file_is_another(world: World) -> None:
    made = CHANNEL.deliver(world.session, with_files())
    changed = replace(CONTRACT, content=b"%PDF-1.4 THREE")
    CHANNEL.deliver(world.session, with_files(changed, key="delivery-2", purpose="change", earlier=(made.external_id,)))
    assert len(files(world)) == 2


def test_an_upload_that_got_no_answer_is_looked_for_and_not_repeated(world: World) -> None:
    world.fault("silent", match="POST .*/ContentVersion", seconds=1.2)
    with pytest.raises(DeliveryFailed) as failed:
        CHANNEL.deliver(world.session, with_files())
    assert not failed.value.permanent
    CHANNEL.deliver(world.session, with_files())
    assert len(files(world)) == 1


def test_a_file_salesforce_does_not_take_is_said_once_and_the_ask_stands(world: World) -> None:
    for _ in range(2):
        world.fault("status", match="POST .*/ContentVersion", status=403)
        CHANNEL.deliver(world.session, with_files())
    (task,) = world.tasks()
    assert task["Description"].count("Contract v3.pdf could not be attached here") == 1
    assert "Completing this task is the answer." in task["Description"]


# -- Posts -----------------------------------------------------------------------------------------------


def test_posts_on_a_task_are_read_and_watched(world: World) -> None:
    task = CHANNEL.deliver(world.session, letter()).external_id
    list(CONNECTOR.poll(world.session))
    world.server.crm.post(task, "<p>Go-live: 12&nbsp;March</p><p>contact: kim@halden.example</p>", by=PRIYA)
    assert [(one.record, one.system) for one in CONNECTOR.poll(world.session)] == [(task, "Salesforce")]
    assert list(CONNECTOR.poll(world.session)) == []
    (remark,) = CONNECTOR.read(world.session, "", task).remarks
    assert (remark.author, remark.text.replace("\xa0", " ")) == (
        PRIYA,
        "Go-live: 12 March\ncontact: kim@halden.example",
    )


def test_an_organisation_without_feeds_has_no_posts(world: World) -> None:
    task = CHANNEL.deliver(world.session, letter()).external_id
    world.server.crm.post(task, "done", by=PRIYA)
    refusal = '[{"message":"sObject type TaskFeed is not supported.","errorCode":"INVALID_TYPE"}]'
    world.fault("status", match="GET .*/query", status=400, body=refusal)
    assert CONNECTOR.read(world.session, "", task).remarks == ()
