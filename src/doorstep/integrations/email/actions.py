"""What a letter offers to do: replies that are ready to send, which no scanner can press."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from doorstep.integrations.email.words import Words
from doorstep.plugin_api import Letter

OFFERING = frozenset({"ask", "reminder", "change", "clarify", "digest"})
MOST_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class Action:
    """A button: ``body`` is the reply it opens.  ``main`` is the one that is drawn full."""

    label: str
    body: str
    link: str
    main: bool = False


def actions(letter: Letter, said: Words) -> tuple[Action, ...]:
    """Return the buttons of a letter, the likeliest first; none where nothing is asked."""
    if not letter.reply_to:
        return ()
    if letter.purpose == "receipt":
        return (_action(letter, said.undo, said.said_undo),)
    if letter.purpose == "assistant":
        return (_action(letter, said.yes, said.said_yes, main=True), _action(letter, said.no, said.said_no))
    if letter.purpose == "lines" and letter.verb == "start":
        return (_action(letter, said.start, said.said_start, main=True), _action(letter, said.no, said.said_no))
    if letter.purpose == "digest":
        offered = _news(letter, said)
        return tuple(_action(letter, *each, main=not at) for at, each in enumerate(offered))
    if letter.purpose not in OFFERING:
        return ()
    first, *others = [*_answers(letter, said), (said.longer, said.said_longer)]
    return (_action(letter, *first, main=True), *(_action(letter, *each) for each in others))


def lines_to_fill(letter: Letter, said: Words) -> tuple[str, ...]:
    """Return the labelled lines of a letter's fields, empty and ready."""
    return tuple(f"{label}: ({said.attach})" if kind == "file" else f"{label}: " for label, kind in letter.fields)


def _answers(letter: Letter, said: Words) -> list[tuple[str, str]]:
    match letter.verb:
        case "approve":
            return [(said.approve, _with_lines(letter, said.said_approved)), (said.reject, said.said_rejected)]
        case "confirm" | "":
            refusal = [(said.cannot, said.said_rejected)] if "rejected" in letter.outcomes else []
            return [(said.done, said.said_done), *refusal]
        case "read":
            return [(said.read, said.said_read)]
        case "fill in":
            return [(said.fill_in, _form(letter))]
        case "choose":
            return [(option, option) for option in letter.options[:MOST_OPTIONS]] or [(said.answer, "")]
        case _:
            return [(said.answer, "")]


def _with_lines(letter: Letter, answer: str) -> str:
    """Return an approval with the lines that go with it, to be sent as they are or changed first."""
    lines = "\n".join(f"{label}: {value}" for label, value in letter.beside)
    return f"{answer}\n\n{lines}" if lines else answer


def _news(letter: Letter, said: Words) -> list[tuple[str, str]]:
    """Return what can be said to news: that they were seen, where that is asked, and that something is wrong."""
    match letter.verb:
        case "acknowledge":
            return [(said.seen, said.said_seen), (said.wrong, said.said_wrong)]
        case "remark":
            return [(said.wrong, said.said_wrong)]
        case _:
            return []


def _form(letter: Letter) -> str:
    """Return the lines to fill; a file has none: it is attached."""
    return "\n".join(f"{label}: " for label, kind in letter.fields if kind != "file")


def _action(letter: Letter, label: str, body: str, *, main: bool = False) -> Action:
    subject = letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
    query = f"subject={_quoted(subject)}&body={_quoted(body)}"
    return Action(label, body, f"mailto:{quote(letter.reply_to, safe='@+=._-')}?{query}", main)


def _quoted(text: str) -> str:
    """Return text for a mailto link, whose lines end as in mail (RFC 6068)."""
    return quote(text.replace("\r\n", "\n").replace("\n", "\r\n"), safe="")
