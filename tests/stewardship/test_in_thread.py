"""What colleagues answer to everybody, with chase@ in CC: an answer to what they are asked, never a new start."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, came, incoming, work
from tests.stewardship.conftest import Clock
from tests.stewardship.mailed import LINES, SHOWN, answered, sent, with_contract, written

from doorstep.cases.change_facts import change_facts
from doorstep.cases.models import Ask, Case, Inbox
from doorstep.connections.models import Connection
from doorstep.people.models import Person
from doorstep.stewardship.models import MailedLines, MailedState

pytestmark = pytest.mark.database

FIRST = "<first@northwind.example>"
QUIET = "set aside: it is talk among its readers"
KEPT = "kept until the lines are started"


@pytest.fixture(autouse=True)
def chase(company: Company, post: Post, clock: Clock) -> None:
    Connection.objects.update(config={"address": "doorstep@northwind.example", "chase": "chase@northwind.example"})
    clock.is_at(FRIDAY)


def begun(text: str = LINES) -> str:
    """Let Ana mail the lines to three colleagues, with a copy to chase@."""
    copy = {"Cc": "Chase <chase@northwind.example>", "message_id": FIRST}
    return sent(with_contract(written(text, to="sam@northwind.example, mira@northwind.example", **copy)))


def to_all(who: str, text: str, *, proof: str = "mail", **headers: str) -> str:
    """Let somebody answer everybody, as a mail program does it."""
    message = EmailMessage()
    message["From"] = f"{who}@northwind.example"
    message["To"] = "ana@northwind.example, sam@northwind.example"
    message["Cc"] = "chase@northwind.example"
    message["Subject"] = "Re: Halden launch"
    message["Message-ID"] = f"<{abs(hash((who, text)))}@northwind.example>"
    message["In-Reply-To"] = message["References"] = FIRST
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in LINES.splitlines())
    message.set_content(f"{text}\n\nOn Friday Ana Marsh wrote:\n{quoted}\n")
    became = came(incoming(message, proof=proof))
    work()
    return became


def started(post: Post) -> Case:
    begun()
    assert answered(post.last("ana", "lines"), "go") == "started"
    return Case.objects.get()


def ask_of(name: str) -> Ask:
    return Ask.objects.get(name=name)


class TestStarted:
    def test_approved_to_everybody_is_the_answer(self, company: Company, post: Post) -> None:
        started(post)
        assert to_all("mira", "Approved.\n\nMira") == "approved: recorded"
        ask = ask_of("Approve contract.pdf")
        assert (ask.outcome, ask.proof, ask.answered_by) == ("approved", "mail", company.mira)
        assert (Case.objects.count(), MailedLines.objects.count()) == (1, 1)
        assert post.last("mira", "receipt").headline.endswith("approved by you.")

    def test_i_approve_is_no_line_of_ones_own(self, company: Company, post: Post) -> None:
        started(post)
        assert to_all("mira", "I approve the contract.") in ("approved: recorded", QUIET)
        assert (MailedLines.objects.count(), Case.objects.count()) == (1, 1)
        assert not [one for one in post.sent if one.purpose == "lines" and one.to.startswith("mira")]

    def test_what_is_to_be_filled_in_is_read_by_its_label(self, company: Company, post: Post) -> None:
        started(post)
        assert to_all("priya", "Go-live date: 12 March 2027") == "filled: recorded"
        assert ask_of("Give the go-live date").state == "answered"

    def test_a_promise_moves_the_chase(self, company: Company, post: Post) -> None:
        started(post)
        assert to_all("sam", "I will do it on Tuesday.") == "promised: noted"
        assert ask_of("Confirm the deployment of DEP-412").promised_until is not None

    @pytest.mark.parametrize("text", ["Thanks, all!", "Has anybody seen the new logo?", "Will look at it.", "👍"])
    def test_talk_stays_talk(self, company: Company, post: Post, text: str) -> None:
        started(post)
        before = len(post.sent)
        assert to_all("mira", text).startswith("set aside")
        assert (len(post.sent), ask_of("Approve contract.pdf").state) == (before, "open")

    def test_talk_after_the_answer_stays_talk_and_taking_it_back_counts(self, company: Company, post: Post) -> None:
        started(post)
        to_all("mira", "Approved")
        assert to_all("mira", "Have a nice weekend.") == QUIET
        assert to_all("mira", "Wait, don't") == "withdrawn: the answer was taken back"
        assert Ask.objects.filter(name="Approve contract.pdf", state="open").count() == 1

    def test_a_colleague_who_is_not_asked_decides_nothing(self, company: Company, post: Post) -> None:
        started(post)
        assert to_all("bob", "Approved").startswith("set aside")
        assert ask_of("Approve contract.pdf").state == "open"

    def test_a_stranger_in_the_thread_decides_and_hears_nothing(self, company: Company, post: Post) -> None:
        started(post)
        Person.objects.create(name="Kim", email="kim@northwind.example", outside=True)
        before = len(post.sent)
        assert to_all("kim", "Approved").startswith("set aside")
        assert to_all("nobody", "Approved").startswith("set aside")
        assert (len(post.sent), ask_of("Approve contract.pdf").state) == (before, "open")

    @pytest.mark.parametrize(("who", "text"), [("mira", "Approved"), ("sam", "done")])
    def test_what_no_mail_server_vouches_for_decides_nothing(
        self, company: Company, post: Post, who: str, text: str
    ) -> None:
        started(post)
        assert to_all(who, text, proof="link").startswith("set aside")
        assert Ask.objects.filter(state="open").count() == 3

    def test_a_mail_under_anothers_message_id_takes_no_thread_over(self, company: Company, post: Post) -> None:
        started(post)
        first = MailedLines.objects.get()
        later = FRIDAY + timedelta(hours=1)
        MailedLines.objects.create(
            address="kim@halden.example", message_id=first.message_id, state=MailedState.REFUSED, at=later
        )
        assert to_all("mira", "Approved") == "approved: recorded"
        assert ask_of("Approve contract.pdf").state == "answered"

    def test_a_machines_answer_decides_nothing(self, company: Company, post: Post) -> None:
        started(post)
        assert to_all("mira", "Approved", Auto_Submitted="auto-replied").startswith("set aside")
        assert ask_of("Approve contract.pdf").state == "open"

    def test_what_changed_since_it_was_asked_is_not_approved_unseen(self, company: Company, post: Post) -> None:
        case = started(post)
        from doorstep.cases import store

        newer = store.keep("contract.pdf", b"%PDF-1.4 two", "application/pdf")
        change_facts(case_id=case.id, facts={"contract": newer}, by=company.ana, at=FRIDAY)
        work()
        assert to_all("mira", "Approved").startswith("not taken")
        assert ask_of("Approve contract.pdf").state == "open"
        assert "has changed since" in post.last("mira", "clarify").paragraphs[0]

    def test_who_is_asked_two_things_is_asked_which(self, company: Company, post: Post) -> None:
        begun("Mira checks the site\nMira confirms the price")
        answered(post.last("ana", "lines"), "go")
        assert to_all("mira", "done").startswith("not taken: This could answer several things")
        assert Ask.objects.filter(state="open").count() == 2
        said = post.last("mira", "clarify").paragraphs[0]
        assert "“Check the site”" in said
        assert "“Confirm the price”" in said

    def test_a_reply_to_our_letter_with_chase_in_copy_counts_as_ever(self, company: Company, post: Post) -> None:
        started(post)
        assert answered(post.last("mira", "ask"), "Approved", Cc="chase@northwind.example") == "approved: recorded"
        assert MailedLines.objects.count() == 1


class TestBefore:
    def test_an_answer_before_the_start_counts_when_it_is_started(self, company: Company, post: Post) -> None:
        assert begun() == SHOWN
        assert to_all("mira", "Approved") == KEPT
        assert Case.objects.count() == 0
        assert answered(post.last("ana", "lines"), "go") == "started"
        ask = ask_of("Approve contract.pdf")
        assert (ask.outcome, ask.answered_by) == ("approved", company.mira)
        assert [one.purpose for one in post.sent if one.to.startswith("mira")] == ["receipt"]
        assert Inbox.objects.filter(became="approved: recorded").count() == 1

    def test_an_answer_to_words_that_are_others_now_is_only_shown(self, company: Company, post: Post) -> None:
        begun()
        to_all("mira", "Approved")
        answered(post.last("ana", "lines"), "Mira approves contract.pdf and the discount\nSam checks the site")
        assert answered(post.last("ana", "lines"), "go") == "started"
        assert Ask.objects.filter(display="Mira Holt", state="open").count() == 1
        to_ana = [said for letter in post.sent if letter.to == "ana@northwind.example" for said in letter.paragraphs]
        assert "mira@northwind.example wrote before it was started: Approved" in to_ana

    def test_talk_before_the_start_stays_talk(self, company: Company, post: Post) -> None:
        begun()
        assert to_all("sam", "On it, give me an hour, please.") == KEPT
        assert answered(post.last("ana", "lines"), "go") == "started"
        assert ask_of("Confirm the deployment of DEP-412").state == "open"

    def test_i_approve_before_the_start_is_no_line_of_ones_own(self, company: Company, post: Post) -> None:
        begun()
        assert to_all("mira", "I approve contract.pdf") == KEPT
        assert MailedLines.objects.count() == 1

    def test_what_is_kept_ends_somewhere(self, company: Company, post: Post) -> None:
        begun()
        became = [to_all("mira", f"Approved {number}") for number in range(22)]
        assert became.count(KEPT) == 20
        assert len(MailedLines.objects.get().early) == 20
