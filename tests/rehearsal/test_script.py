"""Lines of a script: what they mean, and what is said to those that mean nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.kernel.events import (
    ActionEnded,
    AnswerArrived,
    AnswerWithdrawn,
    CaseCancelled,
    CaseResumed,
    CaseStarted,
    CaseSuspended,
    Event,
    FactsChanged,
    MessageArrived,
    RecordObserved,
    StepDeferred,
    StepDoneAhead,
    StepOverridden,
    StepReopened,
    StepRetried,
    StepSkipped,
)
from doorstep.kernel.program import ROOT, Kind, Node, Program, Verb
from doorstep.kernel.values import Money
from doorstep.reading.facts import FactKinds
from doorstep.reading.page import FactKind
from doorstep.rehearsal.script import Line, Made, NotUnderstood, event_of, id_of, read_line

AT = datetime(2026, 3, 6, 16, tzinfo=UTC)
PROGRAM = Program(
    (
        Node(ROOT, "Close", Kind.GROUP, parent=None),
        Node("k1", "Sign", Kind.ASK, verb=Verb.APPROVE),
        Node("k2", "Ship [2]", Kind.ASK),
        Node("k3", "Note", Kind.ASK),
    )
)
KINDS = FactKinds({"go-live": FactKind("date"), "value": FactKind("money"), "note": None}, currency="EUR")


def event(line: str) -> Event:
    return event_of(Made(read_line(line), AT, PROGRAM, KINDS))


# -- Lines -------------------------------------------------------------------------------------------


def test_a_line_is_json_with_do_and_maybe_a_time() -> None:
    line = read_line('{"do": "wait", "for": "PT4H", "at": "2026-03-06T16:00:00-05:00", "note": "mine"}')
    assert line == Line(
        "wait",
        {"do": "wait", "for": "PT4H", "at": "2026-03-06T16:00:00-05:00", "note": "mine"},
        datetime(2026, 3, 6, 16, tzinfo=timezone(timedelta(hours=-5))),
    )
    assert read_line({"do": "cancel", "at": "2026-03-06T16:00"}).at == AT
    assert line.length("for") == timedelta(hours=4)
    assert read_line({"do": "wait", "for": "P2W"}).length("for") == timedelta(days=14)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "Expected a line of JSON, but it cannot be read: Expecting property name"),
        ('{"do": "facts", "facts": {"a": NaN}}', "it cannot be read: NaN is no number."),
        ("[" * 100_000, "Expected a line of JSON, but it cannot be read"),
        ('{"a": ' + "9" * 5_000 + "}", "Expected a line of JSON, but it cannot be read"),
        ("[1]", 'Expected an object such as {"do": "start"}, but got [1].'),
        ("{}", "but got nothing."),
        ('{"do": 5}', "but got 5."),
        ('{"do": "anwser"}', 'but got "anwser". Did you mean "answer"?'),
        ('{"do": "zzzzzzzzzzzz"}', 'but got "zzzzzzzzzzzz".'),
        (
            '{"do": "wait", "at": "soon"}',
            'Expected a time such as "2026-03-06T16:00:00-05:00" in "at", but got "soon".',
        ),
        ('{"do": "wait", "at": 7}', 'in "at", but got 7.'),
    ],
)
def test_what_is_no_line_is_refused_with_what_was_expected(line: str, message: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        read_line(line)
    assert message in str(refusal.value)


@given(st.text())
def test_no_text_is_a_traceback(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_line(text)


@pytest.mark.parametrize("length", ["soon", "P1M", "-PT1H", "P"])
def test_a_wait_needs_a_length_of_time(length: str) -> None:
    with pytest.raises(NotUnderstood, match='Expected a duration such as "PT4H" or "P2D" in "for"'):
        read_line({"do": "wait", "for": length}).length("for")


# -- Steps -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key", "instance"),
    [("Sign", "k1", ()), ("Sign[0]", "k1", (0,)), ("Sign[2][13]", "k1", (2, 13)), ("Ship [2]", "k2", ())],
)
def test_steps_are_named_by_heading_and_instance(name: str, key: str, instance: tuple[int, ...]) -> None:
    assert id_of(PROGRAM, name) == (key, instance)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Sing", 'Expected a step of this page, but got "Sing". Did you mean "Sign"?'),
        ("Close", 'Expected a step of this page, but got "Close".'),
        ("[0]", 'Expected a step of this page, but got "[0]".'),
    ],
)
def test_an_unknown_step_is_refused(name: str, message: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        id_of(PROGRAM, name)
    assert str(refusal.value).startswith(message)


# -- Events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            '{"do": "start", "by": "ana", "facts": {"go-live": "2026-03-12", "value": 84000.50}}',
            CaseStarted(
                at=AT, by="ana", facts={"go-live": date(2026, 3, 12), "value": Money(Decimal("84000.50"), "EUR")}
            ),
        ),
        (
            '{"do": "answer", "step": "Sign[1]", "outcome": "approved", "by": "mira", "proof": "mail"}',
            AnswerArrived(at=AT, by="mira", step="k1", instance=(1,), outcome="approved", proof="mail"),
        ),
        ('{"do": "answer", "step": "Note"}', AnswerArrived(at=AT, step="k3", outcome="done")),
        ('{"do": "facts", "facts": {"note": null}}', FactsChanged(at=AT, facts={"note": None})),
        (
            '{"do": "action", "step": "Note", "result": "failed", "reason": "down"}',
            ActionEnded(at=AT, step="k3", result="failed", why="down"),
        ),
        ('{"do": "action", "step": "Note", "why": "x"}', ActionEnded(at=AT, step="k3", result="ok", why="x")),
        ('{"do": "observe", "step": "Note", "failed": "down"}', RecordObserved(at=AT, step="k3", failed="down")),
        (
            '{"do": "observe", "step": "Note", "facts": {"note": 1}}',
            RecordObserved(at=AT, step="k3", facts={"note": Decimal(1)}),
        ),
        ('{"do": "message", "name": "paid", "about": 7}', MessageArrived(at=AT, name="paid", about="7")),
        ('{"do": "message", "name": "paid", "about": null}', MessageArrived(at=AT, name="paid")),
        (
            '{"do": "skip", "step": "Note", "reason": "known", "by": "tom"}',
            StepSkipped(at=AT, by="tom", step="k3", reason="known"),
        ),
        (
            '{"do": "override", "step": "Note", "facts": {"note": "x"}}',
            StepOverridden(at=AT, step="k3", facts={"note": "x"}),
        ),
        ('{"do": "reopen", "step": "Note"}', StepReopened(at=AT, step="k3")),
        ('{"do": "defer", "step": "Note", "until": "2026-04-01"}', StepDeferred(at=AT, step="k3", until="2026-04-01")),
        ('{"do": "ahead", "step": "Sign"}', StepDoneAhead(at=AT, step="k1", outcome="approved")),
        ('{"do": "ahead", "step": "Note"}', StepDoneAhead(at=AT, step="k3", outcome="done")),
        (
            '{"do": "ahead", "step": "Sign", "outcome": "rejected"}',
            StepDoneAhead(at=AT, step="k1", outcome="rejected"),
        ),
        ('{"do": "retry", "step": "Note"}', StepRetried(at=AT, step="k3")),
        ('{"do": "withdraw answer", "step": "Sign"}', AnswerWithdrawn(at=AT, step="k1")),
        ('{"do": "suspend", "reason": "strike"}', CaseSuspended(at=AT, reason="strike")),
        ('{"do": "resume"}', CaseResumed(at=AT)),
        ('{"do": "cancel"}', CaseCancelled(at=AT)),
    ],
)
def test_each_line_is_an_event(line: str, expected: Event) -> None:
    assert event(line) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"do": "answer"}', 'Expected the text "step" to do "answer", but got nothing.'),
        ('{"do": "answer", "step": 5}', 'Expected the text "step" to do "answer", but got 5.'),
        ('{"do": "skip", "step": "Note", "by": []}', 'Expected the text "by" to do "skip", but got [].'),
        ('{"do": "facts", "facts": [1]}', 'Expected an object in "facts" to do "facts", but got [1].'),
        ('{"do": "facts", "facts": {"go-live": "soon"}}', "go-live: Expected a date such as 2026-03-12"),
        ('{"do": "facts", "facts": {"golive": "2026-03-12"}}', 'not a fact of this page. Did you mean "go-live"?'),
        (
            '{"do": "action", "step": "Note", "result": "good"}',
            'one of ok, failed, unknown in "result", but got "good".',
        ),
        ('{"do": "message", "name": "paid", "about": {}}', 'Expected a text or a number in "about", but got {}.'),
    ],
)
def test_a_line_that_does_not_fit_says_what_was_expected(line: str, message: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        event(line)
    assert message in str(refusal.value)
