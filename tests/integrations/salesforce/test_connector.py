from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.integrations.salesforce.conftest import FRIDAY, OPPORTUNITY, PRIYA, World, letter

from doorstep.demo import company
from doorstep.demo.salesforce_sandbox import data
from doorstep.demo.salesforce_sandbox.objects import KINDS
from doorstep.integrations.salesforce import SalesforceChannel, SalesforceConnector
from doorstep.integrations.salesforce.described import Field, same, shaped
from doorstep.kernel.values import Money
from doorstep.plugin_api import Observation, ReadFailed, WriteFailed, WriteResult

ANA = company.BY_KEY["ana"].salesforce


@pytest.fixture
def salesforce() -> SalesforceConnector:
    return SalesforceConnector()


def test_a_record_is_read_by_labels_with_typed_values(world: World, salesforce: SalesforceConnector) -> None:
    world.edit(
        "Opportunity", OPPORTUNITY, {"Go_live_date__c": "2026-03-12", "Delivery_contact__c": "lena@halden.example"}
    )
    read = salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    assert {name: read.fields[name] for name in ("Name", "Stage", "Amount", "Closed", "Release", "Go-live date")} == {
        "Name": company.OPPORTUNITY_NAME,
        "Stage": "In delivery",
        "Amount": Decimal("84000.0"),
        "Closed": False,
        "Release": "DEP-412",
        "Go-live date": date(2026, 3, 12),
    }
    assert read.fields["Created Date"] == FRIDAY
    assert "Doorstep status" not in read.fields
    assert (read.key, read.title) == (OPPORTUNITY, company.OPPORTUNITY_NAME)
    assert read.link == f"{world.server.url}/lightning/r/Opportunity/{OPPORTUNITY}/view"
    assert (read.changed_by, read.changed_at, read.stamp) == (PRIYA, FRIDAY, "2026-03-06T21:00:00.000+0000")


def test_related_records_are_nested_by_the_name_of_the_relationship(
    world: World, salesforce: SalesforceConnector
) -> None:
    fields = salesforce.read(world.session, "Opportunity", OPPORTUNITY).fields
    account, owner = fields["Account"], fields["Owner"]
    assert isinstance(account, dict)
    assert isinstance(owner, dict)
    assert (account["Name"], account["Account Name"], account["Industry"]) == (
        "Halden Foods",
        "Halden Foods",
        "Food & Beverage",
    )
    assert (owner["Name"], owner["Email"]) == ("Ana Marsh", "ana@northwind.example")


def test_a_related_record_the_account_may_not_see_is_not_there(world: World, salesforce: SalesforceConnector) -> None:
    world.fault(
        "status", status=404, match="/sobjects/Account/001", body='[{"errorCode": "NOT_FOUND", "message": "no"}]'
    )
    assert "Account" not in salesforce.read(world.session, "Opportunity", OPPORTUNITY).fields


@pytest.mark.parametrize("named", ["", "Opportunity"])
@pytest.mark.parametrize(
    "key", [OPPORTUNITY, OPPORTUNITY[:15], f"https://x.my.salesforce.com/lightning/r/Opportunity/{OPPORTUNITY}/view"]
)
def test_a_record_is_found_by_either_id_or_its_address(
    world: World, salesforce: SalesforceConnector, named: str, key: str
) -> None:
    assert salesforce.read(world.session, named, key).key == OPPORTUNITY


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("the big one", "Expected the id of a record, with 15 or 18 characters, but got 'the big one'"),
        (company.salesforce_id("006", 1), "Salesforce refused: The requested resource does not exist"),
        ("ZZZ000000000001", "no object starts with ZZZ"),
    ],
)
def test_what_is_no_record_is_a_sentence(world: World, salesforce: SalesforceConnector, key: str, why: str) -> None:
    with pytest.raises(ReadFailed, match=why) as failed:
        salesforce.read(world.session, "" if key.startswith("ZZZ") else "Opportunity", key)
    assert failed.value.permanent


# -- tasks -----------------------------------------------------------------------------------------


def test_a_completed_task_is_an_answer_and_says_whose(world: World, salesforce: SalesforceConnector) -> None:
    number = SalesforceChannel().deliver(world.session, letter()).external_id
    assert salesforce.read(world.session, "Task", number).outcome == ""
    world.clock.later(minutes=20)
    world.edit("Task", number, {"Status": "Completed"})
    read = salesforce.read(world.session, "Opportunity", f"{number}#delivery-2")
    assert (read.outcome, read.changed_by, read.changed_at) == ("done", PRIYA, world.clock.at)
    assert (read.title, read.fields["Status"]) == ("Confirm logistics for Halden Foods", "Completed")


def test_a_closed_status_the_connection_counts_as_a_no_is_a_rejection(
    world: World, salesforce: SalesforceConnector
) -> None:
    number = SalesforceChannel().deliver(world.session, letter()).external_id
    world.edit("Task", number, {"Status": "Completed"})
    assert salesforce.read(world.with_config(no="completed, Declined"), "Task", number).outcome == "rejected"


