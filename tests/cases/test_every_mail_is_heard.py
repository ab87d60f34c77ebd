"""No mail is lost and nobody waits in vain: what answers nothing, comes from somebody else, or answers what was told."""

from __future__ import annotations

from email.message import EmailMessage
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from tests.cases.company import FRIDAY, PAGE, Company
from tests.cases.conftest import Clock
from tests.cases.post import Post, came, incoming, mail, work

from doorstep.cases import store
from doorstep.cases.ask_question import ask_question
from doorstep.cases.directory import forget
from doorstep.cases.erase import erase
from doorstep.cases.models import Ask, Blob, Case, Delivery, Inbox, Reply
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.pages import indexed
from doorstep.cases.queries import history
from doorstep.cases.start_case import start_case
from doorstep.cases.understand import understand_some
from doorstep.people.models import Absence, Person
from doorstep.plugin_api import Letter
from doorstep.web.history import history_of

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
BY_MAIL = PAGE.replace("- Proof: login\n", "")
SIGN, CONFIRM = "Sign off the contract", "Confirm the deployment"
TOLD = "# Tell them\n\n- Owner: vera@northwind.example\n\n## Tell the client\n\n- Tell: kim@halden.example\n\n> It is live.\n"
NOWHERE = "doorstep+aaaaaaaaaaaaaaaaaaaaaaaaaa@northwind.example"
UNKNOWN = "answered: it is not known what it answers"


def started(company: Company, text: str = BY_MAIL) -> UUID:
    facts = FACTS if text is BY_MAIL else {}
    case_id = start_case(version_id=company.publish(text), facts=facts, by=company.ana, at=FRIDAY).case_id
    work()
    return case_id


def ask_for(case_id: UUID, name: str) -> Ask:
    return Ask.objects.filter(case_id=case_id, name=name).latest("round")


def told(case_id: UUID) -> list[str]:
    """Return the history as a reader sees it, words that came back alone."""
    page = indexed(Case.objects.get(id=case_id).version_id)
    rows = history_of(case_id, page, zone=ZoneInfo("UTC"))
    return [row.text for row in rows if row.kind == "TellingAnswered"]


# -- To an address that is nothing's ---------------------------------------------------------------------


def test_whoever_writes_to_an_address_of_nothing_hears_what_is_open(company: Company, post: Post) -> None:
    case_id = started(company)
    assert came(mail(post.last("mira"), "Approved", to=NOWHERE)) == UNKNOWN
    work()
    letter = post.last("mira", "unmatched")
    assert letter.headline == "It is not clear what your mail answers, so it decided nothing."
    assert letter.paragraphs == ("Open for you now: “Sign off the contract” for Halden Foods: Web shop.",)
    assert letter.closing.startswith("Please reply to the letter about what you mean")
    assert (letter.reply_to, letter.subject[:4]) == ("", "Re: ")
    assert ask_for(case_id, SIGN).state == "open"


def test_they_hear_that_nothing_is_open(company: Company, post: Post) -> None:
    started(company)
    came(mail(post.last("mira"), "Hello?", sender="bob@northwind.example", to="doorstep@northwind.example"))
    work()
    assert post.last("bob").paragraphs == ("Nothing is open for you now.",)


@pytest.mark.parametrize("why", ["unproven", "unknown", "machine", "left"])
def test_whoever_might_be_anybody_or_a_machine_hears_nothing(company: Company, post: Post, why: str) -> None:
    started(company)
    letter, before = post.last("mira"), len(post.sent)
    sender = "kim@nobody.example" if why == "unknown" else "mira@northwind.example"
    header = {"Auto_Submitted": "auto-generated"} if why == "machine" else {}
    if why == "left":
        Person.objects.filter(id=company.mira).update(left_on=FRIDAY.date())
    proof = "link" if why == "unproven" else "mail"
    assert came(mail(letter, "Hello", sender=sender, to=NOWHERE, proof=proof, **header)).startswith("set aside")
    work()
    assert len(post.sent) == before


def test_such_letters_end_at_a_cap(company: Company, post: Post) -> None:
    started(company)
    letter = post.last("mira")
    became = [came(mail(letter, f"Hello {n}", to=NOWHERE, message_id=f"<{n}@x>")) for n in range(5)]
    assert became == [UNKNOWN] * 3 + ["set aside: it answers nothing we asked"] * 2


# -- From somebody who is not asked ----------------------------------------------------------------------


