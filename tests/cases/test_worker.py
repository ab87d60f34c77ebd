"""The worker as it runs: threads that wake, carry out, sweep and stop; and the line of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest
from django.conf import settings
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, mail

from doorstep.cases import wake
from doorstep.cases.clock import business_now
from doorstep.cases.daily_head import daily_head
from doorstep.cases.models import Anchor, Ask, Case
from doorstep.cases.receive import receive
from doorstep.cases.start_case import start_case
from doorstep.cases.worker import Worker
from doorstep.connections.models import Connection
from doorstep.plugin_api import IncomingReply

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}


def mailbox() -> dict[str, object]:
    return dict(Connection.objects.get().config)


def soon(true: Callable[[], object], *, within: float = 20.0) -> bool:
    """Wait until something holds; say whether it did in time."""
    end = monotonic() + within
    while monotonic() < end:
        if true():
            return True
        sleep(0.02)
    return False


@pytest.mark.database(transaction=True)
def test_a_worker_carries_a_reply_to_its_end_and_stops(company: Company, post: Post) -> None:
    Connection.objects.update(owner=company.vera, config={**mailbox(), "expires": str(business_now().date())})
    worker = Worker()
    worker.start()
    try:
        case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana).case_id
        assert soon(lambda: [one for one in post.sent if one.to == "sam@northwind.example"])
        assert receive(mail(post.last("sam"), "done")) is not None
        asks = Ask.objects.filter(case_id=case_id, name="Confirm the deployment")
        assert soon(lambda: asks.get().state == "answered")
        assert soon(Anchor.objects.exists)
        assert soon(lambda: [one for one in post.sent if "signs in with ends on" in one.headline])
    finally:
        worker.stop()
        worker.join()
    assert not [thread for thread in worker._threads if thread.is_alive()]


@pytest.mark.database(transaction=True)
def test_a_commit_wakes_the_workers_of_its_own_process_until_they_end() -> None:
    woken: list[str] = []

    def wake_me() -> None:
        woken.append("woken")

    def came(name: str) -> None:
        receive(IncomingReply("e-mail", name, datetime.now(UTC), b"", {}))

    wake.near(wake_me)
    came("one")
    wake.far(wake_me)
    wake.far(wake_me)  # once more does no harm
    came("two")
    assert woken == ["woken"]


@pytest.mark.database
def test_the_line_of_the_day_goes_to_the_auditor_once(
    company: Company, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY)
    known = settings.DOORSTEP
    named = replace(known.settings["auditor"], value="audit@northwind.example")
    monkeypatch.setattr(settings, "DOORSTEP", replace(known, settings={**known.settings, "auditor": named}))
    line = daily_head(at=FRIDAY)
    assert daily_head(at=FRIDAY) == ""
    assert [(one.to, one.headline) for one in post.sent] == [("audit@northwind.example", line)]
    assert Case.objects.get().number == 1
