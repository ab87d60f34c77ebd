"""Rules 10 and 13: messages, waits, timers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.kernel.programs import ask, at_once, start, tells, wait, when

from doorstep.kernel.program import ForEach, Skip, Spec
from doorstep.kernel.values import FileRef, Money


def test_a_wait_for_a_time() -> None:
    case = start(wait("A", spec=Spec("2 days")), ask("B"))
    assert (case.status("A"), case.given) == ("open", ["StartTimer A wait"])
    assert case.fires("A", "wait").given == ["SendAsk B"]
    assert case["A"].how == "automatic"


def test_a_wait_for_a_date_that_is_not_known_yet() -> None:
    case = start(wait("A", spec=Spec("until {date}", ("date",))), ask("B"))
    assert (case.status("A"), case.given) == ("open", [])
    assert case.facts(date="2026-04-01").given == ["StartTimer A wait"]
    assert case.facts(date="2026-04-02").given == ["WithdrawTimer A wait", "StartTimer A wait"]
    assert case.facts(date=None).given == ["WithdrawTimer A wait"]


def test_a_wait_for_a_message() -> None:
    case = start(wait("A", message="paid", due=Spec("1 day"), if_late=(Skip(),)), ask("B"))
    assert case.given == ["StartTimer A due"]
    case.message("sent")
    assert case.status("A") == "open"
    assert case.message("paid", amount=5).given == ["WithdrawTimer A due", "SendAsk B"]
    assert case.state.facts["amount"] == 5


def test_a_wait_can_be_late() -> None:
    assert (
        start(wait("A", message="paid", due=Spec("1 day"), if_late=(Skip(),)), ask("B")).fires("A").status("B")
        == "open"
    )


def test_what_it_is_about_is_compared_as_text() -> None:
    case = start(wait("A", message="paid", about=when("invoice", str)), ask("B"), facts={"invoice": 4711})
    case.message("paid", about="4712")
    assert case.status("A") == "open"
    assert case.message("paid", about="4711").status("A") == "done"
    assert [message.about for message in case.state.messages] == ["4712"]


@pytest.mark.parametrize(
    ("subject", "about"),
    [
        ({"key": "DEP-412", "Status": "Done"}, "DEP-412"),
        (FileRef("contract.pdf"), "contract.pdf"),
        (Money(Decimal("250.00"), "EUR"), "250"),
        (date(2026, 3, 9), "2026-03-09"),
    ],
)
def test_a_subject_is_known_by_what_people_call_it(subject: object, about: str) -> None:
    waits = wait("A", message="paid", about=when("subject", lambda value: value))
    assert start(waits, ask("B"), facts={"subject": subject}).message("paid", about=about).status("A") == "done"


def test_a_record_without_a_key_matches_nothing() -> None:
    waits = wait("A", message="paid", about=when("subject", lambda value: value))
    assert start(waits, facts={"subject": {"Status": "Done"}}).message("paid", about="Done").status("A") == "open"


def test_an_unknown_subject_matches_nothing_yet() -> None:
    case = start(wait("A", message="paid", about=when("invoice", str)), ask("B")).message("paid", about="4711")
    assert case.status("A") == "open"
    assert case.facts(invoice="4711").status("A") == "done"
    assert case.state.messages == ()


def test_messages_nothing_waits_for_are_kept_for_the_first_wait_that_matches() -> None:
    case = start(ask("A"), wait("B", message="paid"), wait("C", message="paid"))
    case.message("paid", amount=1).message("paid", amount=2).answer("A")
    assert (case.case, case.state.facts["amount"], case.state.messages) == ("done", 2, ())


def test_a_wait_that_opens_takes_the_first_that_is_for_it() -> None:
    case = start(ask("A"), wait("B", message="paid"), ask("C")).message("sent").message("paid").answer("A")
    assert (case.status("B"), [message.name for message in case.state.messages]) == ("done", ["sent"])


def test_the_last_hundred_are_kept() -> None:
    case = start(ask("A"))
    for number in range(103):
        case.message("paid", about=str(number))
    assert [message.about for message in case.state.messages] == [str(number) for number in range(3, 103)]


def test_one_message_is_for_one_wait_in_page_order() -> None:
    case = start(at_once("G", wait("A", message="paid"), wait("B", message="paid"))).message("paid")
    assert case.statuses == {"G": "open", "A": "done", "B": "open"}


def test_a_message_finds_its_instance() -> None:
    each = ForEach(when("invoices", list), "invoice")
    case = start(wait("A", message="paid", about=when("invoice", str), each=each), facts={"invoices": ["7", "8"]})
    case.message("paid", about="8")
    assert case.statuses == {"A": "open", "A[0]": "open", "A[1]": "done"}


def test_a_message_for_a_wait_that_has_opened_before() -> None:
    case = start(wait("A", message="paid"), tells("B")).message("paid")
    assert case.given == ["Tell B tell to somebody", "CloseCase"]


# -- Timers (rule 13) -------------------------------------------------------------------------------------------------


def test_a_timer_carries_a_spec_never_an_instant() -> None:
    spec = Spec("2 working days by 17:00", whose="Legal counsel")
    assert start(ask("A", due=spec)).commands[1].spec == spec


def test_a_changed_fact_restarts_the_due_time_and_it_is_no_longer_late() -> None:
    case = start(ask("A", due=Spec("{date}", ("date",))), facts={"date": "2026-03-09"}).fires("A")
    assert case["A"].late
    case.facts(date="2026-03-20")
    assert (case["A"].late, case.given) == (False, ["StartTimer A due"])


def test_a_deferred_step_reminds_a_person_at_its_date() -> None:
    case = start(ask("A"), ask("B")).defer("A", until="2026-04-01")
    assert (case.status("A"), case.given) == ("deferred", ["WithdrawAsk A", "StartTimer A deferred", "SendAsk B"])
    assert case.commands[1].spec == Spec("2026-04-01")
    case.fires("A", "deferred")
    assert (case.status("A"), case.given) == ("deferred", ["Tell A deferred"])
    assert case.commands[0].why == '"A" was put off until now.'


def test_a_fact_of_an_instance_restarts_its_timer_alone() -> None:
    each = ForEach(when("dates", list), "date")
    case = start(ask("A", due=Spec("{date}", ("date",)), each=each), facts={"dates": ["1", "2"]})
    assert case.facts(dates=["1", "3"]).given == ["WithdrawTimer A[1] due", "StartTimer A[1] due"]
