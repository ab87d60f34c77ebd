from __future__ import annotations

import pytest
from tests.integrations.salesforce.conftest import OPPORTUNITY, PRIYA, World, letter

from doorstep.demo import company
from doorstep.demo.salesforce_sandbox.objects import KINDS
from doorstep.integrations.salesforce import SalesforceChannel
from doorstep.plugin_api import DeliveryFailed, Shown

CHANNEL = SalesforceChannel()


def test_an_ask_is_a_task_on_the_record_the_page_names(world: World) -> None:
    made = CHANNEL.deliver(world.session, letter())
    (task,) = world.tasks()
    assert made.external_id == task["Id"]
    assert made.link == f"{world.server.url}/lightning/r/Task/{task['Id']}/view"
    assert {name: task[name] for name in ("Subject", "WhatId", "OwnerId", "Status", "Priority", "Doorstep_key__c")} == {
        "Subject": "Confirm logistics for Halden Foods",
        "WhatId": OPPORTUNITY,
        "OwnerId": PRIYA,
        "Status": "Not Started",
        "Priority": "Normal",
        "Doorstep_key__c": "delivery-1",
    }


def test_the_task_says_everything_the_letter_says(world: World) -> None:
    ask = letter(
        paragraphs=("The warehouse knows.",),
        covered=(Shown("value", "€ 84,000"),),
        shown=(Shown("release", "DEP-412", link="https://jira.example/DEP-412"),),
        checklist=(("The lorry is booked", True), ("The client knows", False)),
        page_url="https://doorstep.northwind.example/a/1",
    )
    CHANNEL.deliver(world.session, ask)
    assert world.tasks()[0]["Description"] == (
        "Please confirm logistics for Halden Foods by 17:00 today.\n\n"
        "The warehouse knows.\n\n"
        "You approve:\n- value: € 84,000\n\n"
        "For information:\n- release: DEP-412 (https://jira.example/DEP-412)\n\n"
        "[ ] Must: The lorry is booked\n[ ] The client knows\n\n"
        "To fill in on the record, before the task is completed:\n- go-live (date)\n- contact (e-mail address)\n\n"
        "Completing this task is the answer.\n\n"
        "If we hear nothing we ask Tom Reyes at 17:00.\n\n"
        "Close a client project, version 7, “Confirm logistics”\n\n"
        "https://doorstep.northwind.example/a/1"
    )


def test_the_addressees_own_page_is_named_only_where_it_is_needed(world: World) -> None:
    CHANNEL.deliver(world.session, letter(fields=(), verb="confirm", page_url="https://doorstep.example/a/secret"))
    assert "secret" not in world.tasks()[0]["Description"]


def test_a_letter_delivered_twice_is_one_task_and_stays_as_its_owner_left_it(world: World) -> None:
    first = CHANNEL.deliver(world.session, letter())
    world.edit("Task", first.external_id, {"Status": "In Progress"})
    assert CHANNEL.deliver(world.session, letter()).external_id == first.external_id
    assert [task["Status"] for task in world.tasks()] == ["In Progress"]


@pytest.mark.parametrize(
    ("to", "route", "owner"),
    [
        pytest.param(PRIYA, {}, PRIYA, id="a user by id"),
        pytest.param("priya@northwind.example", {}, PRIYA, id="a user by address"),
        pytest.param(company.QUEUE_ID, {}, company.QUEUE_ID, id="a queue by id"),
        pytest.param("Customer Success", {}, company.QUEUE_ID, id="a queue by name"),
        pytest.param("", {"queue": "Customer_Success"}, company.QUEUE_ID, id="the queue of the route"),
    ],
)
def test_whose_task_it_is(world: World, to: str, route: dict[str, str], owner: str) -> None:
    CHANNEL.deliver(world.session, letter(to=to, route=route))
    assert world.tasks()[0]["OwnerId"] == owner


@pytest.mark.parametrize("to", ["", "nobody@northwind.example", "No such queue", "o'clock"])
def test_an_ask_for_nobody_is_a_sentence_not_a_task_nobody_sees(world: World, to: str) -> None:
    with pytest.raises(DeliveryFailed, match="Expected a user or a queue of Salesforce for Priya Nair") as failed:
        CHANNEL.deliver(world.session, letter(to=to))
    assert failed.value.permanent
    assert world.tasks() == []


def test_a_task_may_stand_on_no_record(world: World) -> None:
    CHANNEL.deliver(world.session, letter(record=""))
    assert world.tasks()[0]["WhatId"] is None


def test_a_record_may_be_named_by_its_address(world: World) -> None:
    address = f"{world.server.url}/lightning/r/Opportunity/{OPPORTUNITY}/view?ws=1"
    CHANNEL.deliver(world.session, letter(record=address))
    assert world.tasks()[0]["WhatId"] == OPPORTUNITY


def test_a_long_subject_is_cut_to_what_fits(world: World) -> None:
    CHANNEL.deliver(world.session, letter(subject="x" * 400, paragraphs=("y" * 40_000,)))
    assert (len(world.tasks()[0]["Subject"]), len(world.tasks()[0]["Description"])) == (250, 30_000)


# -- what is said later ----------------------------------------------------------------------------


