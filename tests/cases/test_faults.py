"""Faults: a worker killed anywhere, two answering at once, a button pressed twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from email.message import EmailMessage
from uuid import UUID

import pytest
from django.db import connections
from tests.cases.company import FRIDAY, PAGE, Company
from tests.cases.killing import everywhere
from tests.cases.post import Post, Tracker, incoming, work

from doorstep.cases.act import act
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Action, Ask, Case, Delivery, Journal
from doorstep.cases.observe import observe
from doorstep.cases.receive import receive
from doorstep.cases.refusals import AlreadySettled, ChangedSinceOpened, NotPossible, Refused
from doorstep.cases.result import Result
from doorstep.cases.start_case import start_case
from doorstep.cases.verify import verify
from doorstep.people.models import ExternalAccount
from doorstep.plugin_api import IncomingReply, Letter, Observation

pytestmark = pytest.mark.database(transaction=True)

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
SIGN = "Sign off the contract"
SET = """\
# Close it

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| release | Jira issue | whoever starts |

## Close the release

- Set: release.Phase = "Live"
"""


def test_a_worker_killed_anywhere_loses_no_letter(company: Company, post: Post) -> None:
    version = company.publish()

    def before() -> None:
        post.sent.clear()
        start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY)

    def after(number: int) -> None:
        keys = [one.key for one in post.sent if one.to == "mira@northwind.example"]
        assert len(set(keys)) == 1, number  # the same letter, whatever happened: the same Message-ID
        assert len(keys) <= 2, number  # at most once more, after a kill between sending and recording
        assert not Delivery.objects.filter(state="queued").exists(), number

    statements = everywhere(work, before, after)
    assert statements > 20
    assert verify().findings == ()


def test_a_worker_killed_anywhere_writes_once_as_far_as_the_key_says(company: Company, tracker: Tracker) -> None:
    version = company.publish(SET)

    def before() -> None:
        tracker.written.clear()
        tracker.put("DEP-412", Phase="Built")
        start_case(version_id=version, facts={"release": "DEP-412"}, by=company.ana, at=FRIDAY)

    def after(number: int) -> None:
        case = Case.objects.latest("number")
        assert case.status == "done", number
        assert len({key for _, _, key in tracker.written}) == 1, number
        assert Journal.objects.filter(case_id=case.id, kind="ActionEnded").count() == 1, number

    assert everywhere(work, before, after) > 10


def test_a_worker_killed_anywhere_loses_no_reply(company: Company, post: Post) -> None:
    version = company.publish(PAGE.replace("- Proof: login\n", ""))
    cases: list[UUID] = []

    def before() -> None:
        post.sent.clear()
        cases.append(start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY).case_id)
        work()
        receive(with_changes(post.last("mira")))

    def after(number: int) -> None:
        ask = Ask.objects.filter(case_id=cases[-1], name=SIGN).earliest("round")
        assert (ask.state, ask.outcome) == ("answered", "changes wanted"), number
        kinds = Journal.objects.filter(case_id=cases[-1], kind__in=["AnswerArrived", "ChangesWanted"])
        assert sorted(kinds.values_list("kind", flat=True)) == ["AnswerArrived", "ChangesWanted"], number
        told = {one.key for one in post.sent if one.to == "ana@northwind.example" and "list.pdf" in str(one.paragraphs)}
        assert len(told) == 1, number
        assert not [one for one in post.sent if one.purpose == "clarify"], number

    assert everywhere(work, before, after) > 10


def with_changes(letter: Letter) -> IncomingReply:
    """Return a reply that wants changes, and brings them."""
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = letter.to, letter.reply_to, f"<{letter.key}@x.example>"
    message.set_content("Approved subject to the attached changes.")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="list.pdf")
    return incoming(message)


ON_THE_ISSUE = """\
# Ship it

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| release | Jira issue | whoever starts |

## Confirm the deployment

- Who: Delivery engineer
- Where: Jira, in {release}

## Tell the starter

