"""Two at one case at once: what is recorded once is heard by both, and the chase does not act on what was before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post

from doorstep.cases.advance import advance
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.chase_case import chase_case
from doorstep.cases.models import Ask, Case, Journal, Timer
from doorstep.cases.result import Result
from doorstep.cases.start_case import start_case
from doorstep.cases.verify import verify
from doorstep.kernel.events import FactsChanged

pytestmark = pytest.mark.database(transaction=True)

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}


def together(*doing: Callable[[], object]) -> list[object]:
    """Do several things at once, each on a connection of its own; return what they returned."""
    start = threading.Barrier(len(doing))

    def run(do: Callable[[], object]) -> object:
        start.wait()
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(doing)) as threads:
        return list(threads.map(run, doing))


def while_locked(case_id: UUID, meanwhile: Callable[[], object], *doing: Callable[[], object]) -> list[object]:
    """Let several wait for a locked case, do something to it meanwhile, and return what they returned."""
    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            Case.objects.select_for_update().get(id=case_id)
            waiting = aside.submit(together, *doing)
            wait_for_locks(len(doing))
            meanwhile()
        return waiting.result()


def wait_for_locks(count: int) -> None:
    """Wait until so many connections wait for a lock."""
    until = monotonic() + 20
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() == (count,):
                return
            sleep(0.01)
    raise AssertionError(f"Expected {count} to wait for a lock.")


def nothing() -> None:
    """Do nothing meanwhile."""


def test_one_event_twice_at_once_is_recorded_once_and_both_hear_so(company: Company) -> None:
    """Both come while the case is locked, so that neither sees what the other has recorded when it goes on."""
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    event = FactsChanged(at=FRIDAY, by=str(company.ana), facts={"project": "Web shop 2"})

    def change() -> Result:
        return advance(case_id=case_id, event=event, key="form 9")

    one, other = while_locked(case_id, nothing, change, change)
    assert isinstance(one, Result)
    assert isinstance(other, Result)
    assert {one.repeated, other.repeated} == {True, False}
    assert (one.seq, one.kind, one.at, one.by) == (other.seq, "FactsChanged", FRIDAY, company.ana)
    assert Journal.objects.filter(case_id=case_id, kind="FactsChanged").count() == 1


def test_what_is_answered_while_the_chase_plans_is_not_chased(company: Company, post: Post) -> None:
    """The plan is made before the case is locked; it is made anew when the case has moved on until then."""
    version = company.publish()
    asks = []
    for _ in range(2):
        case_id = start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY).case_id
        chase_case(case_id, at=FRIDAY)
        asks.append(Ask.objects.get(case_id=case_id, name="Confirm the deployment"))
    silent, answered = asks
    due = Timer.objects.get(case_id=answered.case_id, purpose="chase", state="open").due_at

    def answer() -> None:
        answer_ask(ask_id=answered.id, outcome="done", by=company.sam, proof="link", at=FRIDAY)

    assert while_locked(answered.case_id, answer, lambda: chase_case(answered.case_id, at=due)) == [None]
    chase_case(silent.case_id, at=due)
    assert [Ask.objects.get(id=one.id).made for one in asks] == ["remind 1", ""]
    assert verify().findings == ()


def test_two_who_chase_a_case_at_once_remind_once(company: Company, post: Post) -> None:
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    chase_case(case_id, at=FRIDAY)
    due = Timer.objects.get(case_id=case_id, purpose="chase", state="open").due_at
    assert while_locked(case_id, nothing, *[lambda: chase_case(case_id, at=due)] * 2) == [None, None]
    assert Journal.objects.filter(case_id=case_id, kind="Chased").count() == 1
    assert Timer.objects.filter(case_id=case_id, purpose="chase", state="open").count() == 1
