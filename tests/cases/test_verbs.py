"""What the verbs do to a case, the batch, links, files and rates."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, PAGE, Company
from tests.cases.post import Post, work

from doorstep.cases import pace, store, tokens
from doorstep.cases.add_step import add_step
from doorstep.cases.answer_ask import Given, answer_ask
from doorstep.cases.answer_many import answer_many
from doorstep.cases.cancel import cancel
from doorstep.cases.clock import real_now
from doorstep.cases.defer import defer
from doorstep.cases.done_ahead import done_ahead
from doorstep.cases.links import mail_a_fresh_one, open_link
from doorstep.cases.migrate import dry_run, migrate
from doorstep.cases.models import Ask, Blob, Case, Deviation, Home, Lookup
from doorstep.cases.override import override
from doorstep.cases.pages import indexed
from doorstep.cases.queries import i_wait_for, stuck, waits_for_me
from doorstep.cases.refusals import AlreadySettled, NotFound, NotPossible
from doorstep.cases.result import Result
from doorstep.cases.skip import skip
from doorstep.cases.start_case import start_case
from doorstep.cases.verify import verify
from doorstep.cases.view import case_view
from doorstep.people.models import Membership, Role

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
CONFIRM, SIGN, FILL = "Confirm the deployment", "Sign off the contract", "Confirm logistics"


def started(company: Company, text: str = PAGE) -> UUID:
    return start_case(version_id=company.publish(text), facts=FACTS, by=company.ana, at=FRIDAY).case_id


def key_of(case_id: UUID, name: str) -> str:
    page = indexed(Case.objects.get(id=case_id).version_id)
    return next(node.key for node in page.nodes.values() if node.name == name)


def statuses(case_id: UUID) -> dict[str, str]:
    return {step.name: step.node.status for step in case_view(Case.objects.get(id=case_id), at=FRIDAY).steps}


def test_skipping_overriding_and_deferring_settle_a_step_and_leave_a_trace(company: Company) -> None:
    case_id = started(company)
    skip(case_id=case_id, step=key_of(case_id, CONFIRM), by=company.vera, reason="Seen live.", at=FRIDAY)
    defer(case_id=case_id, step=key_of(case_id, SIGN), by=company.vera, reason="Next week.", at=FRIDAY)
    facts = {"go-live": "2026-03-12", "contact": "kim@halden.example"}
    override(case_id=case_id, step=key_of(case_id, FILL), by=company.vera, reason="By phone.", facts=facts, at=FRIDAY)
    found = statuses(case_id)
    assert (found[CONFIRM], found[SIGN], found[FILL]) == ("skipped", "deferred", "overridden")
    assert Case.objects.get(id=case_id).status == "done"
    assert not Home.objects.exists()
    kept = Deviation.objects.order_by("at", "id").values_list("kind", "reason", "person")
    assert list(kept) == [
        ("skipped", "Seen live.", company.vera),
        ("deferred", "Next week.", company.vera),
        ("overridden", "By phone.", company.vera),
    ]


def test_a_step_done_ahead_is_not_asked(company: Company) -> None:
    text = PAGE.replace("- Order: all at once\n\n", "")
    case_id = started(company, text)
    facts = {"go-live": "2026-03-12", "contact": "kim@halden.example"}
    done_ahead(case_id=case_id, step=key_of(case_id, FILL), by=company.priya, reason="Told me.", facts=facts, at=FRIDAY)
    for name, by, outcome in ((CONFIRM, company.sam, "done"), (SIGN, company.mira, "approved")):
        ask = Ask.objects.get(case_id=case_id, name=name).id
        answer_ask(ask_id=ask, outcome=outcome, by=by, proof="login", at=FRIDAY)
    assert not Ask.objects.filter(name=FILL).exists()
    assert Case.objects.get(id=case_id).status == "done"


def test_a_step_is_added_asked_and_outlives_a_reload(company: Company) -> None:
    case_id = started(company)
    card = {"Who": "Legal counsel", "Approve": "{contract}", "If rejected": "go on"}
    after = key_of(case_id, CONFIRM)
    add_step(case_id=case_id, after=after, name="Check the annex", card=card, by=company.ana, at=FRIDAY)
    ask = Ask.objects.get(case_id=case_id, name="Check the annex")
    assert (ask.display, ask.verb, ask.least_proof) == ("Mira Holt", "approve", "mail")
    from doorstep.cases import loaded

    loaded._states.clear()
    answer_ask(ask_id=ask.id, outcome="approved", by=company.mira, proof="mail", at=FRIDAY)
    assert statuses(case_id)["Check the annex"] == "done"
    assert verify().findings == ()


def test_an_added_card_that_is_wrong_is_refused_in_words(company: Company) -> None:
    case_id = started(company)
    with pytest.raises(NotPossible):
        add_step(
            case_id=case_id, after=key_of(case_id, CONFIRM), name="X", card={"Whom": "Legal counsel"}, by=company.ana
        )


def test_moving_to_a_newer_page_keeps_what_is_settled(company: Company) -> None:
    case_id = started(company)
    ask = Ask.objects.get(case_id=case_id, name=CONFIRM).id
    answer_ask(ask_id=ask, outcome="done", by=company.sam, proof="link", at=FRIDAY)
    more = PAGE.replace("## Tell the client", "## Check the books\n\n- Who: Account manager\n\n## Tell the client")
    newer = company.publish(more)
    assert dry_run(case_id=case_id, version_id=newer, by=company.vera, at=FRIDAY).gone == ()
    migrate(case_id=case_id, version_id=newer, by=company.vera, at=FRIDAY)
    found = statuses(case_id)
    assert (found[CONFIRM], found["Check the books"]) == ("done", "idle")
    assert verify().findings == ()


def test_a_batch_answers_many_cases_at_once_and_says_what_was_refused(company: Company) -> None:
    cases = [started(company) for _ in range(3)]
    asks = [Ask.objects.get(case_id=case_id, name=CONFIRM).id for case_id in cases]
    late = asks[0]
    answer_ask(ask_id=late, outcome="done", by=company.sam, proof="link", at=FRIDAY)
    given = [Given(ask_id=ask, outcome="done", by=company.sam, proof="link", key=f"b{ask}") for ask in asks]
    found = answer_many(given=given, at=FRIDAY)
    assert isinstance(found[late], AlreadySettled)
    assert [isinstance(found[ask], Result) for ask in asks[1:]] == [True, True]
    again = answer_many(given=given, at=FRIDAY)
    assert [getattr(again[ask], "repeated", None) for ask in asks[1:]] == [True, True]
    assert set(Ask.objects.filter(name=CONFIRM).values_list("state", flat=True)) == {"answered"}
    assert verify().findings == ()


def test_home_shows_what_waits_for_a_person_and_for_their_roles(company: Company) -> None:
    Membership.objects.create(person=company.people["bob"], role=Role.objects.get(name="Legal counsel"))
    case_id = started(company)
    assert [one.name for one in waits_for_me(company.mira, at=FRIDAY)] == [SIGN]
    assert [one.name for one in waits_for_me(company.bob, at=FRIDAY)] == [SIGN]
    assert waits_for_me(company.eve, at=FRIDAY) == []
    assert [one.case.id for one in i_wait_for(company.ana, at=FRIDAY)] == [case_id]
    assert Home.objects.filter(name=SIGN).count() == 1  # a role is one row


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_number_of_queries_however_long(
    company: Company, count: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(count):
        started(company)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert len(i_wait_for(company.ana, at=FRIDAY)) == count


def test_a_stuck_case_is_listed_for_its_owner(company: Company) -> None:
    company.people["mira"].left_on = FRIDAY.date()
    company.people["mira"].save()
    case_id = started(company)
    assert [one.id for one in stuck(company.vera)] == [case_id]
    assert stuck(company.bob) == []


# -- Links ---------------------------------------------------------------------------------------------


def test_a_link_opens_its_ask_and_opening_changes_nothing(company: Company, post: Post) -> None:
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana).case_id
    work()
    token = post.last("mira").page_url.rsplit("/", 1)[-1]
    before = Case.objects.values().get(id=case_id)
    link = open_link(token.upper())
    assert (link.ask.name, link.person and link.person.name, link.works) == (SIGN, "Mira Holt", True)
    assert Case.objects.values().get(id=case_id) == before
    assert not Lookup.objects.filter(hash=token.encode()).exists()
    with pytest.raises(NotFound, match="leads nowhere"):
        open_link("a" * 26)


def test_an_expired_link_mails_a_fresh_one(company: Company, post: Post) -> None:
    start_case(version_id=company.publish(), facts=FACTS, by=company.ana)
    work()
    token = post.last("mira").page_url.rsplit("/", 1)[-1]
    Lookup.objects.update(expires_at=real_now() - timedelta(days=1))
    link = open_link(token)
    assert not link.works
    mail_a_fresh_one(link)
    work()
    fresh = post.last("mira").page_url.rsplit("/", 1)[-1]
    assert fresh != token
    assert open_link(fresh).works
    assert tokens.revoke(link.ask.id) == 2
    assert not open_link(fresh).works


def test_an_ask_of_a_cancelled_case_is_gone(company: Company) -> None:
    case_id = started(company)
    cancel(case_id=case_id, by=company.ana, reason="Lost.", at=FRIDAY)
    assert Case.objects.get(id=case_id).status == "cancelled"
    assert set(Ask.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert waits_for_me(company.mira, at=FRIDAY) == []


# -- Files and rates -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("db")
def test_a_file_is_kept_once_by_its_content() -> None:
    one = store.keep("../etc/Contract.pdf", b"%PDF", "application/pdf")
    other = store.keep("Copy.pdf", b"%PDF", "application/pdf")
    assert (one.name, other.name, one.sha256 == other.sha256) == ("Contract.pdf", "Copy.pdf", True)
    assert Blob.objects.count() == 1
    assert store.content_of(one) == b"%PDF"


@pytest.mark.usefixtures("db")
def test_a_file_that_is_too_large_is_refused_in_words() -> None:
    with pytest.raises(NotPossible, match="at most 25 MiB"):
        store.keep("film.mov", b"\0" * (store.LIMIT + 1))


@pytest.mark.usefixtures("db")
def test_a_rate_lets_a_few_go_at_once_and_then_one_by_one() -> None:
    now = real_now()
    assert pace.take("mail", per_minute=30, wanted=20, now=now) == 5
    assert pace.take("mail", per_minute=30, wanted=20, now=now) == 0
    assert pace.take("mail", per_minute=30, wanted=20, now=now + timedelta(seconds=4)) == 2
    pace.give_back("mail", unused=1)
    assert pace.take("mail", per_minute=30, wanted=20, now=now + timedelta(seconds=4)) == 1
