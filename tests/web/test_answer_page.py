"""The answer page: nothing is decided by looking, everything by two presses, and every refusal is a sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from tests.cases.company import FRIDAY
from tests.cases.post import Post, work
from tests.web.office import Office, ask_of, hidden, link_to, text_of

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.change_facts import change_facts
from doorstep.cases.models import Ask, Blob, Case, Delivery, Journal, Lookup

pytestmark = pytest.mark.database

KILLER = "The rollback was tried this week"


class Visit:
    """Somebody with a link: what the page says, and what is pressed with all that the form holds."""

    def __init__(self, ask: Ask, client: Client | None = None) -> None:
        self.ask = ask
        self.client = client or Client(raise_request_exception=False)
        self.link = f"/ask/{ask.id}" if client else link_to(ask)
        self.html = ""
        self.status = 0

    def look(self, query: str = "") -> Visit:
        return self._took(self.client.get(f"{self.link}{query}"))

    def press(self, do: str, **more: object) -> Visit:
        """Press a button of the page that was last seen."""
        names = ("seen", "was", "confirmed", "ticked")
        held = {name: hidden(self.html, name) for name in names if hidden(self.html, name)}
        return self._took(self.client.post(self.link, {"seen": "", **held, "do": do, **more}, follow=True))

    def _took(self, response: HttpResponseBase) -> Visit:
        self.status, self.html = response.status_code, getattr(response, "content", b"").decode()
        return self

    @property
    def text(self) -> str:
        return text_of(self.html)

    def now(self) -> tuple[str, str, str]:
        self.ask.refresh_from_db()
        return self.ask.state, self.ask.outcome, self.ask.proof


def open_(office: Office, name: str) -> Visit:
    return Visit(ask_of(office.start(), name)).look()


def rows() -> dict[str, object]:
    return {
        model.__name__: list(model.objects.order_by("pk").values()) for model in (Ask, Case, Delivery, Journal, Lookup)
    }


# -- Looking ------------------------------------------------------------------------------------------


def test_the_page_says_what_is_asked_and_what_happens_if_nothing_is_done(office: Office) -> None:
    visit = open_(office, "Sign off the contract")
    assert visit.status == 200
    for said in (
        "asks you, Mira Holt",
        "Sign off the contract for Halden Foods: Web shop relaunch",
        "You approve Contract Contract v3.pdf Value EUR 84,000.00",
        "Nothing is decided until you confirm on the next page; we then send a code to mira@northwind.example.",
        "If we hear nothing we remind you at 17:00 and ask Jon Park at 17:20.",
    ):
        assert said in visit.text


@pytest.mark.parametrize("query", ["", "?question=1", "?else=1", "?do=approved&confirmed=1"])
def test_a_scanner_that_opens_the_link_does_nothing(office: Office, query: str) -> None:
    visit = Visit(ask_of(office.start(), "Sign off the contract"))
    before = rows()
    visit.look(query)
    visit.client.head(f"{visit.link}{query}")
    assert rows() == before


def test_a_scanner_that_presses_every_button_once_decides_nothing(office: Office, post: Post) -> None:
    visit = open_(office, "Sign off the contract")
    for do in ("approved", "rejected", "changes wanted", "promise"):
        visit.look().press(do)
    assert visit.now() == ("open", "", "")


def test_a_link_nobody_was_given_is_not_known(office: Office) -> None:
    answer = Client().get("/a/aaaaaaaaaaaaaaaaaaaaaaaaaa")
    assert (answer.status_code, "leads nowhere" in answer.content.decode()) == (404, True)


def test_the_link_is_kept_from_caches_and_from_other_sites(office: Office) -> None:
    answer = Client().get(link_to(ask_of(office.start(), "Sign off the contract")))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


# -- Approving ------------------------------------------------------------------------------------------


def code_of(post: Post) -> str:
    work()
    return post.last("mira", "code").headline.split()[-1].rstrip(".")


def test_an_approval_takes_two_moves_and_a_code(office: Office, post: Post) -> None:
    visit = open_(office, "Sign off the contract").press("approved")
    assert "Approve it?" in visit.text
    assert visit.now() == ("open", "", "")
    visit.press("approved", code=code_of(post), person="me")
    assert visit.now() == ("answered", "approved", "code")
    assert "Thank you, Mira “Sign off the contract” was answered 16:00 by you: approved ." in visit.text


def test_a_wrong_code_decides_nothing_and_says_what_to_do(office: Office, post: Post) -> None:
    visit = open_(office, "Sign off the contract").press("approved").press("approved", code="ABCD-2345", person="me")
    assert (visit.status, visit.now()) == (422, ("open", "", ""))
    assert "That code is not right, or older than ten minutes." in visit.text
    visit.press("approved", code=code_of(post), person="me")
    assert visit.now() == ("answered", "approved", "code")


def test_no_code_is_no_proof(office: Office, post: Post) -> None:
    visit = open_(office, "Sign off the contract").press("approved").press("approved", code="", person="me")
    assert visit.now() == ("open", "", "")


def test_without_mail_the_page_says_how_else(office: Office) -> None:
    visit = open_(office, "Sign off the contract").press("approved")
    assert (visit.status, visit.now()) == (422, ("open", "", ""))
    assert "Sign in instead" in visit.text


def test_signed_in_an_approval_takes_two_moves_and_no_code(office: Office) -> None:
    visit = Visit(ask_of(office.start(), "Sign off the contract"), office.client("mira")).look()
    visit.press("approved").press("approved", comment="Well done.")
    assert visit.now() == ("answered", "approved", "login")


def test_a_rejection_says_why_and_its_words_reach_the_next_round(office: Office) -> None:
    case = office.start()
    visit = Visit(ask_of(case, "Sign off the contract"), office.client("mira")).look()
    visit.press("rejected").press("rejected", comment="The liability cap is too high.")
    assert visit.now() == ("answered", "rejected", "login")
    amend = Visit(ask_of(case, "Amend the contract"), office.client("ana")).look()
    assert "Said last time: The liability cap is too high." in amend.text


def test_who_wants_changes_sends_the_changed_file_and_the_starter_opens_it(office: Office) -> None:
    case = office.start()
    visit = Visit(ask_of(case, "Sign off the contract"), office.client("mira")).look().press("changes wanted")
    upload = SimpleUploadedFile("Contract, Mira's.pdf", b"%PDF-1.4 mira", content_type="application/pdf")
    visit.press("changes wanted", comment="Cap it at 100 %.", changed=upload)
    assert visit.now() == ("answered", "changes wanted", "login")
    ana = office.client("ana")
    run = ana.get(f"/run/{case.id}/").content.decode()
    assert "changes wanted, signed in. Cap it at 100 %. Contract, Mira's.pdf" in text_of(run)
    sha256 = Blob.objects.get(content=b"%PDF-1.4 mira").sha256
    assert ana.get(f"/run/{case.id}/file/{sha256}").content == b"%PDF-1.4 mira"
    assert office.client("bob").get(f"/run/{case.id}/file/{sha256}").status_code == 404


def test_a_second_press_shows_what_was_recorded(office: Office) -> None:
    visit = Visit(ask_of(office.start(), "Sign off the contract"), office.client("mira")).look().press("approved")
    again = visit.html
    visit.press("approved")
    visit.html = again
    visit.press("rejected", comment="No, wait.")
    assert visit.now() == ("answered", "approved", "login")
    assert "by you: approved" in visit.text


def test_what_changed_since_it_was_opened_is_shown_and_nothing_decided(office: Office) -> None:
    case = office.start()
    visit = Visit(ask_of(case, "Sign off the contract"), office.client("mira")).look()
    change_facts(case_id=case.id, facts={"value": 90000}, by=office.ana, at=FRIDAY)
    visit.ask = ask_of(case, "Sign off the contract")
    visit.press("approved")
    assert (visit.status, visit.now()) == (409, ("open", "", ""))
    assert "This changed since you opened it." in visit.text
    assert "Value: EUR 84,000.00 → EUR 90,000.00" in visit.text
    visit.press("approved").press("approved")
    assert visit.now() == ("answered", "approved", "login")


def test_the_change_between_the_two_moves_counts_too(office: Office) -> None:
    case = office.start()
    visit = Visit(ask_of(case, "Sign off the contract"), office.client("mira")).look().press("approved")
    change_facts(case_id=case.id, facts={"value": 90000}, by=office.ana, at=FRIDAY)
    visit.press("approved")
    assert (visit.status, visit.now()) == (409, ("open", "", ""))


def test_an_answer_can_be_taken_back_by_who_gave_it(office: Office) -> None:
    case = office.start()
    visit = Visit(ask_of(case, "Sign off the contract"), office.client("mira")).look().press("approved")
    visit.press("approved")
    assert "take it back" in visit.text
    other = Visit(visit.ask, office.client("jon")).look()
    assert "take it back" not in other.text
    assert "by Mira Holt: approved" in other.text
    visit.press("withdraw", reason="Not what I meant.")
    assert ask_of(case, "Sign off the contract").state == "open"


# -- Doing ---------------------------------------------------------------------------------------------


def test_a_step_is_done_in_one_move_when_its_killer_items_are_ticked(office: Office) -> None:
    visit = open_(office, "Confirm the deployment")
    visit.press("done", person="me")
    assert (visit.status, visit.now()) == (422, ("open", "", ""))
    assert f"“{KILLER}” must be ticked" in visit.text
    visit.press("done", person="me", ticked=[KILLER])
    assert visit.now() == ("answered", "done", "link")
    run = office.client("ana").get(f"/run/{visit.ask.case_id}/").content.decode()
    assert f'<li class="killer x">{KILLER}</li>' in run
    assert '<li class="">The release tag matches the statement of work</li>' in run


def test_what_cannot_be_done_says_why(office: Office) -> None:
    visit = open_(office, "Confirm the deployment").press("rejected", person="me")
    assert "Why?" in visit.text
    visit.press("rejected", comment="The rollback fails.", person="me")
    assert visit.now()[:2] == ("answered", "rejected")


def test_missing_values_get_a_sentence_beside_the_field_and_the_others_stay(office: Office) -> None:
    visit = open_(office, "Confirm logistics").press("done", person="me", **{"fact-contact": "lena@halden.example"})
    assert (visit.status, visit.now()) == (422, ("open", "", ""))
    assert 'id="p-1">Expected go-live, but nothing was given. Fill it in.<' in visit.html
    assert 'value="lena@halden.example"' in visit.html


def test_a_value_of_another_kind_gets_its_sentence(office: Office) -> None:
    given = {"fact-go-live": "soon", "fact-contact": "lena@halden.example"}
    visit = open_(office, "Confirm logistics").press("done", person="me", **given)
    assert (visit.status, visit.now()) == (422, ("open", "", ""))
    assert 'id="p-1">Expected a date' in visit.html


def test_what_is_filled_in_is_recorded(office: Office) -> None:
    given = {"fact-go-live": "2026-03-12", "fact-contact": "lena@halden.example"}
    visit = open_(office, "Confirm logistics").press("done", person="me", **given)
    assert visit.now() == ("answered", "done", "link")
    run = office.client("ana").get(f"/run/{visit.ask.case_id}/")
    assert "Go-live: 12 March 2026" in text_of(run.content)


def test_a_file_is_taken_and_put_before_the_next(office: Office) -> None:
    case = office.start()
    answer_ask(
        ask_id=ask_of(case, "Sign off the contract").id, outcome="rejected", by=office.mira, proof="login", at=FRIDAY
    )
    visit = Visit(ask_of(case, "Amend the contract"), office.client("ana")).look()
    upload = SimpleUploadedFile("Contract v4.pdf", b"%PDF-1.4 four", content_type="application/pdf")
    visit.press("done", **{"fact-contract": upload})
    assert visit.now() == ("answered", "done", "login")
    sign = Visit(ask_of(case, "Sign off the contract")).look()
    assert "Contract v4.pdf" in sign.text
    sha256 = Blob.objects.get(content=b"%PDF-1.4 four").sha256
    file = sign.client.get(f"{sign.link}/file/{sha256}")
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.4 four", "application/pdf")
    assert file["Content-Security-Policy"].startswith("sandbox;")


def test_a_file_is_kept_while_a_code_is_asked_for(office: Office, post: Post) -> None:
    office.version = office.published(PROVED)
    visit = open_(office, "Sign it")
    upload = SimpleUploadedFile("signed.pdf", b"%PDF-1.4 signed", content_type="application/pdf")
    visit.press("done", person="me", **{"fact-signed": upload})
    kept = {"kept-signed": hidden(visit.html, "kept-signed")}
    assert visit.now() == ("open", "", "")
    visit.press("done", code=code_of(post), **kept)
    assert visit.now() == ("answered", "done", "code")


def test_a_file_that_was_never_sent_cannot_be_named(office: Office) -> None:
    visit = Visit(ask_of(office.start(), "Confirm logistics"))
    office.version = office.published(PROVED.replace("- Proof: code\n", ""))
    visit = open_(office, "Sign it").press("done", person="me", **{"kept-signed": '["x","00","application/pdf",1]'})
    assert (visit.status, visit.now()) == (422, ("open", "", ""))
    assert "Expected the file you chose before" in visit.text


PROVED = """\
# Close a client project

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |
| project | text | whoever starts |
| value | money | whoever starts |
| contract | file | whoever starts |

