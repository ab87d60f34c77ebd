"""Rule 12: what does not fit is refused with a sentence, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.kernel.programs import (
    ANA,
    AT,
    MIRA,
    Case,
    action,
    approve,
    ask,
    at_once,
    fill_in,
    program,
    refused,
    run,
    start,
    when,
)

from doorstep.kernel import events as happened
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.program import AskInstead, ForEach, GoBack, Spec


def open_case() -> Case:
    """A case with one of everything to get wrong."""
    return start(
        at_once(
            "G",
            approve("Sign", not_by=frozenset({"", "Done before"})),
            fill_in("Fill", "date", "name"),
            action("Act"),
            run("Run"),
            ask("Each", each=ForEach(when("two", list), "item")),
            ask("Due", due=Spec("1 day")),
            ask("Done before"),
        ),
        ask("Later"),
        facts={"two": [1, 2]},
    )


REFUSED: list[tuple[Callable[[Case], object], str]] = [
    (lambda c: c.answer("Nothing"), 'Expected a step of this process, but got "Nothing".'),
    (lambda c: c.answer(""), 'Expected a step of this process, but got "".'),
    (lambda c: c.answer("Sign", "maybe"), 'Expected one of approved, rejected, changes wanted for "Sign", but got "maybe".'),
    (lambda c: c.answer("Fill", "rejected"), 'Expected done for "Fill", but got "rejected".'),
    (lambda c: c.answer("Later"), 'Expected "Later" to be open, but it is idle.'),
    (lambda c: c.answer("Act"), 'Expected a step that asks somebody, but "Act" does not.'),
    (lambda c: c.answer("Sign", "approved", round=2), 'Expected round 1 of "Sign", but got round 2: it was asked anew.'),
    (lambda c: c.answer("Sign", "approved", by=ANA), f'Expected somebody else for "Sign", but {ANA} started this.'),
    (lambda c: c.answer("Sign", "approved", by=None), 'Expected to know who answers "Sign": whoever started this may not.'),
    (lambda c: c.override("Sign", by=ANA), f'Expected somebody else for "Sign", but {ANA} started this.'),
    (lambda c: c.answer("Fill"), 'Expected date, name for "Fill", but date and name are missing.'),
    (lambda c: c.answer("Fill", date="x"), 'Expected date, name for "Fill", but name is missing.'),
    (lambda c: c.answer("Each"), 'Expected a step that asks somebody, but "Each" does not.'),
    (lambda c: c.answer("Each[2]"), 'Expected an instance of "Each" that exists, but got "Each[2]".'),
    (lambda c: c.answer("Each[0][0]"), 'Expected an instance of "Each" that exists, but got "Each[0][0]".'),
    (lambda c: c.answer("Sign[0]", "approved"), 'Expected an instance of "Sign" that exists, but got "Sign[0]".'),
    (lambda c: c.observe("Sign"), 'Expected a step whose records are watched, but those of "Sign" are not.'),
    (lambda c: c.ended("Sign"), 'Expected an action, but "Sign" is none.'),
    (lambda c: c.ended("Act", "maybe"), 'Expected one of ok, failed, unknown for "Act", but got "maybe".'),
    (lambda c: c.ended("Act", round=3), 'Expected round 1 of "Act", but got round 3: it was asked anew.'),
    (lambda c: c.fires("Sign"), 'Expected a timer of "Sign" that runs, but "due" does not.'),
    (lambda c: c.fires("Due", "wait"), 'Expected a timer of "Due" that runs, but "wait" does not.'),
    (lambda c: c.fires("Due", round=2), 'Expected round 1 of "Due", but got round 2: it was asked anew.'),
    (lambda c: c.case_ended("Act"), 'Expected a case that "Act" started, but it has none that runs.'),
    (lambda c: c.not_found("Later"), 'Expected "Later" to be open, but it is idle.'),
    (lambda c: c.reopen("Later"), 'Expected "Later" to be cancelled, deferred, done, not needed, not taken, overridden, skipped or stuck, but it is idle.'),
    (lambda c: c.ahead("Sign", "approved"), 'Expected "Sign" not to have opened yet, but it is open.'),
    (lambda c: c.ahead("Later", "approved"), 'Expected one of done, rejected for "Later", but got "approved".'),
    (lambda c: c.retry("Sign"), 'Expected "Sign" to be stuck, but it is open.'),
    (lambda c: c.reassign("Later", "jon"), 'Expected "Later" to be open, but it is idle.'),
    (lambda c: c.reassign("Act", "jon"), 'Expected a step that asks somebody, but "Act" does not.'),
    (lambda c: c.start(), "Expected a new case, but it has started already."),
]  # fmt: skip


@pytest.mark.parametrize(("event", "sentence"), REFUSED, ids=[sentence for _, sentence in REFUSED])
def test_it_is_refused_and_nothing_has_changed(event: Callable[[Case], object], sentence: str) -> None:
    case = open_case()
    before, journal = case.state, list(case.journal)
    with pytest.raises(EventNotExpected) as refused:
        event(case)
    assert str(refused.value) == sentence
    assert (case.state, case.journal) == (before, journal)


def test_whoever_did_another_step_is_excluded_from_then_on() -> None:
    case = open_case().answer("Done before", by=MIRA)
    with refused(f'Expected somebody else for "Sign", but {MIRA} did "Done before".'):
        case.answer("Sign", "approved", by=MIRA)
    assert case.answer("Sign", "approved", by="jon").status("Sign") == "done"


def test_done_ahead_by_an_excluded_person() -> None:
    case = start(ask("A"), approve("B", not_by=frozenset({""})))
    with refused(f"but {ANA} started this."):
        case.ahead("B", "approved", by=ANA)


def test_done_ahead_by_somebody_who_is_excluded_when_its_turn_comes() -> None:
    case = start(ask("A"), approve("B", not_by=frozenset({"A"}))).ahead("B", "approved", by=MIRA)
    case.answer("A", by=MIRA)
    assert (case.given, case.deviations) == (["SendAsk B"], [("refused", "B")])
    assert case.answer("B", "approved", by="jon").case == "done"


def test_an_answer_kept_of_somebody_who_is_excluded_by_now() -> None:
    last = approve("C", if_rejected=(GoBack("A"),))
    case = start(ask("A"), approve("B", not_by=frozenset({"A"}), covers=("text",)), last, facts={"text": "v1"})
    case.answer("A", by=ANA).answer("B", "approved", by=MIRA).answer("C", "rejected", by=ANA)
    assert case.answer("A", by=MIRA).given == ["SendAsk B (round 2)"]


def test_done_ahead_with_a_fact_missing() -> None:
    case = start(ask("A"), fill_in("B", "date"))
    with refused('Expected date for "B", but date is missing.'):
        case.ahead("B")


def test_nobody_is_excluded_where_nobody_is_known() -> None:
    case = start(approve("A", not_by=frozenset({"", "Gone", "B"})), ask("B"), by=None)
    assert case.answer("A", "approved", by=None).status("A") == "done"


def test_settled_steps_are_not_settled_again() -> None:
    case = start(ask("A"), ask("B")).answer("A")
    for verb in (case.skip, case.override, case.defer):
        with refused('Expected "A" to be idle, waiting, open or stuck, but it is done.'):
            verb("A")


def test_an_action_that_a_person_does_now_ends_no_more() -> None:
    case = start(action("A", if_fails=(AskInstead("boss"),)), ask("B")).ended("A", "failed")
    with refused('Expected an action that was called, but "A" is no such one.'):
        case.ended("A")


def test_nothing_happens_before_the_start() -> None:
    case = Case(program(ask("A")))
    with refused("Expected the case to be started first."):
        case.answer("A")


def test_a_required_fact_is_missing_at_the_start() -> None:
    case = Case(program(ask("A"), required=frozenset({"contract", "value"})))
    with refused("Expected contract, value to start, but they are missing."):
        case.start()
    with refused("Expected value to start, but it is missing."):
        case.start(contract="c.pdf")
    assert case.start(contract="c.pdf", value=5).case == "open"


def test_a_late_event_of_a_closed_case_is_refused() -> None:
    case = start(ask("A")).answer("A")
    with refused("Expected a case that is open, but it is done."):
        case.answer("A")
    failed = start(ask("A")).take(happened.CaseCancelled(at=AT))
    with refused("Expected a case that is open, but it is cancelled."):
        failed.answer("A")
