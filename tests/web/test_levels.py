"""Publishing at a level, keeping files, and finding both in the library."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import POLICY, Office, text_of

from doorstep.library.models import Group, Process, Version
from doorstep.library.publish import publish

pytestmark = pytest.mark.database

BROKEN = "# Order a badge\n\n- Owner: ana@northwind.example\n\n## Hand it over\n\n- Who: Nobody known\n\n- [ ] Photo\n"


def put(office: Office, text: str, **more: str) -> int:
    sent = {"text": text, "do": "publish", **more}
    return office.client("ana").post("/library/publish/", sent).status_code


def test_a_page_with_errors_is_not_run_and_is_offered_to_be_followed(office: Office) -> None:
    answer = office.client("ana").post("/library/publish/", {"text": BROKEN, "do": "publish", "level": "run"})
    said = text_of(answer.content)
    assert "1 fault to mend before it can run" in said
    assert "As it is it can be published as a page to work through and tick." in said
    assert put(office, BROKEN, level="followed") == 302
    version = Version.objects.get(process__key="order-a-badge")
    assert (version.level, len(version.faults)) == ("followed", 1)
    page = text_of(office.client("ana").get("/library/order-a-badge/").content)
    assert "What is missing for more Line 7:" in page


def test_a_page_says_why_how_much_and_from_when(office: Office) -> None:
    more = {"why": "We travel less.", "materiality": "critical", "effective": "2026-04-01"}
    assert put(office, POLICY.replace("vera", "ana"), **more) == 302
    version = Version.objects.get(process__key="travel-policy")
    assert (version.why, version.materiality, version.state) == ("We travel less.", "critical", "approved")


@pytest.mark.parametrize("day", ["2026-03-05", "soon", "0000-00-00"])
def test_a_date_that_has_passed_or_is_none_is_said_on_the_form(office: Office, day: str) -> None:
    answer = office.client("ana").post("/library/publish/", {"text": POLICY, "do": "publish", "effective": day})
    assert (answer.status_code, "Expected a date" in text_of(answer.content)) == (422, True)
    assert not Process.objects.filter(key="travel-policy").exists()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_kept_and_replaced(office: Office) -> None:
    client = office.client("ana")
    given = {"file": upload("Fire plan.docx", b"PK\x03\x04one"), "group": "House", "review": "6 months"}
    assert client.post("/library/keep/", given).headers["Location"] == "/library/fire-plan/"
    row = Process.objects.get(key="fire-plan")
    assert (str(row.owner), str(row.group), row.review_due, row.level) == (
        "Ana Marsh",
        "House",
        date(2026, 9, 6),
        "kept",
    )
    assert "Replace it" in text_of(client.get("/library/fire-plan/").content)
    again = {"file": upload("Fire plan 2.docx", b"PK\x03\x04two"), "process": "fire-plan", "why": "New doors."}
    client.post("/library/keep/", again)
    assert [(one.number, one.state, one.file) for one in row.versions.order_by("number")] == [
        (1, "superseded", "Fire plan.docx"),
        (2, "effective", "Fire plan 2.docx"),
    ]
    changed = text_of(client.get("/library/fire-plan/compare").content)
    assert "Version 1 is a file: Fire plan.docx . Version 2 is a file: Fire plan 2.docx ." in changed
    assert office.client("bob").get("/library/fire-plan/1/file").content == b"PK\x03\x04one"


def test_a_file_that_is_sent_as_a_page_is_led_to_where_it_is_kept(office: Office) -> None:
    answer = office.client("ana").post(
        "/library/publish/", {"file": upload("a.pdf", b"%PDF-1.4"), "do": "check"}, follow=True
    )
    assert "It can be kept as it is" in text_of(answer.content)


@pytest.mark.parametrize(
    ("who", "given", "why"),
    [
        ("ana", {}, "Expected a file."),
        ("ana", {"file": ("empty.pdf", b"")}, "Expected a file"),
        ("ana", {"file": ("big.bin", b"x" * (25 * 1024 * 1024 + 1))}, "at most 25 MiB"),
        ("bob", {"file": ("x.pdf", b"%PDF"), "process": "close-a-client-project"}, "Only the owner or the expert"),
        ("ana", {"file": ("x.pdf", b"%PDF"), "process": "nothing"}, "there is no"),
    ],
)
def test_a_file_that_cannot_be_kept_says_why(office: Office, who: str, given: dict[str, object], why: str) -> None:
    sent = {name: upload(*value) if isinstance(value, tuple) else value for name, value in given.items()}
    answer = office.client(who).post("/library/keep/", sent)
    assert (answer.status_code, why in text_of(answer.content)) == (422, True)
    assert Version.objects.count() == 1


# -- The library ---------------------------------------------------------------------------------------


def titles(office: Office, who: str, query: str) -> list[str]:
    import re

    html = office.client(who).get(f"/library/{query}").content.decode()
    return re.findall(r'<a class="plain" href="/library/[^"]+"><b>([^<]+)</b>', html)


def test_the_library_is_found_by_words_of_title_steps_and_text(office: Office) -> None:
    office.published(POLICY)
    found = {
        q: titles(office, "bob", f"?q={q}")
        for q in ("travel", "logistics", "hours+train", "zeppelin", "the", "clien", "%26+%21", "x%00y")
    }
    assert found == {
        "travel": ["Travel policy"],
        "logistics": ["Close a client project"],
        "hours+train": ["Travel policy"],
        "zeppelin": [],
        "the": [],
        "clien": ["Close a client project", "Travel policy"],
        "%26+%21": [],
        "x%00y": [],
    }


def test_the_library_is_narrowed_by_group_level_and_what_needs_attention(office: Office) -> None:
    office.published(POLICY)
    money = Group.objects.get(name="Money").id
    found = {
        query: titles(office, who, query)
        for who, query in (
            ("bob", ""),
            ("bob", f"?group={money}"),
            ("bob", "?group=none"),
            ("bob", "?group=not-an-id"),
            ("bob", "?level=readable"),
            ("bob", "?level=nonsense&page=x"),
            ("mira", "?show=mine"),
            ("bob", "?show=attention"),
            ("bob", "?page=2"),
        )
    }
    both = ["Close a client project", "Travel policy"]
    assert found == {
        "": both,
        f"?group={money}": ["Travel policy"],
        "?group=none": [],
        "?group=not-an-id": [],
        "?level=readable": ["Travel policy"],
        "?level=nonsense&page=x": both,
        "?show=mine": ["Close a client project"],
        "?show=attention": [],
        "?page=2": [],
    }
    Process.objects.filter(key="travel-policy").update(review_due=FRIDAY.date().replace(day=1))
    assert titles(office, "bob", "?show=attention") == ["Travel policy"]


def test_a_group_is_counted_as_the_reader_meets_it(office: Office) -> None:
    office.published(POLICY)
    said = text_of(office.client("bob").get("/library/").content)
    assert "2 pages Customer delivery 1 Money 1" in said
    Process.objects.filter(key="travel-policy").update(restricted=True)
    said = text_of(office.client("bob").get("/library/").content)
    assert ("1 page Customer delivery 1" in said, "Money" in said) == (True, False)


def test_three_pages_cost_as_many_queries_as_one(office: Office) -> None:
    client = office.client("bob")
    counts = []
    for number in range(3):
        client.get("/library/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/library/?q=policy")
        counts.append(len(seen))
        text = POLICY.replace("Travel policy", f"Policy {number}").replace("Money", f"Group {number}")
        publish(text=text, by=None, at=FRIDAY)
    assert len(set(counts[1:])) == 1
