"""The demo's own screens: be one of the four, and let business time pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.web.office import Office, text_of

from doorstep.people.clock import business_now
from doorstep.project.config import Setting

pytestmark = pytest.mark.database


@pytest.fixture
def demo(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose clock can be moved."""
    (tmp_path / "clock").write_text("0", encoding="ascii")
    named = {"clock": Setting("clock", str(tmp_path / "clock"), "the test", "")}
    config = replace(settings.DOORSTEP, settings={**settings.DOORSTEP.settings, **named})
    monkeypatch.setattr(settings, "DOORSTEP", config)
    return Office()


def test_a_newcomer_reads_whom_to_be_and_is_one_of_them(demo: Office) -> None:
    client = Client()
    assert "It is Friday, 4 p.m." in text_of(client.get("/").content)
    assert client.post("/demo/be", {"email": "ana@northwind.example"}).headers["Location"] == "/"
    home = text_of(client.get("/").content)
    assert ", Ana" in home
    assert "Demo · it is" in home


def test_nobody_else_can_be_signed_in_as(demo: Office) -> None:
    emails = ("vera@northwind.example", "nobody@northwind.example", "")
    assert [Client().post("/demo/be", {"email": email}).status_code for email in emails] == [404] * 3


def test_business_time_passes_hour_by_hour_and_to_the_next_thing_due(demo: Office) -> None:
    before = business_now()
    ana = demo.client("ana")
    assert ana.post("/demo/clock", {"to": "hour", "back": "/running/"}).headers["Location"] == "/running/"
    assert (business_now() - before).total_seconds() >= 3600
    assert ana.post("/demo/clock", {"to": "due", "back": "//evil.example"}).headers["Location"] == "/"


def test_the_contracts_to_attach_differ(demo: Office) -> None:
    three, four = (Client().get(f"/demo/contract-v{version}.pdf").content for version in (3, 4))
    assert three.startswith(b"%PDF")
    assert three != four
