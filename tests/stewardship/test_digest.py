"""Digests: the notes of one person leave together, politely, behind every ask; and what comes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.cases.post import Post, came, failing, mail, work
from tests.cases.test_bad_input import bounce
from tests.stewardship.changing import DAY, MONDAY, SOONER, SOONER_AND_LEGAL, published
from tests.stewardship.conftest import Clock

from doorstep.cases.clock import real_now
from doorstep.cases.models import Delivery
from doorstep.connections.models import Connection
from doorstep.library.models import Materiality, Process
from doorstep.people.models import Membership, Person
from doorstep.plugin_api import Change, Letter
from doorstep.stewardship.changed_for_me import changed_for_me, to_acknowledge
from doorstep.stewardship.digest import gather_digests
from doorstep.stewardship.models import Acknowledgement, Note, NoteKind, Proposal
from doorstep.stewardship.note import Told, note

pytestmark = pytest.mark.database
NEXT = MONDAY + DAY
HOUR = timedelta(hours=1)


def tell(person: UUID, text: str, *, at: object = NEXT, kind: NoteKind = NoteKind.OWNERSHIP) -> None:
    note([Told(person, kind, text, text)], at=at)  # type: ignore[arg-type]


def digests(post: Post, to: str) -> list[Letter]:
    return [one for one in post.sent if one.to == f"{to}@northwind.example"]


@pytest.fixture
def second(known: UUID, post: Post, clock: Clock) -> UUID:
    """Monday's page changed on Tuesday at 10 in New York, and the digests left."""
    version = published(SOONER, at=NEXT)
    clock.is_at(NEXT + HOUR)
    gather_digests(NEXT + HOUR)
    work()
    return version


def state(version: UUID, person: UUID) -> str:
    return Acknowledgement.objects.get(version=version, person=person).state


class TestGathering:
    def test_notes_of_one_person_leave_as_one_letter(self, company: Company, post: Post, clock: Clock) -> None:
        clock.is_at(NEXT)
        tell(company.sam, "Vera accepted it.")
        tell(company.sam, "Eve declined it.")
        tell(company.mira, "Vera accepted it.")
        assert gather_digests(NEXT) == 2
        work()
        assert [sorted(one.text for one in letter.news) for letter in digests(post, "sam")] == [
            ["Eve declined it.", "Vera accepted it."]
        ]
        assert len(post.sent) == 2
        assert gather_digests(NEXT) == 0
        assert not Note.objects.filter(sent_at=None).exists()

    def test_they_wait_for_working_hours(self, company: Company, post: Post) -> None:
        night = NEXT.replace(hour=3)  # 22:00 in New York
        tell(company.sam, "Vera accepted it.", at=night)
        gather_digests(night)
        assert Note.objects.get().not_before == NEXT.replace(hour=14)
        assert not Delivery.objects.exists()
        gather_digests(NEXT)
        assert Delivery.objects.get().rank == 4

    def test_two_a_day_half_an_hour_apart_and_the_rest_tomorrow(
        self, company: Company, post: Post, clock: Clock
    ) -> None:
        for after, expected in ((0, 1), (10, 1), (31, 2), (65, 2), (24 * 60, 3)):
            at = clock.is_at(NEXT + timedelta(minutes=after))
            tell(company.sam, f"After {after}.", at=at)
            gather_digests(at)
            work()
            assert len(digests(post, "sam")) == expected, after

    def test_asks_spend_the_same_attention(self, company: Company, post: Post) -> None:
        five = [
            Delivery(case_id=company.ana, about=str(n), addressee="x", person=company.sam, channel="e-mail",
                     purpose="ask", state="handed over", not_before=real_now(), queued_at=NEXT, handed_at=NEXT - n * HOUR / 8)
            for n in range(5)
        ]  # fmt: skip
        Delivery.objects.bulk_create(five)
        tell(company.sam, "Vera accepted it.", at=NEXT + HOUR)
        gather_digests(NEXT + HOUR)
        assert Note.objects.get().not_before == (NEXT + DAY).replace(hour=14)

    def test_a_critical_change_passes_what_was_sent_today(self, company: Company, known: UUID, post: Post) -> None:
        five = [
            Delivery(case_id=company.ana, about=str(n), addressee="x", person=company.sam, channel="e-mail",
                     purpose="ask", state="handed over", not_before=real_now(), queued_at=NEXT, handed_at=NEXT - n * HOUR / 8)
            for n in range(5)
        ]  # fmt: skip
        Delivery.objects.bulk_create(five)
        version = published(SOONER, at=NEXT, materiality=Materiality.CRITICAL)
        row = Acknowledgement.objects.get(version=version, person=company.sam)
        assert (row.due_at - row.asked_at, row.next_at) == (2 * DAY, row.asked_at + DAY)
        gather_digests(NEXT + HOUR)
        assert Note.objects.get(person=company.sam).delivery is not None

    def test_a_critical_change_waits_for_working_hours(self, company: Company, known: UUID, post: Post) -> None:
        night = NEXT.replace(hour=3)  # 22:00 in New York
        published(SOONER, at=night, materiality=Materiality.CRITICAL)
        gather_digests(night + HOUR)
        assert Note.objects.get(person=company.sam).not_before == NEXT.replace(hour=14)

    def test_who_reads_their_page_gets_no_mail(self, company: Company, post: Post) -> None:
        Person.objects.filter(id=company.sam).update(channel="page")
        tell(company.sam, "Vera accepted it.")
        gather_digests(NEXT)
        assert Note.objects.get().sent_at == NEXT
        assert not Delivery.objects.exists()

    def test_behind_an_ask_at_the_rate_of_the_connection(self, company: Company, post: Post, clock: Clock) -> None:
        """With a rate of six a minute one message may leave now: it is the ask."""
        Connection.objects.update(rate_per_minute=6)
        clock.is_at(NEXT)
        tell(company.sam, "Vera accepted it.")
        gather_digests(NEXT)
        from tests.cases.test_worker import FACTS

        from doorstep.cases.start_case import start_case

        start_case(version_id=company.publish(), facts=FACTS, by=company.ana)
        work()
        assert [one.purpose for one in post.sent] == ["ask"]
        assert Delivery.objects.get(purpose="digest").state == "queued"

    def test_half_of_what_may_leave_at_once_is_left_to_asks(self, company: Company, post: Post, clock: Clock) -> None:
        """At 30 a minute five may leave at once: two are digests, and an ask that comes then goes at once."""
        Connection.objects.update(rate_per_minute=30)
        clock.is_at(NEXT)
        for person in company.people.values():
            tell(person.id, "Vera accepted it.")
        gather_digests(NEXT)
        work()
        assert len(post.sent) == 2
        from tests.cases.test_worker import FACTS

        from doorstep.cases.start_case import start_case

        start_case(version_id=company.publish(), facts=FACTS, by=company.ana)
        work()
        assert [one.purpose for one in post.sent[2:]] == ["ask", "ask", "ask"]

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_number_of_queries_does_not_grow(
        self, company: Company, post: Post, many: int, django_assert_max_num_queries: object
    ) -> None:
        for person in list(company.people.values())[:many]:
            tell(person.id, "Vera accepted it.")
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            assert gather_digests(NEXT) == many