## Sign it

- Who: Legal counsel
- Fill in: signed (file)
- Proof: code
"""


# -- Beside the answer -------------------------------------------------------------------------------------


def test_a_promise_moves_the_chase(office: Office) -> None:
    visit = open_(office, "Confirm the deployment").press("promise")
    visit.press("promise", until="2026-03-06T17:30")
    assert "Noted. We remind nobody before then" in visit.text
    visit.ask.refresh_from_db()
    assert visit.ask.promised_until == FRIDAY + timedelta(minutes=90)


def test_a_promise_for_the_past_is_refused_with_a_sentence(office: Office) -> None:
    visit = open_(office, "Confirm the deployment").press("promise").press("promise", until="2026-03-06T09:00")
    assert (visit.status, "has passed" in visit.text) == (422, True)


def test_a_question_goes_to_whoever_started_it_who_answers_on_the_run(office: Office) -> None:
    visit = Visit(ask_of(office.start(), "Confirm logistics")).look("?question=1")
    visit.press("question", comment="Which warehouse?")
    assert "Your question is on its way" in visit.text
    ana = office.client("ana")
    run = f"/run/{visit.ask.case_id}/"
    assert "Priya Nair asks about “Confirm logistics”: Which warehouse?" in text_of(ana.get(run).content)
    answer = {"ask": str(visit.ask.id), "text": "The northern one."}
    said = ana.post(f"{run}answer-question", answer, follow=True).content
    assert "Your answer is on its way" in text_of(said)
    assert "asks about" not in text_of(said)


def test_somebody_else_is_proposed_not_asked(office: Office) -> None:
    visit = open_(office, "Confirm the deployment").press("done", person="else")
    assert "Who should answer instead?" in visit.text
    visit.press("delegate", who="bob@northwind.example", comment="He knows.")
    assert "Whoever started this decides" in visit.text
    visit.ask.refresh_from_db()
    assert (visit.ask.state, visit.ask.delegated) == ("open", "bob@northwind.example")


def test_a_button_the_page_does_not_have_is_refused(office: Office) -> None:
    visit = open_(office, "Confirm the deployment").press("abracadabra")
    assert (visit.status, 'but got "abracadabra"' in visit.text) == (422, True)


# -- Over ------------------------------------------------------------------------------------------------


def test_an_expired_link_offers_a_fresh_one(office: Office, post: Post) -> None:
    visit = open_(office, "Sign off the contract")
    Lookup.objects.filter(kind="link").update(expires_at=FRIDAY - timedelta(days=300))
    visit.look()
    assert (visit.status, "This link has expired" in visit.text) == (410, True)
    visit.press("approved", confirmed="1", seen=visit.ask.covered_hash)
    assert visit.now() == ("open", "", "")
    visit.press("fresh")
    work()
    assert "A fresh link is on its way" in visit.text
    assert "/a/" in post.last("mira", "reminder").page_url


def test_what_was_withdrawn_says_that_nothing_is_left_to_do(office: Office) -> None:
    case = office.start()
    visit = Visit(ask_of(case, "Sign off the contract")).look()
    office.client("ana").post(f"/run/{case.id}/change", {"do": "cancel", "reason": "The client left."})
    visit.press("approved")
    assert visit.status == 200
    assert "“Sign off the contract” is no longer asked of you. There is nothing left to do." in visit.text


def test_two_at_once_the_first_counts_and_the_second_hears_it(office: Office) -> None:
    case = office.start()
    mira = Visit(ask_of(case, "Sign off the contract"), office.client("mira")).look().press("approved")
    jon = Visit(ask_of(case, "Sign off the contract"), office.client("jon")).look().press("approved")
    mira.press("approved")
    jon.press("approved")
    assert "“Sign off the contract” was answered 16:00 by Mira Holt: approved" in jon.text
