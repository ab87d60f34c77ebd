"""The test set of replies we wrote: every one is understood as it must be, and none decides wrongly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.understanding.shapes import APPROVE, CONFIRM, SHAPES, TODAY, Written, written

from doorstep.understanding import Answer, Kind, understand
from doorstep.understanding.vocabulary import LANGUAGES, vocabulary

ALL = list(written())


def understood(each: Written) -> Answer:
    return understand(
        text=each.text, ask=SHAPES[each.ask], today=TODAY, attachments=each.attachments, author="Mira Holt"
    )


@pytest.mark.parametrize("each", ALL, ids=lambda each: f"{each.ask}: {each.text[:40]!r}")
def test_a_reply_is_understood_as_it_must_be(each: Written) -> None:
    answer = understood(each)
    assert (answer.kind.value, answer.why != "") == (each.kind, True)
    if each.facts is not None:
        assert dict(answer.facts) == each.facts
    if each.when is not None:
        assert answer.when == each.when
    if each.at is not None:
        assert answer.at == each.at
    if each.delegate is not None:
        assert answer.delegate == each.delegate


def test_no_reply_is_ever_decided_wrongly() -> None:
    """The figure in docs/reference/understanding.md: decisions that are not what was meant."""
    wrong = [each.text for each in ALL if (answer := understood(each)).decides and answer.kind.value != each.kind]
    assert wrong == []


EXAMPLE_SHAPES = {
    "approved": ("approve",),
    "rejected": ("approve", "confirm"),
    "changes wanted": ("approve",),
    "done": ("confirm",),
    "read": ("read",),
    "chosen": ("choose",),
    "withdrawn": ("approve", "confirm", "read"),
    "promised": ("approve", "confirm", "read"),
    "delegated": ("approve", "confirm", "read"),
    "away": ("approve", "read"),
}
EXAMPLES = [
    (ask, name, example.replace("{a}", "Alpha"))
    for language in LANGUAGES
    for name, phrases in vocabulary(language).answers.items()
    for example in phrases.examples
    for ask in EXAMPLE_SHAPES[name]
]


@pytest.mark.parametrize(("ask", "name", "example"), EXAMPLES)
def test_every_example_in_a_vocabulary_reads_as_its_answer(ask: str, name: str, example: str) -> None:
    answer = understand(text=example, ask=SHAPES[ask], today=TODAY, author="Mira Holt")
    assert answer.kind.value == {"read": "done"}.get(name, name)


@pytest.mark.parametrize(
    ("body", "ask", "kind"),
    [
        ("approved", "approve", "approved"),
        ("rejected: ", "approve", "rejected"),
        ("need longer: ", "approve", "promised"),
        ("done", "confirm", "done"),
        ("rejected: ", "confirm", "rejected"),
        ("need longer: ", "confirm", "promised"),
        ("read", "read", "done"),
        ("freigegeben", "approve", "approved"),
        ("abgelehnt: ", "approve", "rejected"),
        ("brauche länger: ", "approve", "promised"),
        ("erledigt", "confirm", "done"),
        ("gelesen", "read", "done"),
        ("undo", "approve", "withdrawn"),
    ],
)
@pytest.mark.parametrize(
    "client",
    ["{}", "{}\r\n\r\nSent from my iPhone", "{}\n\n-- \nMira Holt\nDirector of Legal", "{}\n\nBest regards\nMira Holt"],
)
def test_the_replies_our_letters_prepare_read_back_exactly(body: str, ask: str, kind: str, client: str) -> None:
    answer = understand(text=client.format(body), ask=SHAPES[ask], today=TODAY, author="Mira Holt")
    assert (answer.kind.value, answer.comment) == (kind, "")


def test_the_words_beside_an_answer_are_its_comment() -> None:
    rejected = understand(text="rejected: the cap is missing\n\nMira", ask=APPROVE, today=TODAY, author="Mira Holt")
    changes = understand(text="Approved with changes:\n- net 30\n- cap", ask=APPROVE, today=TODAY)
    done = understand(text="Done.\nThe tag is 2026.3.", ask=CONFIRM, today=TODAY)
    assert rejected.comment == "the cap is missing"
    assert changes.comment == "Approved with changes:\n- net 30\n- cap"
    assert done.comment == "Done.\nThe tag is 2026.3."


def test_an_answer_the_ask_does_not_have_is_refused_in_a_sentence() -> None:
    ask = replace(CONFIRM, outcomes=("done",))
    answer = understand(text="rejected", ask=ask, today=TODAY)
    assert (answer.kind, answer.why) == (Kind.UNCLEAR, "Expected one of done, but got “rejected”.")


def test_an_approval_with_a_document_is_proposed_not_believed() -> None:
    answer = understand(text="approved", ask=APPROVE, today=TODAY, attachments=("contract-v4.pdf", "image001.png"))
    assert (answer.kind, answer.proposed) == (Kind.UNCLEAR, Kind.APPROVED)
    assert "contract-v4.pdf" in answer.why
    assert understand(text="approved", ask=APPROVE, today=TODAY, attachments=("image001.png",)).kind is Kind.APPROVED


def test_what_may_be_meant_is_proposed_and_a_yes_confirms_it() -> None:
    thumb = understand(text="👍", ask=APPROVE, today=TODAY)
    limited = understand(text="approved if legal agrees", ask=APPROVE, today=TODAY)
    asked = replace(APPROVE, proposed=Kind.CHANGES_WANTED)
    assert (thumb.kind, thumb.proposed) == (Kind.UNCLEAR, Kind.APPROVED)
    assert (limited.kind, limited.proposed) == (Kind.UNCLEAR, Kind.CHANGES_WANTED)
    assert [
        understand(text=text, ask=asked, today=TODAY).kind
        for text in ("yes", "Ja, danke!", "no", "yes, but not clause 3")
    ] == [
        Kind.CHANGES_WANTED,
        Kind.CHANGES_WANTED,
        Kind.UNCLEAR,
        Kind.UNCLEAR,
    ]


def test_answers_inside_the_quote_keep_the_quote() -> None:
    text = "> Clause 3: 30 days\nok\n> Clause 4: the cap\nno"
    answer = understand(text=text, ask=APPROVE, today=TODAY)
    assert (answer.kind, answer.inline, answer.comment) == (Kind.UNCLEAR, True, text)


def test_filled_is_done_to_the_kernel() -> None:
    filled = understand(text="Go-live: 12 March", ask=SHAPES["one date"], today=TODAY)
    assert (filled.outcome, filled.decides) == ("done", True)
    assert not understand(text="Tuesday", ask=APPROVE, today=TODAY).decides


def test_each_fault_in_a_filled_line_is_a_sentence() -> None:
    answer = understand(text="Go-live: soon\nContact: Jo", ask=SHAPES["fill in"], today=TODAY)
    assert answer.why == (
        "Go-live: Expected a date like 12 March 2026, but got “soon”. Contact: Expected an e-mail address, but got “Jo”."
    )
    assert understand(text="Go-live: 12 March", ask=SHAPES["fill in"], today=TODAY).why == "Still missing: Contact."


@given(st.text(max_size=400), st.sampled_from(sorted(SHAPES)))
def test_any_text_gets_an_answer_with_a_reason(text: str, ask: str) -> None:
    answer = understand(text=text, ask=SHAPES[ask], today=TODAY, author="Mira Holt")
    assert answer.why.endswith(".")


NEGATIONS = st.sampled_from(
    ["not", "don't", "if", "unless", "but", "only", "except clause 3", "nicht", "aber", "wenn", "?"]
)


@given(
    st.sampled_from(["approved", "I approve", "freigegeben", "go ahead", "einverstanden"]),
    NEGATIONS,
    st.sampled_from(["{a} {b}", "{a}, {b} so", "{a}. {b} really", "{a} {b} yet", "{b} {a}", "{a}\n{b}"]),
)
def test_a_negation_or_condition_anywhere_stops_an_approval(approval: str, limit: str, form: str) -> None:
    answer = understand(text=form.format(a=approval, b=limit), ask=APPROVE, today=TODAY)
    assert answer.kind is not Kind.APPROVED