def test_a_task_we_withdrew_is_closed_and_no_answer(world: World, salesforce: SalesforceConnector) -> None:
    number = SalesforceChannel().deliver(world.session, letter()).external_id
    SalesforceChannel().withdraw(world.session, letter(purpose="withdrawn"), number)
    read = salesforce.read(world.session, "Task", number)
    assert (read.fields["Closed"], read.outcome) == (True, "")


# -- writing ---------------------------------------------------------------------------------------


def test_fields_are_written_by_label_and_read_back(world: World, salesforce: SalesforceConnector) -> None:
    values = {
        "Delivery status": "Delivered",
        "go-live date": date(2026, 3, 12),
        "Delivery contact": "lena@halden.example",
        "Amount": {"amount": Decimal("84500.50"), "currency": "EUR"},
        "Release__c": "DEP-500",
    }
    result = salesforce.write(world.session, "Opportunity", OPPORTUNITY, values, idempotency_key="case/step/1")
    assert result == WriteResult(
        changed=True,
        old={
            "Delivery status": "In delivery",
            "go-live date": None,
            "Delivery contact": None,
            "Amount": 84000,
            "Release__c": "DEP-412",
        },
        new={
            "Delivery status": "Delivered",
            "go-live date": "2026-03-12",
            "Delivery contact": "lena@halden.example",
            "Amount": Decimal("84500.5"),
            "Release__c": "DEP-500",
        },
        link=f"{world.server.url}/lightning/r/Opportunity/{OPPORTUNITY}/view",
    )


def test_what_is_so_already_is_not_written(world: World, salesforce: SalesforceConnector) -> None:
    stamp = world.opportunity()["SystemModstamp"]
    world.clock.later(minutes=5)
    values = {"Delivery status": "In delivery", "Amount": 84000}
    assert salesforce.write(world.session, "Opportunity", OPPORTUNITY, values, idempotency_key="k").changed is False
    assert world.opportunity()["SystemModstamp"] == stamp


def test_only_what_differs_is_written(world: World, salesforce: SalesforceConnector) -> None:
    values = {"Delivery status": "Delivered", "Release": "DEP-412"}
    result = salesforce.write(world.session, "Opportunity", OPPORTUNITY, values, idempotency_key="k")
    assert (result.old, result.new) == (
        {"Delivery status": "In delivery", "Release": "DEP-412"},
        {"Delivery status": "Delivered", "Release": "DEP-412"},
    )


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (
            {"Go live": "x"},
            'Expected a field of Opportunity, but got "Go live". There are: Account ID, Amount, Close Date',
        ),
        ({"Closed": True}, '"Closed" of Opportunity cannot be changed by the account we sign in with'),
        ({"Amount": "a lot"}, "Expected a number for \"Amount\", but got 'a lot'"),
        ({"Delivery contact": "Lena"}, "Salesforce refused: Delivery contact: invalid email address: Lena"),
        ({"Delivery status": "Gone"}, "bad value for restricted picklist field: Gone"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(
    world: World, salesforce: SalesforceConnector, values: dict[str, object], why: str
) -> None:
    with pytest.raises(WriteFailed, match=why) as failed:
        salesforce.write(world.session, "Opportunity", OPPORTUNITY, values, idempotency_key="k")
    assert failed.value.permanent


def test_a_change_salesforce_takes_and_then_does_not_show_is_noticed(
    world: World, salesforce: SalesforceConnector
) -> None:
    salesforce.read(world.session, "Opportunity", OPPORTUNITY)
    world.fault("garbage", status=204, match="PATCH", body="{}")  # said yes, did nothing
    with pytest.raises(WriteFailed, match="then showed Delivery status = 'In delivery'"):
        salesforce.write(
            world.session, "Opportunity", OPPORTUNITY, {"Delivery status": "Delivered"}, idempotency_key="k"
        )


def test_a_page_can_have_a_task_made_once(world: World, salesforce: SalesforceConnector) -> None:
    asked = {"subject": "Call Lena", "on": {"key": OPPORTUNITY}, "for": "priya@northwind.example", "text": None}
    first = salesforce.call(world.session, "create task", asked, idempotency_key="case/step/1")
    again = salesforce.call(world.session, "create_task", asked, idempotency_key="case/step/1")
    (task,) = world.tasks()
    assert (
        first.facts
        == again.facts
        == {"key": task["Id"], "link": f"{world.server.url}/lightning/r/Task/{task['Id']}/view"}
    )
    assert (task["Subject"], task["WhatId"], task["OwnerId"]) == ("Call Lena", OPPORTUNITY, PRIYA)


def test_an_action_salesforce_does_not_have_is_a_sentence(world: World, salesforce: SalesforceConnector) -> None:
    with pytest.raises(WriteFailed, match="Expected the action create task, but got 'explode'"):
        salesforce.call(world.session, "explode", {}, idempotency_key="k")
    with pytest.raises(WriteFailed, match='Expected an argument "subject"'):
        salesforce.call(world.session, "create task", {}, idempotency_key="k")


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, "string", None),
        ("", "date", None),
        (True, "boolean", True),
        (datetime(2026, 3, 6, 16, tzinfo=UTC), "datetime", "2026-03-06T16:00:00.000+00:00"),
        (["a", "b"], "multipicklist", "a;b"),
        ({"key": "001x", "Name": "Halden"}, "reference", "001x"),
        (Decimal(3), "double", 3),
        (Decimal("0.5"), "percent", 0.5),
        (Money(Decimal(84000), "EUR"), "currency", 84000),
    ],
)
def test_values_as_salesforce_takes_them(value: object, kind: str, expected: object) -> None:
    assert shaped(value, Field("F__c", "F", kind)) == expected


