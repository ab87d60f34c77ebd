"""Mail that no person wrote for us: it decides nothing, and sometimes tells something.

Rule 5 of asks and replies.  Signs: Auto-Submitted (RFC 3834), Precedence, List-Id, an empty return path,
multipart/report, automatic-reply headers of mail systems, our own loop header, and what reactions,
recalls and mailer daemons look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message as Parsed

from doorstep.understanding.bounces import Bounced, bounced_of
from doorstep.understanding.headers import all_headers, worded

LOOP_HEADER = "x-doorstep-loop"
"""Our own mail carries it (``X-Doorstep-Loop``)."""

DAEMON = re.compile(r"mailer-?daemon|post-?master|mail delivery (?:sub)?system|no-?reply-bounce", re.IGNORECASE)
AWAY_SUBJECT = re.compile(
    r"^\W*(?:(?:re|aw|wg|fwd?)\s*:\s*)*(?:\[?(?:auto(?:matic)?[ -]?(?:reply|response|reply from|antwort)|automatische antwort|autoreply|auto|"
    r"out of (?:the )?office|ooo|abwesenheit\w*|abwesend|nicht im büro|im urlaub|réponse automatique|respuesta automática|risposta automatica|"
    r"automatisch antwoord|autosvar|absence|vacation)\b)",
    re.IGNORECASE,
)
FAILURE_SUBJECT = re.compile(
    r"(?i)undeliver|delivery (?:status )?(?:notification|report|failure|has failed)|delivery failed|mail delivery fail|returned mail|failure notice|returned to sender"
    r"|unzustellbar|nicht zugestellt|could not be delivered|non remis|mail system error|message (?:delayed|you sent blocked)|delayed \d+ hours"
)
RECALL_SUBJECT = re.compile(
    r"(?i)^(?:recall|message recall\w*(?: report)?|rückruf|zurückrufen)\s*:|would like to recall|möchte die nachricht\b.*zurückrufen"
)
RECEIPT_SUBJECT = re.compile(
    r"(?i)^(?:read|gelesen|delivered|zugestellt|not read|accepted|declined|tentative|zugesagt|abgelehnt|mit vorbehalt)\s*:"
)
REACTION = re.compile(
    r"(?i)\breacted (?:to your message|via gmail|with)|\bhat auf ihre nachricht\b.{0,40}reagiert|\b(?:liked|loved|disliked|laughed at) [“\"']|hat (?:ihre|deine) nachricht mit"
)


@dataclass(frozen=True, slots=True)
class Machine:
    """``kind`` is bounce, complaint, automatic reply, list, loop, reaction, recall, receipt or automatic.

    ``bounced`` says which of our mails did not reach whom.  An automatic reply's words may tell until when
    somebody is away; `understand_message` reads them.
    """

    kind: str
    why: str
    bounced: tuple[Bounced, ...] = ()


def machine_of(message: Parsed, text: str) -> Machine | None:
    """Return why a machine wrote this mail, or None when nothing says so."""
    headers = dict(reversed(list(all_headers(message))))
    subject = worded(headers.get("subject", ""))
    return (
        _ours(headers)
        or _report(message, headers, text)
        or _reaction(message, text)
        or _told_by_subject(subject)
        or _told_by_headers(headers)
    )


def _ours(headers: Mapping[str, str]) -> Machine | None:
    if LOOP_HEADER in headers:
        return Machine("loop", "The mail is one of ours that came back: it carries our loop header.")
    return None


def _report(message: Parsed, headers: Mapping[str, str], text: str) -> Machine | None:
    kind = _report_type(message)
    if kind == "feedback-report":
        return Machine("complaint", "The mail is a complaint report (ARF) of a mail provider.")
    if kind in {"disposition-notification", "read-receipt"}:
        return Machine("receipt", "The mail is a read receipt.")
    from_daemon = bool(DAEMON.search(headers.get("from", "")))
    failed = (
        from_daemon
        or bool(FAILURE_SUBJECT.search(worded(headers.get("subject", ""))))
        or "x-failed-recipients" in headers
    )
    if kind or (failed and (_no_return(headers) or from_daemon)):
        return Machine("bounce", "The mail is a delivery report of a mail server.", bounced_of(message, text))
    return None


def _report_type(message: Parsed) -> str:
    """Return the kind of the first report in the mail, wherever it stands."""
    for part in message.walk():
        match part.get_content_type():
            case "multipart/report":
                return str(part.get_param("report-type") or "delivery-status").lower()
            case "message/delivery-status" | "message/global-delivery-status":
                return "delivery-status"
            case "message/feedback-report":
                return "feedback-report"
            case "message/disposition-notification":
                return "disposition-notification"
            case _:
                continue
    return ""


def _reaction(message: Parsed, text: str) -> Machine | None:
    types = {part.get_content_type() for part in message.walk()}
    first = next((line for line in text.splitlines() if line.strip()), "")
    if "text/vnd.google.email-reaction+json" in types or REACTION.search(first):
        return Machine("reaction", "The mail is a reaction (a thumb, a heart), not an answer.")
    if "text/calendar" in types and first in {"", "BEGIN:VCALENDAR"}:
        return Machine("receipt", "The mail is an answer to an appointment.")
    return None


def _told_by_subject(subject: str) -> Machine | None:
    if RECALL_SUBJECT.search(subject):
        return Machine(
            "recall", "The mail asks to recall an earlier one; what was already decided it cannot take back."
        )
    if RECEIPT_SUBJECT.match(subject):
        return Machine("receipt", f"The mail is a receipt: {subject}")
    if AWAY_SUBJECT.match(subject):
        return Machine("automatic reply", f"The mail is an automatic reply: {subject}")
    return None


def _told_by_headers(headers: Mapping[str, str]) -> Machine | None:
    submitted = headers.get("auto-submitted", "no").split(";")[0].split("(")[0].strip().lower()
    if submitted == "auto-replied" or _replies_automatically(headers):
        return Machine("automatic reply", "The mail says of itself that it was sent automatically as a reply.")
    if submitted not in {"no", ""}:
        return Machine(
            "automatic", f"The mail says of itself that it was sent automatically (Auto-Submitted: {submitted})."
        )
    if "list-id" in headers or "list-unsubscribe" in headers or "list-post" in headers:
        return Machine("list", "The mail came from a mailing list.")
    if headers.get("precedence", "").strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return Machine("automatic", f"The mail is marked as sent in bulk (Precedence: {headers['precedence']}).")
    if _no_return(headers):
        return Machine("automatic", "The mail has an empty return path, as only automatic mail has.")
    if DAEMON.search(headers.get("from", "")) or "x-ms-exchange-inbox-rules-loop" in headers:
        return Machine("automatic", "The mail came from a mail system, not from a person.")
    return None


def _replies_automatically(headers: Mapping[str, str]) -> bool:
    if headers.get("x-auto-response-suppress", "").lower() == "all" and "in-reply-to" in headers:
        return headers.get("x-ms-exchange-generated-message-source", "") != ""
    return any(
        name in headers
        for name in (
            "x-autoreply",
            "x-autorespond",
            "x-autoresponder",
            "x-auto-reply-from",
            "x-autogenerated",
            "x-mail-autoreply",
        )
    )


def _no_return(headers: Mapping[str, str]) -> bool:
    if "return-path" not in headers:
        return False
    return headers["return-path"].strip("<> ").lower() in {"", "mailer-daemon"}