def test_a_reminder_stands_on_top_of_the_same_task_once_and_makes_it_high(world: World) -> None:
    ask = CHANNEL.deliver(world.session, letter())
    reminder = letter(
        key="delivery-2",
        purpose="reminder",
        headline="Still waiting.",
        fields=(),
        closing="",
        footer="",
        earlier=(ask.external_id,),
    )
    said = CHANNEL.deliver(world.session, reminder)
    CHANNEL.deliver(world.session, reminder)
    (task,) = world.tasks()
    assert said.external_id == f"{ask.external_id}#delivery-2"
    assert task["Priority"] == "High"
    assert task["Description"].startswith("Still waiting.\n\n----------\n\nPlease confirm logistics")
    assert task["Description"].count("Still waiting.") == 1


def test_a_task_somebody_completed_is_not_written_on(world: World) -> None:
    ask = CHANNEL.deliver(world.session, letter())
    world.edit("Task", ask.external_id, {"Status": "Completed"})
    before = world.tasks()
    CHANNEL.deliver(world.session, letter(key="d-2", purpose="reminder", headline="!", earlier=(ask.external_id,)))
    assert world.tasks() == before


def test_a_question_about_a_completed_task_opens_it_again_once(world: World) -> None:
    ask = CHANNEL.deliver(world.session, letter())
    world.edit("Task", ask.external_id, {"Status": "Completed"})
    question = letter(key="d-2", purpose="clarify", headline="The go-live date is missing.", earlier=(ask.external_id,))
    CHANNEL.deliver(world.session, question)
    assert [task["IsClosed"] for task in world.tasks()] == [False]
    world.edit("Task", ask.external_id, {"Status": "Completed"})
    CHANNEL.deliver(world.session, question)
    assert [task["IsClosed"] for task in world.tasks()] == [True]


def test_a_reminder_of_a_task_somebody_deleted_is_a_new_task(world: World) -> None:
    gone = company.salesforce_id("00T", 4)
    CHANNEL.deliver(world.session, letter(key="delivery-2", purpose="reminder", earlier=(gone,)))
    assert [task["Doorstep_key__c"] for task in world.tasks()] == ["delivery-2"]


def test_a_withdrawn_task_is_closed_and_says_so(world: World) -> None:
    ask = CHANNEL.deliver(world.session, letter())
    gone = letter(
        purpose="withdrawn", headline="Nothing to do any more: Tom Reyes answered.", fields=(), closing="", footer=""
    )
    CHANNEL.withdraw(world.session, gone, ask.external_id)
    (task,) = world.tasks()
    assert (task["Status"], task["Subject"]) == ("Completed", "Withdrawn: Confirm logistics for Halden Foods")
    assert task["Description"].startswith("Nothing to do any more: Tom Reyes answered.\n\n----------\n")


def test_withdrawing_what_was_completed_or_deleted_changes_nothing(world: World) -> None:
    ask = CHANNEL.deliver(world.session, letter())
    world.edit("Task", ask.external_id, {"Status": "Completed"})
    before = world.tasks()
    CHANNEL.withdraw(world.session, letter(purpose="withdrawn"), ask.external_id)
    CHANNEL.withdraw(world.session, letter(purpose="withdrawn"), company.salesforce_id("00T", 4))
    CHANNEL.withdraw(world.session, letter(purpose="withdrawn"), f"{ask.external_id}#delivery-2")
    assert world.tasks() == before


# -- the status line -------------------------------------------------------------------------------


def test_the_status_line_is_written_into_the_field_the_connection_names(world: World) -> None:
    told = world.with_config(status_field="Doorstep status")
    made = CHANNEL.deliver(told, letter(purpose="status", headline="Waiting for Mira Holt since 16:02."))
    assert made.external_id == f"{OPPORTUNITY}#status"
    assert world.opportunity()["Doorstep_status__c"] == "Waiting for Mira Holt since 16:02."
    assert world.tasks() == []


def test_an_unchanged_status_line_is_not_written(world: World) -> None:
    told = world.with_config(status_field="Doorstep status")
    long = letter(purpose="status", headline="x" * 300)
    CHANNEL.deliver(told, long)
    stamp = world.opportunity()["SystemModstamp"]
    world.clock.later(minutes=5)
    CHANNEL.deliver(told, long)
    assert (world.opportunity()["SystemModstamp"], len(world.opportunity()["Doorstep_status__c"])) == (stamp, 255)


def test_without_such_a_field_one_task_shows_the_status_line(world: World) -> None:
    for line in ("Waiting for Mira Holt since 16:02.", "Done at 16:20."):
        CHANNEL.deliver(world.session, letter(purpose="status", thread="case-1", key=line, headline=line))
    (task,) = world.tasks()
    assert (task["Subject"], task["WhatId"], task["IsClosed"]) == ("Done at 16:20.", OPPORTUNITY, False)


def test_a_status_field_that_is_not_there_is_a_sentence(world: World) -> None:
    with pytest.raises(
        DeliveryFailed, match=r'Expected a field of Opportunity, but got "Status line". There are: Account ID, Amount'
    ):
        CHANNEL.deliver(world.with_config(status_field="Status line"), letter(purpose="status"))


def test_a_status_line_needs_a_record(world: World) -> None:
    with pytest.raises(DeliveryFailed, match="Expected a record to show the status line in"):
        CHANNEL.deliver(world.session, letter(purpose="status", record=""))


def test_an_organisation_without_the_key_field_is_told_in_salesforces_words(world: World) -> None:
    with pytest.raises(DeliveryFailed, match=r"No such column 'Ours__c'") as failed:
        CHANNEL.deliver(world.with_config(key_field="Ours__c"), letter())
    assert failed.value.permanent
    assert KINDS["Task"].field("Ours__c") is None
