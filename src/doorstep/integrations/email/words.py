"""The fixed words of a letter in each language; what a prepared reply says, `understanding` knows.

A test reads every prepared reply back.  To add a language, add it here and give `understanding` its vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words.  ``{…}`` are filled in; what a reply says is in ``said_*``."""

    for_whom: str = "for"
    to_you: str = "to you"
    as_role: str = "as {role}"
    covered: str = "You approve:"
    shown: str = "For information:"
    attached: str = "attached"
    checklist: str = "Please check:"
    killer: str = "must hold"
    approve: str = "Approve"
    reject: str = "Reject"
    done: str = "Done"
    cannot: str = "Not possible"
    longer: str = "Need longer"
    read: str = "I have read it"
    fill_in: str = "Fill in"
    answer: str = "Answer"
    undo: str = "Undo"
    yes: str = "Yes"
    no: str = "No"
    start: str = "Start"
    seen: str = "I have seen it"
    wrong: str = "Something is wrong"
    said_approved: str = "approved"
    said_rejected: str = "rejected: "
    said_done: str = "done"
    said_longer: str = "need longer: "
    said_read: str = "read"
    said_undo: str = "undo"
    said_yes: str = "yes"
    said_no: str = "no"
    said_start: str = "go"
    said_seen: str = "seen"
    said_wrong: str = "this is wrong: "
    said_unsubscribe: str = "unsubscribe"
    opens: str = "Each opens a reply for you to send; or just reply:"
    opens_one: str = "It opens a reply for you to send; or just reply:"
    reply_with: str = "To answer, reply to this mail with:"
    how_approve: str = "approved, approved with changes (attach them), rejected and why, a day, a name, a question."
    how_confirm: str = "done, rejected and why, a day, a name, a question."
    how_read: str = "read, or a question."
    how_fill_in: str = "the lines below, a day, a name, a question."
    how_choose: str = "one of these words, a day, a name, a question."
    how_answer: str = "your answer, a day, a name, a question."
    how_seen: str = "seen, or what is wrong with it."
    how_remark: str = "what is wrong with it."
    before: str = "before"
    now: str = "now"
    new: str = "new"
    gone: str = "gone"
    attach: str = "attach the file"
    reads: str = "{starter} reads what you write."
    page: str = "read it on a page"
    page_safe: str = "opening it decides nothing"
    reference: str = "ref"


ENGLISH = Words()
GERMAN = Words(
    for_whom="für",
    to_you="an Sie",
    as_role="als {role}",
    covered="Sie geben frei:",
    shown="Zur Information:",
    attached="im Anhang",
    checklist="Bitte prüfen:",
    killer="muss stimmen",
    approve="Freigeben",
    reject="Ablehnen",
    done="Erledigt",
    cannot="Geht nicht",
    longer="Brauche länger",
    read="Gelesen",
    fill_in="Ausfüllen",
    answer="Antworten",
    undo="Rückgängig",
    yes="Ja",
    no="Nein",
    start="Starten",
    seen="Gesehen",
    wrong="Da stimmt etwas nicht",
    said_approved="freigegeben",
    said_rejected="abgelehnt: ",
    said_done="erledigt",
    said_longer="brauche länger: ",
    said_read="gelesen",
    said_undo="rückgängig",
    said_yes="ja",
    said_no="nein",
    said_start="los",
    said_seen="gesehen",
    said_wrong="das ist falsch: ",
    said_unsubscribe="abbestellen",
    opens="Jede Schaltfläche öffnet eine Antwort zum Absenden; oder antworten Sie einfach:",
    opens_one="Die Schaltfläche öffnet eine Antwort zum Absenden; oder antworten Sie einfach:",
    reply_with="Zum Antworten schreiben Sie einfach zurück:",
    how_approve="freigegeben, freigegeben mit Änderungen (im Anhang), abgelehnt und warum, ein Tag, ein Name, eine Frage.",
    how_confirm="erledigt, abgelehnt und warum, ein Tag, ein Name, eine Frage.",
    how_read="gelesen, oder eine Frage.",
    how_fill_in="die Zeilen unten, ein Tag, ein Name, eine Frage.",
    how_choose="eines dieser Wörter, ein Tag, ein Name, eine Frage.",
    how_answer="Ihre Antwort, ein Tag, ein Name, eine Frage.",
    how_seen="gesehen, oder was daran falsch ist.",
    how_remark="was daran falsch ist.",
    before="bisher",
    now="jetzt",
    new="neu",
    gone="entfällt",
    attach="bitte die Datei anhängen",
    reads="{starter} liest, was Sie schreiben.",
    page="auf einer Seite lesen",
    page_safe="das Öffnen entscheidet nichts",
    reference="Zeichen",
)


def words(language: str) -> Words:
    """Return the words of a language; of one we do not have, the English ones."""
    return GERMAN if language.lower().startswith("de") else ENGLISH
