"""The rescue that tells the client, and the one that wants to hear only what breaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cases.company import FRIDAY
from tests.cases.post import Post, work
from tests.web.office import Office, ask_of, text_of

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.ask_question import ask_question
from doorstep.cases.cancel import cancel
from doorstep.cases.models import Case, Delivery
from doorstep.cases.queries import history

pytestmark = pytest.mark.database

SIGN, LOGISTICS, DEPLOYED = "Sign off the contract", "Confirm logistics", "Confirm the deployment"
KIM = "kim@halden.example"
MONDAY = {"until": "2026-03-09T18:00"}
WORDS = "It will be with you on Monday.\n\nAna"
DRAFT = (
    "Halden Foods: Web shop relaunch will be with you by Monday 9 March, 18:00, not by Friday 6 March, 18:00 as planned. "
    "I am sorry for the delay; there is nothing you need to do.\n\nAna Marsh"
)


@pytest.fixture
def case(office: Office, post: Post) -> Case:
    case = office.start()
    answered(office, case, LOGISTICS, "priya", contact=KIM, **{"go-live": "2026-03-12"})
    work()
    return case


def answered(office: Office, case: Case, name: str, who: str, outcome: str = "done", **facts: object) -> None:
    answer_ask(
        ask_id=ask_of(case, name).id, outcome=outcome, by=getattr(office, who), proof="login", facts=facts, at=FRIDAY
    )


def page_of(office: Office, case: Case, who: str = "ana") -> str:
    return office.client(who).get(f"/run/{case.id}/").content.decode()


def move(office: Office, case: Case, who: str = "ana", **posted: str) -> tuple[int, str]:
    answer = office.client(who).post(f"/run/{case.id}/move", {"do": "tell", **MONDAY, **posted}, follow=True)
    case.refresh_from_db()
    return answer.status_code, text_of(answer.content)


def mails_to_kim(post: Post) -> list[tuple[str, str, str]]:
    return [(one.subject, one.quotation, one.starter) for one in post.sent if one.to == KIM]


# -- Move it and tell the client -------------------------------------------------------------------------


def test_the_button_shows_what_would_be_sent_and_sends_nothing(office: Office, post: Post, case: Case) -> None:
    page = page_of(office, case)
    assert "Move it to Monday and tell the client …</a>" in page
    href = page.split('href="')[[f"/run/{case.id}/move?" in one for one in page.split('href="')].index(True)].split(
        '"'
    )[0]
    shown = office.client("ana").get(href).content.decode()
    assert f"<option>{KIM}</option>" in shown
    assert 'value="2026-03-09T18:00"' in shown
    assert DRAFT in shown
    assert "Subject: Halden Foods: Web shop relaunch" in shown
    work()
    case.refresh_from_db()
    assert (mails_to_kim(post), case.needed_by) == ([], FRIDAY + timedelta(hours=2))


def test_the_client_gets_exactly_the_words_that_were_confirmed_once(office: Office, post: Post, case: Case) -> None:
    status, said = move(office, case, to=KIM, text=WORDS)
    assert (status, case.needed_by) == (200, FRIDAY + timedelta(hours=73))
    assert f"It is moved, the chase is planned anew, and {KIM} is told." in said
    work()
    assert mails_to_kim(post) == [("Halden Foods: Web shop relaunch", WORDS, "Ana Marsh")]
    status, said = move(office, case, to=KIM, text=WORDS)
    assert (status, "It is needed by then already" in said) == (409, True)
    work()
    assert len(mails_to_kim(post)) == 1
    told = next(one for one in history(case.id) if one.kind == "ClientTold")
    assert (told.content["to"], told.content["text"]) == (KIM, WORDS)
    assert f"Ana Marsh told {KIM}: It will be with you on Monday." in text_of(page_of(office, case))


def test_it_moves_without_a_word_where_that_is_wanted(office: Office, post: Post, case: Case) -> None:
    assert "Nobody was told." in move(office, case, do="silently", to=KIM, text=WORDS)[1]
    work()
    assert (case.needed_by, mails_to_kim(post)) == (FRIDAY + timedelta(hours=73), [])


@pytest.mark.parametrize(
    ("posted", "why"),
    [
        ({"to": "boss@elsewhere.example", "text": WORDS}, "Expected whom this is for outside"),
        ({"to": "mira@northwind.example", "text": WORDS}, "Expected whom this is for outside"),
        ({"to": KIM, "text": "  "}, "Expected what to tell them"),
        ({"to": KIM, "text": "x" * 5001}, "Expected what to tell them"),
        ({"to": KIM, "text": WORDS, "until": "soon"}, "Expected a date and a time"),
    ],
)
def test_what_cannot_be_told_moves_nothing(
    office: Office, post: Post, case: Case, posted: dict[str, str], why: str
) -> None:
    status, said = move(office, case, **posted)
    assert (status, why in said, case.needed_by) == (409, True, FRIDAY + timedelta(hours=2))
    assert not Delivery.objects.filter(case_id=case.id, about__startswith="moved").exists()


def test_nobody_else_moves_it(office: Office, case: Case) -> None:
    assert move(office, case, "mira", to=KIM, text=WORDS)[0] == 404
    assert case.needed_by == FRIDAY + timedelta(hours=2)


def test_without_a_client_the_button_promises_no_more(office: Office, post: Post) -> None:
    case = office.start()
    assert "Move it to Monday</button>" in page_of(office, case)
    shown = text_of(office.client("ana").get(f"/run/{case.id}/move").content)
    assert "Nobody outside is known yet" in shown


# -- Tell me only if it breaks ---------------------------------------------------------------------------


def rescue(office: Office, case: Case, kind: str, who: str = "ana") -> str:
    answer = office.client(who).post(f"/run/{case.id}/rescue", {"kind": kind}, follow=True)
    case.refresh_from_db()
    return text_of(answer.content)


def heard(post: Post, who: str = "ana") -> list[str]:
    return [one.headline for one in post.sent if one.to == f"{who}@northwind.example" and one.purpose == "tell"]


def finish(office: Office, case: Case) -> None:
    answered(office, case, DEPLOYED, "sam")
    answered(office, case, SIGN, "mira", "approved")
    work()


def test_good_news_is_silenced_and_the_page_says_so(office: Office, post: Post, case: Case) -> None:
    assert "Tell me only if it breaks</button>" in page_of(office, case)
    rescue(office, case, "quiet")
    page = text_of(page_of(office, case))
    assert "You hear from us only if it breaks. Tell me when it is done, too" in page
    assert "Tell me only if it breaks" not in page
    finish(office, case)
    case.refresh_from_db()
    assert (case.status, heard(post)) == ("done", [])
    assert mails_to_kim(post) != []  # what the page itself tells is told


def test_without_it_good_news_comes(office: Office, post: Post, case: Case) -> None:
    rescue(office, case, "quiet")
    assert "You hear when it is done, too." in rescue(office, case, "loud")
    finish(office, case)
    assert heard(post) == ["Halden Foods: Web shop relaunch is done."]


def test_what_breaks_is_heard_all_the_same(office: Office, post: Post, case: Case) -> None:
    rescue(office, case, "quiet")
    ask_question(ask_id=ask_of(case, SIGN).id, text="Which cap?", by=office.mira, at=FRIDAY)
    cancel(case_id=case.id, by=office.vera, reason="The client left.", at=FRIDAY)
    work()
    assert heard(post) == [
        "Halden Foods: Web shop relaunch: Mira Holt asked about “Sign off the contract”.",
        "Halden Foods: Web shop relaunch was called off.",
    ]


def test_only_whoever_started_it_says_what_they_hear(office: Office, case: Case) -> None:
    assert "Tell me only if it breaks" not in page_of(office, case, "vera")
    assert "Only whoever started this says what they want to hear" in rescue(office, case, "quiet", "vera")
    assert case.quiet_since is None
