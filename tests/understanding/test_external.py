"""Material no one here wrote: replies of many mail programs, and mail of many machines.

Nothing of it is in this repository: of a plain reply the test knows which of its lines are the author's
words, of the others that they say one line.  ``-s`` prints the figures of docs/reference/understanding.md,
beside those of mail-parser-reply on the same texts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mailparser_reply import EmailReplyParser
from tests.understanding.shapes import SHAPES, TODAY

from doorstep.understanding import AskShape, Kind, read_message, strip, understand_message
from doorstep.understanding.html_text import text_of_html

pytestmark = pytest.mark.external

AUTHORS_LINES = {
    "correct_sig": "1",
    "email_1_1": "1-5",
    "email_1_2": "1,9-34",
    "email_1_3": "1-3",
    "email_1_4": "1",
    "email_1_5": "1-15",
    "email_1_6": "1-3",
    "email_1_7": "1",
    "email_1_8": "13,19",
    "email_2_1": "1",
    "email_2_2": "1",
    "email_2_3": "1",
    "email_BlackBerry": "1",
    "email_bullets": "1-9",
    "email_gmail": "1",
    "email_headers_no_delimiter": "1",
    "email_iPhone": "1",
    "email_long_quote": "1-4,6-8",
    "email_multi_word_sent_from_my_mobile_device": "1",
    "email_one_is_not_on": "1-5",
    "email_partial_quote_header": "1-6",
    "email_sent_from_my_not_signature": "1-3",
    "email_sig_delimiter_in_middle_of_line": "1-7",
    "greedy_on": "1-6",
    "pathological": "1-2",
}
ONE_LINE = {".eml": "hello", ".html": "hi. i am fine."}


def shared(folder: str) -> Path:
    root = os.environ.get("DOORSTEP_SHARED_DATA")
    places = [Path(root)] if root else [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    place = next((place / "replies" / folder for place in places if (place / "replies" / folder).is_dir()), None)
    if place is None:
        pytest.skip("The shared material (shared/data beside the repository, or DOORSTEP_SHARED_DATA) is not here.")
    return place


def lines_of(text: str, ranges: str) -> list[str]:
    lines = text.splitlines()
    spans = [tuple(int(end) for end in span.split("-")) for span in ranges.split(",")]
    return [line for span in spans for line in lines[span[0] - 1 : span[-1]]]


def bare(text: str) -> str:
    """Return words for comparison: which white space a program writes between them does not matter."""
    return re.sub(r"\s+", " ", text).strip()


def peer(text: str) -> str:
    return (
        EmailReplyParser(languages=["en", "de", "fr", "it", "es", "nl", "pl", "sv", "cs"]).parse_reply(text=text) or ""
    )


def plain_cases(folder: str) -> Iterator[tuple[str, str, str]]:
    for file in sorted(shared(folder).glob("*.txt")):
        text = file.read_text("utf-8")
        yield file.name, text, bare("\n".join(lines_of(text, AUTHORS_LINES[file.stem])))


@pytest.mark.parametrize("folder", ["plain-github", "plain-zapier"])
def test_plain_replies_are_stripped_to_their_authors_words(folder: str) -> None:
    cases = list(plain_cases(folder))
    ours = [name for name, text, wanted in cases if bare(strip(text).words) == wanted]
    theirs = [name for name, text, wanted in cases if bare(peer(text)) == wanted]
    print(f"\n{folder}: {len(ours)} of {len(cases)}; mail-parser-reply {len(theirs)}")
    assert ours == [name for name, _, _ in cases]


def messages() -> Iterator[tuple[str, str, str]]:
    """Yield (name, text, wanted): of a mail its text, and its HTML as text, of a page its text."""
    for file in sorted(shared("html-and-standard").iterdir()):
        wanted = ONE_LINE.get(file.suffix, "")
        match file.name, file.suffix:
            case "reply-separated-by-hr.html", _:
                yield file.name, text_of_html(file.read_text("utf-8")), "hi there bob"
            case "reply-quotations-share-block.eml", _:
                continue  # a long letter: test_a_long_letter_keeps_its_words
            case _, ".eml":
                message = read_message(file.read_bytes())
                yield file.name, message.text, wanted
                if message.html and not message.from_html and file.name != "outlook.eml":
                    yield f"{file.name} (HTML)", text_of_html(message.html), wanted
            case _, ".html":
                yield file.name, text_of_html(file.read_bytes().decode("utf-8", "replace")), wanted


def test_whole_messages_and_html_are_stripped_to_their_one_line() -> None:
    cases = list(messages())
    ours = [name for name, text, wanted in cases if bare(strip(text).words).lower() == wanted]
    # The peer keeps a closing with its name; that is counted as right here.
    theirs = [name for name, text, wanted in cases if re.sub(r" thanks, alex$", "", bare(peer(text)).lower()) == wanted]
    print(f"\nhtml-and-standard: {len(ours)} of {len(cases)}; mail-parser-reply {len(theirs)}")
    assert ours == [name for name, _, _ in cases]


def test_a_long_letter_keeps_its_words() -> None:
    message = read_message((shared("html-and-standard") / "reply-quotations-share-block.eml").read_bytes())
    for text in (message.text, text_of_html(message.html)):
        words = bare(strip(text).words)
        assert words.startswith("Hi Katharine.")
        assert "hearing from you soon." in words
        assert "booking" not in words.lower()


def machine_mail() -> list[Path]:
    return sorted(shared("machine-mail").glob("*.eml"))


@pytest.mark.parametrize("ask", sorted(SHAPES))
def test_no_machine_ever_decides_anything(ask: str) -> None:
    shapes: AskShape = SHAPES[ask]
    answers = {
        file.name: understand_message(read_message(file.read_bytes()), ask=shapes, today=TODAY)
        for file in machine_mail()
    }
    assert [name for name, answer in answers.items() if answer.decides or answer.kind is Kind.QUESTION] == (
        ["not--is-not-bounce-01.eml"] if ask == "answer" else []  # a person's mail: their own words are the answer
    )


def test_every_report_is_known_as_one_and_says_whom_it_did_not_reach() -> None:
    reports = {
        file.name: read_message(file.read_bytes()).machine
        for file in machine_mail()
        if not file.name.startswith("not--")
    }
    kinds = {name: machine.kind if machine else "none" for name, machine in reports.items()}
    named = [
        name for name, machine in reports.items() if machine and any("@" in each.recipient for each in machine.bounced)
    ]
    matched = [
        name for name, machine in reports.items() if machine and any(each.message_id for each in machine.bounced)
    ]
    print(f"\nmachine-mail: {len(reports)} reports known, {len(named)} recipients, {len(matched)} Message-IDs")
    assert set(kinds.values()) == {"bounce", "complaint"}
    assert len(named) >= 39
    assert len(matched) >= 35