- Tell: whoever started this

> It is live.
"""


def test_a_worker_killed_anywhere_takes_a_question_back_and_tells_what_is_done(
    company: Company, tracker: Tracker, post: Post
) -> None:
    version = company.publish(ON_THE_ISSUE)

    def before() -> None:
        post.sent.clear()
        tracker.withdrawn.clear()
        tracker.put("DEP-412")
        case_id = start_case(version_id=version, facts={"release": "DEP-412"}, by=company.ana, at=FRIDAY).case_id
        work()
        ask = Ask.objects.get(case_id=case_id)
        answer_ask(ask_id=ask.id, outcome="done", by=company.sam, proof="login", at=FRIDAY)

    def after(number: int) -> None:
        assert Case.objects.latest("number").status == "done", number
        assert 1 <= len(tracker.withdrawn) <= 2, number  # editing a comment twice says the same
        told = [one.key for one in post.sent if one.quotation]
        assert (len(set(told)), len(told) <= 2) == (1, True), number
        assert not Delivery.objects.filter(state="queued").exclude(purpose="status").exists(), number

    assert everywhere(work, before, after) > 10


def test_a_worker_killed_anywhere_looks_again_and_takes_one_answer(company: Company, tracker: Tracker) -> None:
    version = company.publish(ON_THE_ISSUE)
    cases: list[UUID] = []

    def before() -> None:
        tracker.put("DEP-412")
        cases.append(start_case(version_id=version, facts={"release": "DEP-412"}, by=company.ana, at=FRIDAY).case_id)
        work()
        ExternalAccount.objects.get_or_create(person=company.people["sam"], system="Jira", external_id="sam-1")
        tracker.put("DEP-412", outcome="done", by="sam-1")
        assert observe(Observation("Jira", "DEP-412")) >= 1

    def after(number: int) -> None:
        ask = Ask.objects.get(case_id=cases[-1])
        assert (ask.outcome, ask.answered_by, ask.proof) == ("done", company.sam, "login"), number
        assert Journal.objects.filter(case_id=cases[-1], kind="AnswerArrived").count() == 1, number

    assert everywhere(work, before, after) > 10


def together(*doing: Callable[[], object]) -> list[object]:
    """Do several things at once, each on a connection of its own; return what they returned or raised."""
    start, found = threading.Barrier(len(doing)), [None] * len(doing)

    def run(place: int, do: Callable[[], object]) -> None:
        start.wait()
        try:
            found[place] = do()  # type: ignore[call-overload]
        except Refused as error:
            found[place] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, do)) for place, do in enumerate(doing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(found)


def sign(company: Company, ask: UUID, outcome: str, *, key: str = "") -> Result:
    return answer_ask(ask_id=ask, outcome=outcome, by=company.mira, proof="login", at=FRIDAY, key=key)


def test_of_two_answers_at_once_one_wins_and_the_other_hears_it(company: Company) -> None:
    version = company.publish()
    for _ in range(5):
        case_id = start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY).case_id
        ask = Ask.objects.get(case_id=case_id, name=SIGN).id
        found = together(lambda: sign(company, ask, "approved"), lambda: sign(company, ask, "approved"))  # noqa: B023
        kinds = sorted(type(one).__name__ for one in found)
        assert kinds == ["AlreadySettled", "Result"]
        assert "approved by Mira Holt" in str(next(one for one in found if isinstance(one, AlreadySettled)))


def test_a_double_press_is_answered_with_what_was_recorded(company: Company) -> None:
    version = company.publish()
    for _ in range(5):
        case_id = start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY).case_id
        ask = Ask.objects.get(case_id=case_id, name=SIGN).id

        def press(ask: UUID = ask) -> Result:
            return sign(company, ask, "approved", key="form 7")

        one, other = together(press, press)
        assert isinstance(one, Result)
        assert isinstance(other, Result)
        assert {one.repeated, other.repeated} == {True, False}
        assert (one.seq, one.outcome, one.by) == (other.seq, other.outcome, other.by)
        assert Journal.objects.filter(case_id=case_id, kind="AnswerArrived").count() == 1


def test_starting_twice_with_one_key_starts_once_and_leaves_no_gap(company: Company) -> None:
    version = company.publish()
    one, other = (
        start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY, key="form 8") for _ in range(2)
    )
    assert (one.case_id, one.number, other.repeated) == (other.case_id, 1, True)
    assert start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY).number == 2
    assert verify().findings == ()


def test_many_starts_at_once_have_numbers_without_gaps(company: Company) -> None:
    version = company.publish()
    start = lambda: start_case(version_id=version, facts=FACTS, by=company.ana, at=FRIDAY).number  # noqa: E731
    assert sorted(str(one) for one in together(*[start] * 4)) == ["1", "2", "3", "4"]


def test_an_answer_to_what_was_withdrawn_is_refused_in_words(company: Company) -> None:
    from doorstep.cases.cancel import cancel

    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    ask = Ask.objects.get(case_id=case_id, name=SIGN).id
    cancel(case_id=case_id, by=company.ana, reason="Called off.", at=FRIDAY)
    with pytest.raises(AlreadySettled, match="it was withdrawn"):
        sign(company, ask, "approved")


def test_what_changed_since_it_was_opened_is_not_approved_unseen(company: Company) -> None:
    from doorstep.cases.change_facts import change_facts
    from doorstep.cases.view import ask_view, changed_since

    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    ask = Ask.objects.get(case_id=case_id, name=SIGN)
    opened = ask_view(ask, reader=company.mira, at=FRIDAY)
    change_facts(case_id=case_id, facts={"value": 90000}, by=company.ana, at=FRIDAY)
    with pytest.raises(ChangedSinceOpened):
        answer_ask(ask_id=ask.id, outcome="approved", by=company.mira, proof="login", seen=opened.seen, at=FRIDAY)
    difference = changed_since(ask, seen={one.name: one.value for one in opened.covered})
    assert [(one.label, one.before, one.now) for one in difference] == [("value", "EUR 84,000.00", "EUR 90,000.00")]


def test_a_killer_item_left_unticked_is_refused(company: Company) -> None:
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    ask = Ask.objects.get(case_id=case_id, name="Confirm the deployment").id
    with pytest.raises(NotPossible, match="must be ticked"):
        answer_ask(ask_id=ask, outcome="done", by=company.sam, proof="link", ticked=(), at=FRIDAY)
    ticked = ("The rollback was tried this week",)
    answer_ask(ask_id=ask, outcome="done", by=company.sam, proof="link", ticked=ticked, at=FRIDAY)


def test_a_working_day_over_the_night_the_clocks_go_forward_ends_at_the_same_time_of_day(company: Company) -> None:
    page = PAGE.replace("- Due: 1 hour", "- Due: 1 working day")
    start_case(version_id=company.publish(page), facts=FACTS, by=company.ana, at=FRIDAY)
    ask = Ask.objects.get(name="Confirm the deployment")
    assert str(ask.due_at) == "2026-03-09 20:00:00+00:00"  # Monday 16:00 in New York, an hour of UTC earlier


def test_somebody_who_left_is_not_asked_and_the_step_says_so(company: Company) -> None:
    company.people["mira"].left_on = FRIDAY.date()
    company.people["mira"].save()
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    assert Case.objects.get(id=case_id).stuck == 1
    assert not Ask.objects.filter(name=SIGN).exists()


def test_acting_twice_on_one_row_ends_it_once(company: Company, tracker: Tracker) -> None:
    tracker.put("DEP-412", Phase="Built")
    start_case(version_id=company.publish(SET), facts={"release": "DEP-412"}, by=company.ana, at=FRIDAY)
    row = Action.objects.get()
    act(row)
    act(row)
    assert Journal.objects.filter(kind="ActionEnded").count() == 1
    assert Case.objects.get().status == "done"
