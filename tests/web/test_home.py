"""Home: piles, what a team holds up, and Home as a role would see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import Office, ask_of, text_of

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.answer_question import answer_question
from doorstep.cases.ask_question import ask_question
from doorstep.cases.directory import forget
from doorstep.cases.held_up import HeldUp, held_up_by_team
from doorstep.cases.models import Home
from doorstep.connections.models import Connection
from doorstep.library.models import Process
from doorstep.people.models import Person, Role
from doorstep.stewardship import waiting
from doorstep.stewardship.waiting import Waiting
from doorstep.web.first_steps import first_steps
from doorstep.web.views.home import RUNS

pytestmark = pytest.mark.database


@pytest.fixture
def review() -> Iterator[None]:
    """Something waits for mira beside asks."""

    def source(person: UUID, at: datetime) -> list[Waiting]:
        known = Person.objects.filter(id=person, name="Mira Holt").exists()
        row = Waiting("review", "/library/x/", "Review the travel policy", "Travel policy", at, due_at=at)
        return [row] if known else []

    before = waiting.SOURCES
    waiting.SOURCES = (*before, source)
    yield
    waiting.SOURCES = before


def test_what_waits_is_piled_by_kind(office: Office, review: None) -> None:
    office.start()
    office.start("Norrland Rail")
    mira = office.client("mira")
    home = text_of(mira.get("/").content)
    assert "Three things wait for you." in home
    assert "To approve 2 To review 1" in home
    pile = text_of(mira.get("/pile/approve").content)
    assert "To approve 2 One after another" in pile
    assert "Review the travel policy" not in pile
    assert "Begin: Sign off the contract" in pile
    assert "This pile is empty" in text_of(mira.get("/pile/confirm").content)


def test_a_question_waits_however_many_runs_came_after(office: Office) -> None:
    case = office.start()
    for number in range(RUNS):
        office.start(f"Client {number}")
    ask = ask_of(case, "Confirm logistics")
    ask_question(ask_id=ask.id, text="Which warehouse?", by=office.priya, at=FRIDAY)
    ana = office.client("ana")
    for url in ("/", "/pile/question"):
        assert "Answer Priya Nair: “Which warehouse?”" in text_of(ana.get(url).content)
    answer_question(ask_id=ask.id, text="The northern one.", by=office.ana, at=FRIDAY)
    assert "Which warehouse?" not in text_of(ana.get("/").content)


def test_who_started_it_stands_beside_what_waits(office: Office) -> None:
    office.start()
    for url in ("/", "/pile/approve"):
        assert "asked by Ana Marsh" in text_of(office.client("mira").get(url).content)


def test_what_waits_is_due_no_later_than_its_run_is_needed(office: Office) -> None:
    case = office.start()
    ask = ask_of(case, "Sign off the contract")
    answer_ask(ask_id=ask.id, outcome="rejected", by=office.mira, proof="login", comment="No.", at=FRIDAY)
    amend = ask_of(case, "Amend the contract")
    assert case.needed_by is not None
    assert amend.due_at is not None
    assert amend.due_at > case.needed_by
    said = text_of(office.client("ana").get("/").content)
    assert "Amend the contract Halden Foods: Web shop relaunch · you started it, 16:00 due 18:00" in said


def test_one_kind_is_no_piles(office: Office) -> None:
    office.start()
    assert 'class="pile"' not in office.client("mira").get("/").content.decode()


def test_after_an_answer_the_next_of_the_pile_is_one_press_away(office: Office) -> None:
    first, second = (
        ask_of(office.start(), "Sign off the contract"),
        ask_of(office.start("Norrland Rail"), "Sign off the contract"),
    )
    answer_ask(ask_id=first.id, outcome="approved", by=office.mira, proof="login", at=FRIDAY)
    html = office.client("mira").get(f"/ask/{first.id}").content.decode()
    assert f'<a class="btn p" href="/ask/{second.id}">Next: Sign off the contract</a>' in html


@pytest.mark.parametrize("url", ["/", "/pile/approve", "/as/", "/department/"])
def test_three_runs_cost_as_many_queries_as_one(office: Office, url: str) -> None:
    Person.objects.filter(id=office.sam).update(manager=office.people["mira"], department="Legal")
    Person.objects.filter(id=office.mira).update(department="Legal")
    office.start()
    counts = [queries(office, url)]
    office.start("Norrland Rail")
    office.start("Bluefin Bank")
    forget()
    assert [*counts, queries(office, url)] == [counts[0]] * 2


def queries(office: Office, url: str) -> int:
    client = office.client("mira")
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_my_processes_say_where_i_come_in(office: Office) -> None:
    assert "Close a client project You come in at step 2 · Vera Lind" in text_of(office.client("mira").get("/").content)
    office.start()
    assert "You start it, and come in when something is rejected" in text_of(office.client("ana").get("/").content)


# -- A manager ---------------------------------------------------------------------------------------------


def test_a_manager_sees_what_the_team_holds_up_by_step(office: Office) -> None:
    Person.objects.filter(id__in=[office.sam, office.priya]).update(manager=office.people["vera"])
    office.start()
    office.start("Norrland Rail")
    assert held_up_by_team(office.vera, at=FRIDAY) == []
    later = FRIDAY + timedelta(hours=3)
    assert held_up_by_team(office.vera, at=later) == [
        HeldUp("close-a-client-project", "Close a client project", "Confirm the deployment", 2, FRIDAY)
    ]
    weekend = held_up_by_team(office.vera, at=FRIDAY + timedelta(days=4))
    assert [(row.step, row.runs) for row in weekend] == [("Confirm logistics", 2), ("Confirm the deployment", 2)]
    assert held_up_by_team(office.mira, at=later) == []


def test_what_a_manager_may_not_meet_is_not_held_up(office: Office) -> None:
    Person.objects.filter(id=office.sam).update(manager=office.people["bob"])
    office.start()
    later = FRIDAY + timedelta(hours=3)
    assert len(held_up_by_team(office.bob, at=later)) == 1
    Process.objects.update(restricted=True)
    assert held_up_by_team(office.bob, at=later) == []


def test_home_of_a_manager_names_steps_and_nobody(office: Office) -> None:
    Person.objects.filter(id=office.sam).update(manager=office.people["bob"])
    office.start()
    Home.objects.update(due_at=FRIDAY - timedelta(days=3), asked_at=FRIDAY - timedelta(days=4))
    said = text_of(office.client("bob").get("/").content)
    assert (
        "Held up by my team 1 ◔ Confirm the deployment Close a client project · 1 run waits, the oldest since" in said
    )
    assert "Sam" not in said
    assert "Held up by my team" not in text_of(office.client("mira").get("/").content)


# -- As a role -----------------------------------------------------------------------------------------------


def test_home_as_a_role_shows_its_processes_and_nothing_to_press(office: Office) -> None:
    office.start()
    role = Role.objects.get(name="Legal counsel")
    html = office.client("bob").get(f"/as/{role.id}/").content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert "You look at Home as any Legal counsel would." in text_of(main)
    assert "Close a client project You come in at step 2 · Vera Lind" in text_of(main)
    assert ("Halden" in main, "<button" in main, "<form" in main, 'class="btn' in main) == (False, False, False, False)


def test_a_role_one_may_not_know_is_not_there(office: Office) -> None:
    role = Role.objects.create(name="Secret keepers")
    bob = office.client("bob")
    assert (bob.get(f"/as/{role.id}/").status_code, "Secret" in bob.get("/as/").content.decode()) == (404, False)
    Process.objects.update(restricted=True)
    assert bob.get(f"/as/{Role.objects.get(name='Legal counsel').id}/").status_code == 404


def test_a_department_sees_what_it_does(office: Office) -> None:
    Person.objects.filter(id__in=[office.mira, office.bob]).update(department="Legal")
    office.people["bob"].refresh_from_db()
    said = text_of(office.client("bob").get("/department/").content)
    assert "What Legal does" in said
    assert "Close a client project Legal counsel Customer delivery" in said


# -- A new installation ------------------------------------------------------------------------------------


def test_an_administrator_reads_what_is_left_to_do(office: Office) -> None:
    vera = office.client("vera")
    assert "To begin with: Connect mail so that they are asked and answer there. Write three lines" in text_of(
        vera.get("/").content
    )
    assert "To begin with" not in text_of(office.client("ana").get("/").content)
    Connection.objects.create(name="mail", kind="email", config={})
    assert "To begin with" not in text_of(vera.get("/").content)


def test_the_first_person_begins_with_people_mail_and_a_page(db: None) -> None:
    me = Person.objects.create(name="Lea Boss", email="lea@acme.example", administrator=True)
    steps = ["Bring in the people", "Connect mail", "Publish a page"]
    assert [step.name for step in first_steps(me)] == steps
