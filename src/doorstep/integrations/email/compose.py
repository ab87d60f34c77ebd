"""A letter as a mail: HTML, plain text that is as good, headers that thread it and name no machine a person."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.template import Context, Engine

from doorstep.integrations.email.actions import OFFERING, actions, lines_to_fill
from doorstep.integrations.email.settings import MailSettings
from doorstep.integrations.email.words import Words, words
from doorstep.plugin_api import Attachment, DeliveryFailed, Letter, News, Shown

LOOP_HEADER = "X-Doorstep-Loop"
WIDTH = 72
HOW = {
    "approve": "how_approve",
    "confirm": "how_confirm",
    "read": "how_read",
    "fill in": "how_fill_in",
    "choose": "how_choose",
    "answer": "how_answer",
    "acknowledge": "how_seen",
    "remark": "how_remark",
}


def compose(letter: Letter, mail: MailSettings, *, at: datetime) -> EmailMessage:
    """Return the whole mail.  Raises DeliveryFailed (permanent) when its address is none."""
    message = EmailMessage(policy=SMTP)
    for name, value in _headers(letter, mail, at).items():
        message[name] = value
    message.set_content(text_of(letter))
    message.add_alternative(html_of(letter), subtype="html")
    for attachment in letter.attachments:
        _attach(message, attachment)
    return message


def message_id(letter: Letter, mail: MailSettings) -> str:
    """Return the letter's Message-ID: the same at every attempt, so that a second copy can be known as one."""
    domain = mail.address.rpartition("@")[2]
    return f"<{_token(letter.key)}.{_token(letter.thread or letter.key)}@{domain}>"


def html_of(letter: Letter) -> str:
    """Return the letter's HTML."""
    return _engine().get_template("letter.html").render(Context(_view(letter)))


# -- Headers -------------------------------------------------------------------------------------------


def _headers(letter: Letter, mail: MailSettings, at: datetime) -> dict[str, object]:
    earlier = [each for each in letter.earlier if re.fullmatch(r"<[^<>\s]+>", each)]
    threading = {"In-Reply-To": earlier[-1], "References": " ".join(earlier[-20:])} if earlier else {}
    reply_to = {"Reply-To": _address(mail.name or letter.organisation, letter.reply_to)} if letter.reply_to else {}
    return {
        "From": _address(mail.name or letter.organisation, mail.address),
        "To": _address(letter.to_name, letter.to),
        **reply_to,
        "Subject": one_line(letter.subject),
        "Date": format_datetime(at),
        "Message-ID": message_id(letter, mail),
        **threading,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply"
        if letter.purpose in {"receipt", "status", "digest"}
        else "DR, RN, NRN",
        LOOP_HEADER: "1",
        **_unsubscribing(letter),
    }


def _unsubscribing(letter: Letter) -> dict[str, object]:
    """Return how a mail program offers to end such letters: by the reply a person could write."""
    if not (letter.unsubscribe and letter.reply_to):
        return {}
    said = quote(words(letter.language).said_unsubscribe)
    return {"List-Unsubscribe": f"<mailto:{quote(letter.reply_to, safe='@+=._-')}?subject={said}&body={said}>"}


def _address(name: str, address: str) -> Address:
    try:
        shown = "" if name.strip() == address.strip() else one_line(name)
        return Address(display_name=shown, addr_spec=_with_ascii_domain(address.strip()))
    except (ValueError, IndexError, MessageError) as error:
        raise DeliveryFailed(
            f"“{one_line(address)}” is not an e-mail address. Correct it where the person is kept.", permanent=True
        ) from error


def _with_ascii_domain(address: str) -> str:
    """Return an address whose domain is written as DNS wants it (IDNA); only the part before the @ may be foreign."""
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode()}"


