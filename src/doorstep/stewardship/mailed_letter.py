"""The letter about lines that came by mail: the steps as understood, what is not clear, or that they were started."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from doorstep.cases import directory
from doorstep.cases.models import Case, Delivery
from doorstep.cases.others import Envelope
from doorstep.chase.say import say_time
from doorstep.plugin_api import Letter
from doorstep.stewardship.digest_letter import link_to
from doorstep.stewardship.mailed_waits import zone_of
from doorstep.stewardship.models import MailedLines, MailedState

HOW = (
    "Reply with the lines as they should be, all of them. What is for your colleagues goes below a line of three "
    "dashes (---). Nobody has been asked."
)


def letter(delivery: Delivery, envelope: Envelope) -> Letter | None:
    """Write the letter as the lines stand now."""
    made = MailedLines.objects.filter(id=delivery.case_id).first()
    if made is None:
        return None
    person = directory.person(delivery.person) if delivery.person else None
    shown = made.state == MailedState.SHOWN
    return Letter(
        key=str(delivery.id),
        purpose="lines",
        to=envelope.to,
        to_name=person.name if person else "",
        lane="receipts",
        organisation=settings.DOORSTEP.text("organisation"),
        starter="",
        subject=_subject(made),
        headline=_headline(made),
        paragraphs=tuple(_paragraphs(made)),
        verb="start" if shown else "",
        closing=_closing(made),
        reply_to="" if made.state == MailedState.REFUSED else envelope.reply_to,
        reference="" if made.state == MailedState.REFUSED else envelope.reference,
        page_url=_link(made),
        thread=str(made.id),
        earlier=(made.message_id, *_earlier(delivery)),
        language=person.language if person else "en",
    )


def _subject(made: MailedLines) -> str:
    subject = made.subject or "Your lines"
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _headline(made: MailedLines) -> str:
    match made.state:
        case MailedState.SHOWN if made.reminded and not made.why:
            return "You have not said yet: shall I start it?"
        case MailedState.SHOWN:
            return "This is what I understood. Shall I start it?"
        case MailedState.LAPSED if not made.why:
            return "Nothing was started, for you did not say go."
        case MailedState.STARTED:
            return f"It has started: {_title(made)}."
        case MailedState.UNCLEAR:
            return "Not all of it is clear, so nothing was started."
        case _:
            return "Nothing was started."


def _title(made: MailedLines) -> str:
    case = Case.objects.filter(id=made.case).first() if made.case else None
    return case.title if case else made.subject


def _paragraphs(made: MailedLines) -> Sequence[str]:
    steps = [one for one in made.said if one.endswith(".") and not one.startswith("Said on ")]
    understood = ["\n".join(steps)] if steps else []
    left = " ".join(made.left_out.split())
    short = left if len(left) <= 300 else f"{left[:299]}…"
    out = [f"Left out, because it is no line: “{short}”"] if left else []
    match made.state:
        case MailedState.SHOWN if made.reminded and not made.why:
            return tuple(understood)
        case MailedState.LAPSED:
            return (f"It waited for you until {_until(made)}. Nobody has been asked.", *made.why, *understood)
        case MailedState.SHOWN:
            return (*made.why, *understood, *out)
        case MailedState.UNCLEAR:
            clear = [f"Clear so far:\n{understood[0]}"] if understood else []
            return (*made.why, *clear, *out)
        case MailedState.STARTED:
            return tuple(made.why or understood)
        case _:
            return tuple(made.why)


def _closing(made: MailedLines) -> str:
    match made.state:
        case MailedState.SHOWN:
            return (
                "Reply go and they are asked, no and nothing happens, or write the lines anew. Nobody has been asked. "
                f"It waits for you until {_until(made)}."
            )
        case MailedState.LAPSED:
            return "Reply go and you are shown once more what it means now, or write the lines anew."
        case MailedState.UNCLEAR:
            return HOW
        case MailedState.STARTED:
            return "Each has been asked where they work. You hear when it is done, and when it will not make it."
        case _:
            return ""


def _link(made: MailedLines) -> str:
    """Return the screen that shows the same: the lines before they start, the run after."""
    if made.state == MailedState.STARTED:
        return link_to(f"/run/{made.case}/")
    if made.state == MailedState.REFUSED:
        return ""
    return link_to(f"/lines/?mailed={made.id}")


def _until(made: MailedLines) -> str:
    """Say until when lines wait, as it was when they were last spoken of."""
    assert made.lapses_at is not None, "lines that wait lapse some day"
    now = made.changed_at or made.at
    return say_time(made.lapses_at, now=now, zone=zone_of(made.person_id))


def _earlier(delivery: Delivery) -> Sequence[str]:
    rows = Delivery.objects.filter(case_id=delivery.case_id, purpose=delivery.purpose, state="handed over")
    return tuple(rows.exclude(external_id="").order_by("position").values_list("external_id", flat=True))
