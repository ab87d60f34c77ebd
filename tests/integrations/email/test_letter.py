"""What a letter looks like and offers: as HTML, as plain text, and as replies that read back exactly."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from tests.integrations.email.mailroom import letter

from doorstep.integrations.email.actions import actions
from doorstep.integrations.email.compose import LOOP_HEADER as OUR_LOOP_HEADER
from doorstep.integrations.email.compose import html_of, text_of
from doorstep.integrations.email.words import words
from doorstep.plugin_api import Change, Letter, News, Shown
from doorstep.understanding import LOOP_HEADER, AskShape, permission_in, understand

OUTCOMES = {"approve": ("approved", "rejected", "changes wanted"), "confirm": ("done", "rejected")}
NOW = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)


def offered(asked: Letter) -> dict[str, str]:
    return {action.label: action.body for action in actions(asked, words(asked.language))}


def test_the_plain_text_is_as_good_as_the_html() -> None:
    assert text_of(letter()) == (
        "Northwind, for Ana Marsh · to you, as Legal counsel\n\n"
        "Please approve the contract for Halden Foods by 17:20 today.\n\n"
        "It should be with the client by 18:00. Check the liability cap and the\ngo-live date against the statement of work.\n\n"
        "You approve:\n  Contract v3.pdf, 14 pages (attached)\n  value: € 84,000\n\n"
        "For information:\n  go-live: 12 March\n  deployment: confirmed by Sam Ortiz\n    https://northwind.atlassian.net/browse/DEP-412\n\n"
        "To answer, reply to this mail with: approved, approved with changes\n(attach them), rejected and why, a day, a name, a question.\n\n"
        "Ana Marsh reads what you write. If we hear nothing we remind you at\n17:00 and ask Jon Park at 17:20.\n\n"
        "Close a client project, version 7, “Sign off the contract”\n"
        "Read it on a page (opening it decides nothing): https://doorstep.northwind.example/a/x\n"
        "ref 7KQ2-MH4D\n"
    )


def test_the_html_says_the_same_in_the_same_order() -> None:
    seen = re.sub(
        r"\s+",
        " ",
        re.sub(
            r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>|<div style=\"display:none.*?</div>", "", html_of(letter()))
        ),
    )
    order = [
        "Northwind, for Ana Marsh",
        "Please approve the contract",
        "It should be with the client",
        "You approve:",
        "For information:",
        "Approve",
        "Need longer",
        "Each opens a reply",
        "Ana Marsh reads what you write.",
        "If we hear nothing",
        "version 7",
        "ref 7KQ2-MH4D",
    ]
    places = [seen.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


def test_mailto_actions_come_before_any_link_to_the_web() -> None:
    links = re.findall(r'href="([^"]+)"', html_of(letter(shown=())))
    assert [urlsplit(link).scheme for link in links] == ["mailto", "mailto", "mailto", "https"]


def test_without_a_way_in_from_outside_there_is_no_link_and_without_a_reply_address_no_button() -> None:
    assert "http" not in html_of(letter(page_url="", shown=())).replace("http-equiv", "")
    assert "mailto:" not in html_of(letter(reply_to=""))
    assert "To answer" not in text_of(letter(reply_to=""))


def test_a_prepared_reply_goes_to_the_signed_address_in_the_same_thread() -> None:
    (approve, *_) = actions(letter(subject="Contract & annex: 100 % sure?"), words("en"))
    address, _, query = approve.link.partition("?")
    assert unquote(address) == "mailto:reply+k7q2mh4d@northwind.example"
    assert parse_qs(query) == {"subject": ["Re: Contract & annex: 100 % sure?"], "body": ["approved"]}
    assert approve.main


def test_each_verb_offers_its_answers() -> None:
    fields = (("Go-live", "date"), ("Contact", "e-mail address"), ("Contract", "file"))
    assert offered(letter()) == {"Approve": "approved", "Reject": "rejected: ", "Need longer": "need longer: "}
    assert offered(letter(verb="confirm", outcomes=("done", "rejected"))) == {
        "Done": "done",
        "Not possible": "rejected: ",
        "Need longer": "need longer: ",
    }
    assert offered(letter(verb="read", outcomes=("done",))) == {
        "I have read it": "read",
        "Need longer": "need longer: ",
    }
    assert offered(letter(verb="fill in", fields=fields)) == {
        "Fill in": "Go-live: \nContact: ",
        "Need longer": "need longer: ",
    }
    assert offered(letter(verb="choose", options=("Standard", "Premium"))) == {
        "Standard": "Standard",
        "Premium": "Premium",
        "Need longer": "need longer: ",
    }
    assert offered(letter(verb="answer")) == {"Answer": "", "Need longer": "need longer: "}


@pytest.mark.parametrize("purpose", ["ask", "reminder", "change", "clarify"])
def test_every_mail_that_asks_can_be_answered(purpose: str) -> None:
    assert "Approve" in offered(letter(purpose=purpose))


@pytest.mark.parametrize("purpose", ["withdrawn", "tell", "code", "status"])
def test_a_mail_that_only_tells_offers_nothing(purpose: str) -> None:
    assert offered(letter(purpose=purpose)) == {}


def test_a_receipt_offers_to_undo() -> None:
    assert offered(letter(purpose="receipt")) == {"Undo": "undo"}
    assert offered(letter(purpose="receipt", language="de")) == {"Rückgängig": "rückgängig"}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("verb", "kinds"),
    [
        ("approve", ["approved", "rejected", "promised"]),
        ("confirm", ["done", "rejected", "promised"]),
        ("read", ["done", "promised"]),
        ("choose", ["chosen", "chosen", "promised"]),
    ],
)
def test_every_prepared_reply_is_understood_as_its_button_says(language: str, verb: str, kinds: list[str]) -> None:
    options = ("Standard", "Premium") if verb == "choose" else ()
    asked = letter(verb=verb, outcomes=OUTCOMES.get(verb, ("done",)), options=options, language=language)
    ask = AskShape(verb, asked.outcomes, options=options)
    found = [understand(text=body, ask=ask, today=NOW).kind.value for body in offered(asked).values()]
    assert found == kinds


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_buttons_for_an_assistant_are_understood(language: str) -> None:
    asked = letter(purpose="assistant", language=language)
    assert [permission_in(body) for body in offered(asked).values()] == [True, False]


@pytest.mark.parametrize("language", ["en", "de"])
def test_undo_is_understood(language: str) -> None:
    (body,) = offered(letter(purpose="receipt", language=language)).values()
    assert understand(text=body, ask=AskShape("approve"), today=NOW).kind.value == "withdrawn"


def test_the_lines_to_fill_read_back_when_they_are_filled() -> None:
    fields = (("Go-live", "date"), ("Contact", "e-mail address"))
    body = offered(letter(verb="fill in", fields=fields))["Fill in"]
    filled = body.replace("Go-live: ", "Go-live: 12 March").replace("Contact: ", "Contact: jo@halden.example")
    answer = understand(text=filled, ask=AskShape("fill in", ("done",), fields), today=NOW)
    assert dict(answer.facts) == {"Go-live": "2026-03-12", "Contact": "jo@halden.example"}
    assert "Go-live: " in text_of(letter(verb="fill in", fields=fields))


def test_our_own_letter_quoted_whole_below_an_answer_changes_nothing() -> None:
    original = text_of(letter())
    quoted = "approved\n\nOn Fri, 6 Mar 2026 at 16:02, Northwind <reply+a@northwind.example> wrote:\n\n" + "\n".join(
        f"> {line}" for line in original.splitlines()
    )
    outlook = f"approved\n\nFrom: Northwind <reply+a@northwind.example>\nSent: Friday, 6 March 2026 16:02\nTo: Mira Holt\nSubject: Contract\n\n{original}"
    assert [
        understand(text=text, ask=AskShape("approve", OUTCOMES["approve"]), today=NOW).kind.value
        for text in (quoted, outlook)
    ] == ["approved", "approved"]


def test_our_loop_header_is_the_one_that_understanding_knows() -> None:
    assert OUR_LOOP_HEADER.lower() == LOOP_HEADER


def test_a_value_that_begins_with_its_label_is_not_said_twice() -> None:
    assert "  Contract v3.pdf (attached)\n" in text_of(letter(covered=(Shown("Contract", "Contract v3.pdf"),)))


def test_every_word_is_translated() -> None:
    english, german = words("en"), words("de")
    same = {name for name in english.__slots__ if getattr(english, name) == getattr(german, name)}
    assert same == set()
    assert words("fr") is english


def test_a_checklist_marks_what_must_hold() -> None:
    asked = letter(checklist=(("The tag matches", False), ("The rollback was tried", True)))
    assert "  [ ] The tag matches\n  [ ] The rollback was tried (must hold)" in text_of(asked)
    assert "The rollback was tried <b>(must hold)</b>" in html_of(asked)


def test_what_is_told_is_quoted_but_never_as_an_old_mail() -> None:
    told = text_of(letter(purpose="tell", verb="", quotation="It is live.\nThank you."))
    assert "    It is live.\n    Thank you." in told
    assert "\n>" not in told


def test_a_text_of_several_lines_stands_below_its_label() -> None:
    asked = letter(covered=(Shown("change", "Due: 2 hours.\nBefore: within one hour."),))
    assert "  change:\n    Due: 2 hours.\n    Before: within one hour.\n" in text_of(asked)
    assert "change:<br>Due: 2 hours.<br>Before: within one hour.<br>" in html_of(asked)


@pytest.mark.parametrize("language", ["en", "de"])
def test_that_news_was_seen_is_understood_and_that_it_is_wrong_is_not_taken_for_it(language: str) -> None:
    asked = letter(purpose="digest", verb="acknowledge", language=language)
    seen, wrong = offered(asked).values()
    ask = AskShape("read", ("done",))
    kinds = [understand(text=body, ask=ask, today=NOW).kind.value for body in (seen, f"{wrong}half an hour is short")]
    assert kinds == ["done", "unclear"]
    assert len(offered(letter(purpose="digest", verb="remark", language=language))) == 1
    assert offered(letter(purpose="digest", verb="", language=language)) == {}


def test_news_is_told_side_by_side_under_its_heading() -> None:
    changes = (Change("Sign it", "within one day", "within two days"), Change("File it", "", "legal files it"))
    news = (
        News("Close a project: 2 of your 3 steps changed.", "Please say", "https://d.example/changed/1/", changes),
        News("Vera owns it.", "Please say", "javascript:alert(1)"),
    )
    told = letter(purpose="digest", verb="acknowledge", news=news, covered=(), shown=(), checklist=())
    text, html = text_of(told), html_of(told)
    assert "PLEASE SAY\n\n* Close a project: 2 of your 3 steps changed.\n  https://d.example/changed/1/\n" in text
    assert "  Sign it\n    before: within one day\n    now: within two days\n" in text
    assert "  File it\n    new: legal files it\n" in text
    assert (html.count("Please say"), "javascript" in html, "javascript" in text) == (1, False, False)


# -- What stands beside an approval --------------------------------------------------------------------

WEIGHED = AskShape(
    "approve", OUTCOMES["approve"], beside=(("materiality", "choice (editorial, material)"), ("reason", "text"))
)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_lines_beside_an_approval_go_with_its_ready_reply_and_read_back(language: str) -> None:
    asked = letter(beside=(("Materiality", "material"),), language=language)
    first, *_ = actions(asked, words(language))
    assert first.body.endswith("\n\nMateriality: material")
    read = understand(text=first.body, ask=WEIGHED, today=NOW)
    assert (read.kind.value, read.beside) == ("approved", {"materiality": "material"})


@pytest.mark.parametrize(
    ("text", "kind", "beside"),
    [
        ("approved", "approved", {}),
        ("Approved.\nmateriality - Editorial\nReason: a slip\nof the pen.", "approved", {"materiality": "editorial", "reason": "a slip\nof the pen."}),
        ("approved\nMateriality: huge", "unclear", {}),
        ("Materiality: material", "unclear", {}),
        ("Rejected.\nReason: we promised one hour.", "rejected", {}),
        ("Approved. Is Jon fine with it?\nMateriality: material", "unclear", {"materiality": "material"}),
    ],
)  # fmt: skip
def test_lines_beside_an_answer_are_read_with_an_approval_alone(text: str, kind: str, beside: dict[str, str]) -> None:
    read = understand(text=text, ask=WEIGHED, today=NOW)
    assert (read.kind.value, read.beside) == (kind, beside)


def test_the_words_of_a_rejection_are_kept_whole() -> None:
    read = understand(text="Rejected.\nReason: we promised one hour.", ask=WEIGHED, today=NOW)
    assert "we promised one hour" in read.comment