def one_line(text: str) -> str:
    """Return text that can stand in a header: what would start another line is a space."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()


def _token(text: str) -> str:
    """Return an id as it can stand in a Message-ID: itself, or its digest."""
    return text if re.fullmatch(r"[A-Za-z0-9-]{1,64}", text) else hashlib.sha256(text.encode()).hexdigest()[:32]


def _attach(message: EmailMessage, file: Attachment) -> None:
    main, _, sub = file.media_type.partition("/")
    if not sub or main in {"message", "multipart"}:  # only opaque bytes: nothing of it is opened on the way
        main, sub = "application", "octet-stream"
    message.add_attachment(file.content, maintype=one_line(main), subtype=one_line(sub), filename=one_line(file.name))


# -- HTML ------------------------------------------------------------------------------------------------


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(Path(__file__).with_name("templates"))])


def _view(letter: Letter) -> dict[str, object]:
    said = words(letter.language)
    offered = actions(letter, said)
    return {
        "letter": letter,
        "said": asdict(said),
        "role": said.as_role.format(role=letter.as_role) if letter.as_role else "",
        "covered": [_shown(each, letter, said) for each in letter.covered],
        "shown": [_shown(each, letter, said) for each in letter.shown],
        "actions": offered,
        "how": " ".join(_how(letter, said, offers=len(offered))),
        "lines": lines_to_fill(letter, said) if letter.purpose in OFFERING else (),
        "reads": _reads(letter, said),
        "page_url": _web(letter.page_url),
        "news": [_news(each, letter.news[at - 1].heading if at else "") for at, each in enumerate(letter.news)],
        "quoted": letter.quotation.strip().split("\n") if letter.quotation.strip() else [],
    }


def _shown(each: Shown, letter: Letter, said: Words) -> Mapping[str, str]:
    value = each.value or (each.file.name if each.file else "")
    name = each.file.name if each.file else value
    here = any(file.name == name for file in letter.attachments)
    # "Contract" before "Contract v3.pdf" says nothing.
    label = "" if value.lower().startswith(each.label.lower()) else each.label
    shown = f"{value} ({said.attached})" if here else value
    return {"label": label, "value": shown, "link": _web(each.link), "long": "yes" if "\n" in value else ""}


def _news(each: News, above: str) -> Mapping[str, object]:
    """Return one thing a digest tells; its heading only where it is not the one above."""
    heading = each.heading if each.heading != above else ""
    return {"text": each.text, "heading": heading, "link": _web(each.link), "changes": each.changes}


def _web(link: str) -> str:
    """Return a link only if it leads to the web: a fact never supplies another scheme."""
    return link if re.match(r"https?://[^\s]+$", link) else ""


def _how(letter: Letter, said: Words, *, offers: int) -> Iterator[str]:
    if not _answerable(letter):
        return
    yield said.opens if offers != 1 else said.opens_one
    yield _possible(letter, said)


def _answerable(letter: Letter) -> bool:
    """Say whether a reply is asked for; a digest that only tells wants none."""
    return letter.purpose in OFFERING and bool(letter.reply_to) and not (letter.purpose == "digest" and not letter.verb)


def _possible(letter: Letter, said: Words) -> str:
    return str(asdict(said)[HOW.get(letter.verb, "how_confirm")])


def _reads(letter: Letter, said: Words) -> str:
    return said.reads.format(starter=letter.starter) if letter.starter and letter.purpose in OFFERING else ""


# -- Plain text --------------------------------------------------------------------------------------------


def text_of(letter: Letter) -> str:
    """Return the letter as plain text, as good to read and to answer as the other."""
    said = words(letter.language)
    paragraphs = [
        _opening(letter, said),
        _wrapped(letter.headline),
        *(_wrapped(paragraph) for paragraph in letter.paragraphs),
        *_news_lines(letter, said),
        _quotation(letter),
        _facts(said.covered, letter.covered, letter=letter, said=said),
        _facts(said.shown, letter.shown, letter=letter, said=said),
        _checklist(letter, said),
        _answering(letter, said),
        _wrapped(" ".join(part for part in (_reads(letter, said), letter.closing) if part)),
        _closing_lines(letter, said),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _wrapped(paragraph: str) -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in paragraph.splitlines()
    )


def _opening(letter: Letter, said: Words) -> str:
    sender = f"{letter.organisation}, {said.for_whom} {letter.starter}" if letter.starter else letter.organisation
    role = f", {said.as_role.format(role=letter.as_role)}" if letter.as_role else ""
    return f"{sender} · {said.to_you}{role}"


def _quotation(letter: Letter) -> str:
    """Return what is told; indented, for a quote sign would make it look like an old mail."""
    return textwrap.indent(_wrapped(letter.quotation.strip()), "    ")


def _news_lines(letter: Letter, said: Words) -> Iterator[str]:
    """Yield what a digest tells, a paragraph each, with what changed indented below."""
    above = ""
    for each in letter.news:
        if each.heading and each.heading != above:
            yield _wrapped(each.heading.upper())
        above = each.heading
        link = _web(each.link)
        yield "\n".join([_wrapped(f"* {each.text}"), *([f"  {link}"] if link else []), *_changes(each, said)])


def _changes(news: News, said: Words) -> Iterator[str]:
    for change in news.changes:
        yield f"\n  {change.step}" if change.step else ""
        told = (
            (said.before if change.now else said.gone, change.before),
            (said.now if change.before else said.new, change.now),
        )
        for label, text in told:
            if text:
                yield textwrap.indent(_wrapped(f"{label}: {text}"), "    ")


def _facts(heading: str, facts: tuple[Shown, ...], *, letter: Letter, said: Words) -> str:
    seen = [_shown(each, letter, said) for each in facts]
    lines = [f"  {_labelled(each)}" + (f"\n    {each['link']}" if each["link"] else "") for each in seen]
    return "\n".join([heading, *lines]) if lines else ""


def _labelled(each: Mapping[str, str]) -> str:
    if each["long"]:  # a text of several lines stands below its label
        return f"{each['label']}:\n" + textwrap.indent("\n".join(map(_wrapped, each["value"].split("\n"))), "    ")
    return f"{each['label']}: {each['value']}" if each["label"] else each["value"]


def _checklist(letter: Letter, said: Words) -> str:
    lines = [f"  [ ] {text}" + (f" ({said.killer})" if killer else "") for text, killer in letter.checklist]
    return "\n".join([said.checklist, *lines]) if lines else ""


def _answering(letter: Letter, said: Words) -> str:
    if not _answerable(letter):
        return ""
    how = _wrapped(f"{said.reply_with} {_possible(letter, said)}")
    below = lines_to_fill(letter, said) if letter.verb == "fill in" else letter.options
    return "\n\n".join(part for part in (how, "\n".join(below)) if part)


def _closing_lines(letter: Letter, said: Words) -> str:
    page = f"{said.page} ({said.page_safe}): {letter.page_url}" if _web(letter.page_url) else ""
    reference = f"{said.reference} {letter.reference}" if letter.reference else ""
    lines = [letter.footer, page[:1].upper() + page[1:], reference]
    return "\n".join(line for line in lines if line)
