"""A person's own screen: who may answer for them, and their accounts in connected systems."""

from __future__ import annotations

import pytest
from tests.cases.company import FRIDAY
from tests.web.office import Office, text_of

from doorstep.people.models import Assistant, AssistantWish, ExternalAccount, Person
from doorstep.people.wish_assistant import wish_assistant
from doorstep.stewardship.waiting import waiting_for

pytestmark = pytest.mark.database

ABOUT = "“Sign off the contract” for Halden Foods"


@pytest.fixture
def lea(office: Office) -> Person:
    lea = Person.objects.create(name="Lea Stone", email="lea@northwind.example")
    wish_assistant(person=office.mira, assistant=lea.id, kind="approve", about=ABOUT, at=FRIDAY)
    return lea


def path_of(office: Office, short: str, *, do: str = "") -> str:
    return f"/people/{office.people[short].id}/{do}"


def test_whoever_is_asked_says_yes_on_their_screen(office: Office, lea: Person) -> None:
    (waits,) = waiting_for(office.mira, at=FRIDAY)
    assert (waits.path, waits.name, waits.title) == (
        path_of(office, "mira"), "May Lea Stone answer such things for you?", ABOUT,
    )  # fmt: skip
    client = office.client("mira")
    page = text_of(client.get(waits.path).content)
    assert f"May Lea Stone answer such things for you? Lea Stone answered {ABOUT}," in page
    wish = AssistantWish.objects.get()
    answer = client.post(path_of(office, "mira", do="change"), {"do": f"yes:{wish.id}"}, follow=True)
    assert "Lea Stone may answer such things for you now." in text_of(answer.content)
    assert Assistant.objects.get(assistant=lea).kinds == ["approve"]
    assert waiting_for(office.mira, at=FRIDAY) == []


def test_an_assistant_is_dismissed_and_named(office: Office, lea: Person) -> None:
    client = office.client("mira")
    change = path_of(office, "mira", do="change")
    client.post(change, {"do": "name", "address": "Lea@northwind.example"})
    assert Assistant.objects.get(assistant=lea).kinds == []
    client.post(change, {"do": f"dismiss:{lea.id}"})
    assert not Assistant.objects.filter(assistant=lea).exists()
    answer = client.post(change, {"do": "name", "address": "nobody@x.example"}, follow=True)
    assert "Expected the address of somebody on record here, but got “nobody@x.example”" in text_of(answer.content)


def test_nobody_else_says_yes_and_only_administrators_look(office: Office, lea: Person) -> None:
    wish = AssistantWish.objects.get()
    assert office.client("bob").get(path_of(office, "mira")).status_code == 404
    assert office.client("bob").post(path_of(office, "mira", do="change"), {"do": f"yes:{wish.id}"}).status_code == 404
    answer = office.client("vera").post(path_of(office, "mira", do="change"), {"do": f"yes:{wish.id}"}, follow=True)
    assert "Only the person who was asked says who may answer for them." in text_of(answer.content)
    wish.refresh_from_db()
    assert (wish.granted, Assistant.objects.filter(assistant=lea).exists()) == (None, False)


def accounts() -> list[tuple[str, str, str]]:
    rows = ExternalAccount.objects.order_by("system").values_list("person__name", "system", "external_id")
    return list(rows)


def test_an_administrator_edits_accounts_on_screen(office: Office) -> None:
    client, change = office.client("vera"), path_of(office, "sam", do="change")
    assert "<option>Jira</option>" in client.get(path_of(office, "sam")).content.decode()
    client.post(change, {"do": "account", "system": "Jira", "account": " 5b10a "})
    assert accounts() == [("Sam Ortiz", "Jira", "5b10a")]
    page = client.get(path_of(office, "sam")).content.decode()
    assert ('value="5b10a"' in page, "<option>Jira</option>" in page) == (True, False)
    client.post(change, {"do": "account", "system": "Jira", "account": "5b10b"})
    assert accounts() == [("Sam Ortiz", "Jira", "5b10b")]
    client.post(path_of(office, "bob", do="change"), {"do": "account", "system": "jira", "account": "5b10b"})
    assert accounts() == [("Bob Stone", "jira", "5b10b")]
    client.post(path_of(office, "bob", do="change"), {"do": "account", "system": "Jira", "account": ""})
    assert accounts() == []


def test_nobody_says_for_themselves_who_they_are_elsewhere(office: Office) -> None:
    client, change = office.client("sam"), path_of(office, "sam", do="change")
    page = client.get(path_of(office, "sam")).content.decode()
    assert 'name="account"' not in page
    answer = client.post(change, {"do": "account", "system": "Jira", "account": "5b10a"}, follow=True)
    assert "Only an administrator may say who has which account." in text_of(answer.content)
    assert accounts() == []