class TestTheLetter:
    def test_it_tells_old_and_new_side_by_side(self, post: Post, second: UUID) -> None:
        (letter,) = digests(post, "sam")
        assert (letter.subject, letter.headline) == (
            "Close a client project: your step changed",
            "A page changed for you.",
        )
        (news,) = letter.news
        assert news.changes == (
            Change(
                "Confirm the deployment",
                "Delivery engineer confirms the deployment, within one hour. If late, we tell vera@northwind.example.",
                "Delivery engineer confirms the deployment, within 30 minutes. If late, we tell vera@northwind.example.",
            ),
        )
        assert letter.verb == "acknowledge"
        assert letter.closing.startswith("Please answer by 10 March 11:00.")

    def test_only_those_it_concerns_get_one(self, post: Post, second: UUID) -> None:
        assert sorted(one.to_name for one in post.sent) == ["Ana Marsh", "Sam Ortiz", "Vera Lind"]

    def test_what_only_informs_asks_for_nothing(self, known: UUID, post: Post, clock: Clock) -> None:
        published(SOONER, at=NEXT, materiality=Materiality.CLARIFYING)
        at = clock.is_at(NEXT + HOUR)
        gather_digests(at)
        work()
        (letter,) = digests(post, "sam")
        assert (letter.verb, letter.closing, len(letter.news[0].changes)) == ("remark", "", 1)

    def test_what_was_settled_meanwhile_is_not_told(
        self, company: Company, known: UUID, post: Post, clock: Clock
    ) -> None:
        published(SOONER, at=NEXT)
        at = clock.is_at(NEXT + HOUR)
        gather_digests(at)
        Process.objects.update(restricted=True)
        Membership.objects.filter(person=company.sam).delete()
        work()
        assert digests(post, "sam") == []
        assert Delivery.objects.get(person=company.sam).state == "withdrawn"

    def test_one_that_cannot_be_delivered_stands_on_home(
        self, company: Company, known: UUID, post: Post, clock: Clock
    ) -> None:
        published(SOONER, at=NEXT)
        post.refuses["sam@northwind.example"] = failing("No such mailbox.", permanent=True)
        at = clock.is_at(NEXT + HOUR)
        gather_digests(at)
        work()
        row = Note.objects.get(person=company.sam)
        assert (row.error, row.shown, row.sent_at is not None) == ("No such mailbox.", False, True)

    def test_one_that_cannot_be_delivered_now_is_tried_again(
        self, company: Company, known: UUID, post: Post, clock: Clock
    ) -> None:
        published(SOONER, at=NEXT)
        post.refuses["sam@northwind.example"] = failing("Too busy.", permanent=False)
        at = clock.is_at(NEXT + HOUR)
        gather_digests(at)
        work()
        row = Delivery.objects.get(person=company.sam)
        assert (row.state, row.error) == ("queued", "Too busy.")
        del post.refuses["sam@northwind.example"]
        Delivery.objects.update(not_before=real_now())
        work()
        assert len(digests(post, "sam")) == 1