def test_a_colleague_who_is_not_asked_hears_that_it_decides_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "Approved", sender="bob@northwind.example"))
    work()
    letter = post.last("bob", "tell")
    assert letter.headline == "Halden Foods: Web shop: “Sign off the contract” stays as it was."
    assert letter.paragraphs == (
        "It is for Mira Holt, so what you wrote decides nothing. It was shown to Ana Marsh, who started this.",
    )
    assert (letter.covered, letter.attachments) == ((), ())
    assert ask_for(case_id, SIGN).state == "open"


@pytest.mark.parametrize("who", ["ana@northwind.example", "kim@halden.example"])
def test_the_starter_and_strangers_do_not_hear_it(company: Company, post: Post, who: str) -> None:
    started(company)
    before = {one.key for one in post.sent}
    came(mail(post.last("mira"), "Approved", sender=who))
    work()
    assert [one for one in post.sent if one.key not in before and "stays as it was" in one.headline] == []


def test_a_stand_in_for_chosen_processes_answers_by_mail(company: Company, post: Post, clock: Clock) -> None:
    day = FRIDAY.date()
    made = Absence.objects.create(person=company.people["mira"], first=day, last=day, stand_in=company.people["bob"])
    case_id = started(company)
    letter = post.last("mira")
    Absence.objects.filter(id=made.id).update(processes=["another-process"])
    forget()
    assert came(mail(letter, "Approved", sender="bob@northwind.example")).startswith("shown to the starter")
    Absence.objects.filter(id=made.id).update(processes=["close-a-client-project"])
    forget()
    again = mail(letter, "Approved!", sender="bob@northwind.example")
    assert came(again) == "approved: recorded"
    assert ask_for(case_id, SIGN).answered_by == company.bob


# -- To what was told ------------------------------------------------------------------------------------


def asked(company: Company, post: Post) -> tuple[UUID, Letter]:
    """Let Mira ask back; return the run and the letter that Ana has about it."""
    case_id = started(company)
    ask_question(ask_id=ask_for(case_id, SIGN).id, text="Which cap is meant?", by=company.mira, at=FRIDAY)
    work()
    return case_id, post.last("ana", "tell")


def test_the_starter_answers_a_question_by_reply(company: Company, post: Post) -> None:
    case_id, letter = asked(company, post)
    assert letter.closing == "Reply to this mail, and Mira Holt gets your answer. Until then we do not remind them."
    assert came(mail(letter, "The one in section 4.\n\nAna")) == "the question was answered"
    work()
    answer = post.last("mira", "clarify")
    assert answer.headline == "Ana Marsh writes about “Sign off the contract”:"
    assert "The one in section 4." in answer.paragraphs[0]
    assert bytes(ask_for(case_id, SIGN).question) == b""
    assert came(mail(answer, "Approved")) == "approved: recorded"


def test_an_answer_nobody_vouches_for_goes_to_nobody(company: Company, post: Post) -> None:
    case_id, letter = asked(company, post)
    assert came(mail(letter, "Section 4", proof="link")) == "not taken: nobody vouches for the sender"
    work()
    assert "no mail server vouches" in post.last("ana", "tell").paragraphs[0]
    assert bytes(ask_for(case_id, SIGN).question)
    assert told(case_id) == ["An answer came to what was told: Section 4"]


def test_a_question_that_was_answered_meanwhile_is_said_so(company: Company, post: Post) -> None:
    case_id, letter = asked(company, post)
    came(mail(letter, "Section 4"))
    work()
    assert came(mail(letter, "Section 5", message_id="<later@x>")) == "kept in the history"
    work()
    assert post.last("ana", "tell").paragraphs[0].startswith("Nothing is asked there any more.")
    assert told(case_id) == ["An answer came to what was told: Section 5"]


def test_what_the_starter_writes_to_other_news_is_kept_and_said_to_do_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "Rejected: the cap is missing"))
    work()
    for name in ("sam", "priya"):
        came(mail(post.last(name), "Hm."))
    work()
    assert came(mail(post.last("ana", "tell"), "Thanks!")) == "kept in the history"
    work()
    assert post.last("ana", "tell").paragraphs == (
        "What you wrote stands in its history. It changes nothing by itself: its page does.",
    )
    assert told(case_id) == ["An answer came to what was told: Thanks!"]