@pytest.mark.parametrize(
    ("there", "wanted", "kind", "expected"),
    [
        (None, None, "string", True),
        ("", "x", "string", False),
        ("x", None, "string", False),
        ("x", "x", "string", True),
        (84000.0, 84000, "currency", True),
        (84000.0, None, "currency", False),
        ("2026-03-06T21:00:00.000+0000", "2026-03-06T16:00:00.000-05:00", "datetime", True),
        ("2026-03-06T21:00:00.000+0000", None, "datetime", False),
        (False, False, "boolean", True),
    ],
)
def test_when_a_value_is_there_already(there: object, wanted: object, kind: str, expected: object) -> None:
    assert same(there, wanted, Field("F__c", "F", kind)) is expected


# -- polling ---------------------------------------------------------------------------------------


def polled(world: World, salesforce: SalesforceConnector) -> list[Observation]:
    return list(salesforce.poll(world.session))


def test_the_first_poll_only_finds_where_to_start(world: World, salesforce: SalesforceConnector) -> None:
    assert polled(world, salesforce) == []
    assert '"Opportunity": {"at": "2026-03-06T21:00:00.000+0000"' in world.session.cursor.get()


def test_a_change_of_a_record_and_of_a_task_are_seen_once(world: World, salesforce: SalesforceConnector) -> None:
    number = SalesforceChannel().deliver(world.session, letter()).external_id
    world.clock.later(minutes=10)
    polled(world, salesforce)
    world.edit("Opportunity", OPPORTUNITY, {"Delivery_status__c": "Delivered"})
    world.edit("Task", number, {"Status": "Completed"})
    stamp = "2026-03-06T21:10:00.000+0000"
    assert polled(world, salesforce) == [
        Observation("Salesforce", record, cursor=stamp, external_id=f"{record}@{stamp}")
        for record in (OPPORTUNITY, number)
    ]
    assert polled(world, salesforce) == []


def test_a_transaction_that_shows_late_with_an_early_stamp_is_not_missed(
    world: World, salesforce: SalesforceConnector
) -> None:
    world.clock.later(minutes=10)
    polled(world, salesforce)
    world.clock.later(minutes=10)
    other = world.server.crm.create(
        KINDS["Opportunity"], {"Name": "B", "StageName": "Prospecting", "CloseDate": "2026-05-01"}, by=ANA
    )
    assert [seen.record for seen in polled(world, salesforce)] == [other]
    world.clock.later(minutes=-3)
    world.edit("Opportunity", OPPORTUNITY, {"Release__c": "DEP-1"})
    assert [seen.record for seen in polled(world, salesforce)] == [OPPORTUNITY]


def test_tasks_that_are_not_ours_are_not_looked_at(world: World, salesforce: SalesforceConnector) -> None:
    polled(world, salesforce)
    world.clock.later(minutes=10)
    world.server.crm.create(KINDS["Task"], {"Subject": "Lunch"}, by=PRIYA)
    assert polled(world, salesforce) == []


def test_more_changes_than_a_page_holds_are_all_seen(world: World, salesforce: SalesforceConnector) -> None:
    world.clock.later(minutes=10)
    polled(world, salesforce)
    world.clock.later(minutes=10)
    for number in range(230):
        values = {"Name": f"O {number}", "StageName": "Prospecting", "CloseDate": "2026-05-01"}
        world.server.crm.create(KINDS["Opportunity"], values, by=ANA)
    assert len({seen.record for seen in polled(world, salesforce)}) == 230


def test_the_cursor_moves_only_when_everything_was_taken(world: World, salesforce: SalesforceConnector) -> None:
    polled(world, salesforce)
    world.clock.later(minutes=10)
    world.edit("Opportunity", OPPORTUNITY, {"Release__c": "DEP-1"})
    before = world.session.cursor.get()
    next(iter(salesforce.poll(world.session)))
    assert world.session.cursor.get() == before


def test_a_damaged_cursor_is_a_sentence(world: World, salesforce: SalesforceConnector) -> None:
    world.session.cursor.set("{")
    with pytest.raises(ReadFailed, match="The cursor of the sandbox is damaged: clear it to start from now"):
        polled(world, salesforce)


def test_the_account_we_sign_in_with_is_the_one_that_writes(world: World, salesforce: SalesforceConnector) -> None:
    salesforce.write(world.session, "Opportunity", OPPORTUNITY, {"Release": "DEP-9"}, idempotency_key="k")
    assert world.opportunity()["LastModifiedById"] == data.ROBOT