class TestReplies:
    @pytest.mark.parametrize("text", ["seen", "Seen, thanks", "gelesen", "ok", "Gesehen.", "Got it!"])
    def test_seen_acknowledges(self, company: Company, post: Post, second: UUID, text: str) -> None:
        assert came(mail(post.last("sam"), text)) == "acknowledged: 1"
        row = Acknowledgement.objects.get(version=second, person=company.sam)
        assert (row.state, row.how, row.proof) == ("done", "mail", "mail")
        assert row.opened_at == Delivery.objects.get(person=company.sam).handed_at

    def test_somebody_else_acknowledges_nothing(self, company: Company, post: Post, second: UUID) -> None:
        became = came(mail(post.last("sam"), "seen", sender="bob@northwind.example"))
        assert became == "shown to the owner"
        assert state(second, company.sam) == "asked"
        told = Note.objects.get(person=company.vera, kind=NoteKind.PROPOSAL).text
        assert told == "Bob Stone, whom we had not written to, writes on “Close a client project”: seen"

    def test_machines_acknowledge_nothing(self, company: Company, post: Post, second: UUID) -> None:
        away = mail(post.last("sam"), "I am away until Monday.", Auto_Submitted="auto-replied")
        assert came(away).startswith("set aside")
        assert state(second, company.sam) == "asked"

    def test_twice_is_once(self, company: Company, post: Post, second: UUID) -> None:
        came(mail(post.last("sam"), "seen", message_id="<1@x.example>"))
        first = Acknowledgement.objects.get(version=second, person=company.sam).done_at
        assert came(mail(post.last("sam"), "seen", message_id="<2@x.example>")) == "acknowledged: 1"
        assert Acknowledgement.objects.get(version=second, person=company.sam).done_at == first

    def test_what_is_wrong_becomes_a_proposal(self, company: Company, post: Post, second: UUID) -> None:
        became = came(mail(post.last("sam"), "this is wrong: half an hour is too short at night"))
        assert became == "proposed for “Close a client project”"
        assert state(second, company.sam) == "asked"
        proposal = Proposal.objects.get()
        assert (proposal.by_id, proposal.sentence) == (
            company.sam,
            "this is wrong: half an hour is too short at night",
        )

    def test_a_doubtful_yes_acknowledges_nothing_and_is_not_lost(
        self, company: Company, post: Post, second: UUID
    ) -> None:
        became = came(mail(post.last("sam"), "Seen. But who decides at night?"))
        assert became == "proposed for “Close a client project”"
        assert state(second, company.sam) == "asked"

    def test_after_a_newer_version_it_says_so(self, company: Company, post: Post, second: UUID) -> None:
        published(SOONER_AND_LEGAL, at=NEXT + 2 * HOUR)
        became = came(mail(post.last("sam"), "seen"))
        assert became.startswith("Version 2 of “Close a client project” no longer asks you: a newer one is in effect")

    def test_who_may_no_longer_see_it_acknowledges_nothing(self, company: Company, post: Post, second: UUID) -> None:
        Process.objects.update(restricted=True)
        Membership.objects.filter(person=company.sam).delete()
        assert came(mail(post.last("sam"), "seen")).startswith("You are not asked to acknowledge this")
        assert state(second, company.sam) == "asked"


def test_a_letter_that_came_back_shows_nobody_anything(company: Company, post: Post, second: UUID) -> None:
    """The report names our Message-ID and came to that letter's own address, so it counts."""
    letter = post.last("sam")
    became = came(bounce(Delivery.objects.get(id=letter.key), letter.reply_to))
    assert became.startswith("could not be delivered")
    row = Note.objects.get(person=company.sam)
    assert (row.shown, bool(row.error)) == (False, True)
    assert Delivery.objects.get(person=company.sam).state == "failed"
    assert came(mail(letter, "seen")).startswith("noted: the letter asked for nothing")
    assert state(second, company.sam) == "asked"


@pytest.mark.parametrize("many", [1, 3])
def test_what_changed_for_me_costs_the_same_for_one_and_three(
    company: Company, known: UUID, many: int, django_assert_num_queries: object
) -> None:
    for n in range(many):
        published(SOONER.replace("Close a client project", f"Close project {n}"), at=NEXT)
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(changed_for_me(company.sam, NEXT + HOUR)) == many
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(to_acknowledge(company.sam, NEXT + HOUR)) == many