def test_what_a_client_answers_to_what_they_were_told_reaches_the_starter(company: Company, post: Post) -> None:
    case_id = started(company, TOLD)
    assert Case.objects.get(id=case_id).status == "done"
    (letter,) = [one for one in post.sent if one.to == "kim@halden.example"]
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Message-ID"] = letter.to, letter.reply_to, "<kim@halden.example>"
    answer.set_content("Thank you! One more thing: see the list.")
    answer.add_attachment(b"one, two", maintype="text", subtype="csv", filename="list.csv")
    assert came(incoming(answer, proof="link")) == "shown to the starter"
    work()
    said = post.last("ana", "tell")
    assert said.paragraphs == ("Thank you! One more thing: see the list. They attached list.csv.",)
    (entry,) = [one for one in history(case_id) if one.kind == "TellingAnswered"]
    assert [file[0] for file in entry.content["files"]] == ["list.csv"]  # type: ignore[attr-defined]
    assert Reply.objects.filter(case_id=case_id, inbox_id=Inbox.objects.get().id).count() == 1


def test_who_answers_to_somebody_elses_letter_is_named(company: Company, post: Post) -> None:
    started(company, TOLD)
    (letter,) = [one for one in post.sent if one.to == "kim@halden.example"]
    came(mail(letter, "Nice.", sender="boss@halden.example"))
    work()
    assert post.last("ana", "tell").paragraphs == ("boss@halden.example wrote: Nice.",)


def test_a_machines_answer_to_what_was_told_is_set_aside(company: Company, post: Post) -> None:
    started(company, TOLD)
    (letter,) = [one for one in post.sent if one.to == "kim@halden.example"]
    before = len(post.sent)
    assert came(mail(letter, "I am away.", Auto_Submitted="auto-replied")).startswith("set aside")
    work()
    assert len(post.sent) == before


def test_of_a_run_that_was_erased_nothing_is_kept(company: Company, post: Post) -> None:
    case_id = started(company, TOLD)
    (letter,) = [one for one in post.sent if one.to == "kim@halden.example"]
    company.people["vera"].administrator = True
    company.people["vera"].save()
    erase(person=NOBODY, by=company.vera, case_id=case_id)
    assert came(mail(letter, "Thanks!")) == "set aside: what this run knew was erased"


def test_answers_to_what_was_told_end_at_a_cap(company: Company, post: Post) -> None:
    case_id = started(company, TOLD)
    (letter,) = [one for one in post.sent if one.to == "kim@halden.example"]
    for number in range(14):
        came(mail(letter, f"Ticket {number}", message_id=f"<t{number}@x>"))
    assert Delivery.objects.filter(case_id=case_id, about__startswith="remark#").count() == 10
    assert len(told(case_id)) == 14


# -- A worker that ended in between ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["unmatched", "wrong sender", "settled", "unclear", "told"])
def test_a_mail_that_is_looked_at_once_more_says_nothing_twice(company: Company, post: Post, kind: str) -> None:
    started(company, TOLD if kind == "told" else BY_MAIL)
    letter = post.sent[0] if kind == "told" else post.last("mira")
    if kind == "settled":
        came(mail(letter, "Approved"))
    to, sender = {"unmatched": (NOWHERE, ""), "wrong sender": (letter.reply_to, "bob@northwind.example")}.get(
        kind, (letter.reply_to, "")
    )
    came(mail(letter, "The tag looks odd to me.", to=to, sender=sender, message_id="<once@x.example>"))
    work()
    before = len(post.sent)
    Inbox.objects.filter(external_id="<once@x.example>").update(state="new", lease_until=None)
    understand_some()
    work()
    assert (Inbox.objects.get(external_id="<once@x.example>").attempts, len(post.sent)) == (2, before)


# -- Files ------------------------------------------------------------------------------------------------


def test_a_file_a_scanner_refuses_is_not_kept_and_said_so(
    company: Company, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_scans", [])
    store.scan_with(lambda content: "It holds a virus." if b"EICAR" in content else "")
    started(company)
    answer = EmailMessage()
    answer["From"], answer["To"] = post.last("mira").to, post.last("mira").reply_to
    answer["Message-ID"] = "<files@x.example>"
    answer.set_content("Approved subject to the attached changes.")
    for name, content in (("good.pdf", b"%PDF"), ("bad.pdf", b"EICAR")):
        answer.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    assert came(incoming(answer)) == "changes wanted: recorded"
    work()
    (said,) = [text for one in post.sent for text in one.paragraphs if "good.pdf" in text]
    assert said.endswith('They attached good.pdf. "bad.pdf" was refused: It holds a virus. Send a clean copy.')
    assert Blob.objects.count() == 1


def test_the_local_part_of_a_reply_address_is_short_enough_and_knows_no_case(company: Company, post: Post) -> None:
    started(company)
    address = post.last("mira").reply_to
    assert len(address.partition("@")[0]) <= 64
    assert came(mail(post.last("mira"), "Approved", to=address.upper())) == "approved: recorded"
