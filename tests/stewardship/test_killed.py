"""A worker killed anywhere while somebody's lines are started by reply: they start once, and everybody hears it."""

from __future__ import annotations

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.killing import everywhere
from tests.cases.post import Post, mail, work
from tests.stewardship.conftest import Clock
from tests.stewardship.mailed import sent, written

from doorstep.cases.models import Ask, Case
from doorstep.cases.receive import receive
from doorstep.connections.models import Connection
from doorstep.stewardship.models import MailedLines

pytestmark = pytest.mark.database(transaction=True)


def test_go_starts_once(company: Company, post: Post, clock: Clock) -> None:
    Connection.objects.update(config={"address": "doorstep@northwind.example", "chase": "chase@northwind.example"})
    clock.is_at(FRIDAY)
    number = [0]

    def before() -> None:
        number[0] += 1
        post.sent.clear()
        MailedLines.objects.all().delete()
        sent(written("Sam checks the site", message_id=f"<{number[0]}@northwind.example>"))
        receive(mail(post.last("ana", "lines"), "go"))

    def after(at: int) -> None:
        assert Case.objects.count() == number[0], at
        assert Ask.objects.filter(state="open").count() == number[0], at
        assert MailedLines.objects.get().state == "started", at
        asked = [one.key for one in post.sent if one.to == "sam@northwind.example"]
        assert (len(set(asked)), len(asked) <= 2) == (1, True), at
        assert post.last("ana", "lines").headline == "It has started: Halden launch.", at

    assert everywhere(work, before, after) > 20
