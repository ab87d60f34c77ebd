"""Who may start a page is said on it, and kept to."""

from __future__ import annotations

import pytest
from tests.web.office import CLOSE, Office, text_of

from doorstep.library.models import Process

pytestmark = pytest.mark.database

ONLY = CLOSE.replace("- Called:", "- Starts: by hand by Account manager\n- Called:")


def test_the_page_says_who_alone_may_start_it(office: Office) -> None:
    office.published(ONLY)
    for who, offered in (("ana", True), ("bob", False)):
        page = office.client(who).get("/library/close-a-client-project/").content.decode()
        assert ("Only an Account manager may start this." in page, 'href="/start/' in page) == (True, offered)


def test_whoever_may_not_start_it_is_told_who_may(office: Office) -> None:
    office.published(ONLY)
    assert office.client("ana").get("/start/close-a-client-project").status_code == 200
    for answer in (
        office.client("bob").get("/start/close-a-client-project"),
        office.client("bob").post("/start/close-a-client-project", {"client": "Halden"}),
    ):
        assert answer.status_code == 403
        assert "Only an Account manager may start this." in text_of(answer.content)


def test_a_page_that_is_not_met_cannot_be_started(office: Office) -> None:
    Process.objects.filter(key="close-a-client-project").update(restricted=True)
    assert office.client("bob").get("/start/close-a-client-project").status_code == 404
    assert office.client("mira").get("/start/close-a-client-project").status_code == 200
