"""Facts as form fields, and what comes back of a form as plain values `reading.facts` understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from doorstep.cases import store
from doorstep.cases.refusals import NotPossible
from doorstep.kernel.values import FileRef, Money
from doorstep.reading.page import FactKind

INPUTS = {
    "number": "number",
    "money": "number",
    "date": "date",
    "time": "time",
    "date and time": "datetime-local",
    "e-mail address": "email",
    "file": "file",
}
PREFIX = "fact-"
KEPT = "kept-"
"""Before the name of a file that was sent on the first page: its signed reference, for the second."""


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form.  ``value`` is what the browser wants for its kind of input."""

    name: str
    kind: str
    input: str = "text"
    value: str = ""
    options: tuple[str, ...] = ()
    hint: str = ""
    required: bool = False
    long: bool = False
    problem: str = ""
    kept: str = ""  # the signed reference of a file that was chosen before
    kept_name: str = ""

    @property
    def label(self) -> str:
        return self.name[:1].upper() + self.name[1:]


def input_for(name: str, kind: FactKind | None, *, value: object = None, required: bool = False) -> Input:
    """Return the field for a fact."""
    plain = Input(name, kind.name if kind else "text", required=required, value=shown(value))
    match kind:
        case FactKind(name="choice", options=options):
            return replace(plain, options=options)
        case FactKind(name="yes/no"):
            return replace(plain, options=("yes", "no"))
        case FactKind(name="record", system=system, type=type_):
            return replace(plain, hint=f"The {system} {type_}: its address or its key.")
        case FactKind(name="list"):
            return replace(plain, long=True, hint="Several, separated by commas.")
        case FactKind(name="person"):
            return replace(plain, hint="Their e-mail address.")
        case FactKind(name=known):
            return replace(plain, input=INPUTS.get(known, "text"))
        case _:
            return plain


def shown(value: object) -> str:
    """Return a fact's value as an input holds it."""
    match value:
        case None | FileRef():
            return ""
        case bool():
            return "yes" if value else "no"
        case Money(amount=amount):
            return f"{amount:f}"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M}"
        case date() | time():
            return value.isoformat()
        case Mapping():
            return str(value.get("key") or value.get("title") or "")
        case tuple():
            return ", ".join(shown(item) for item in value)
        case _:
            return str(value)


def given(request: HttpRequest, kinds: Mapping[str, FactKind | None], *, zone: str) -> dict[str, object]:
    """Return the facts a form gives, those left empty left out; files are stored.

    Raises `cases.refusals.NotPossible` for a file that is refused.
    """
    facts: dict[str, object] = {}
    for name, kind in kinds.items():
        upload = request.FILES.get(PREFIX + name)
        text = str(request.POST.get(PREFIX + name, "")).strip()
        if isinstance(upload, UploadedFile):
            facts[name] = kept(upload)
        elif sent := str(request.POST.get(KEPT + name, "")):
            facts[name] = _sent_before(sent)
        elif text:
            facts[name] = plain_value(text, kind, zone=zone)
    return facts


def kept(upload: UploadedFile[bytes]) -> FileRef:
    """Store an uploaded file, from its beginning: it may have been read before."""
    upload.seek(0)
    return store.keep(upload.name or "file", upload.read(), upload.content_type or "application/octet-stream")


def carried(request: HttpRequest, kinds: Mapping[str, FactKind | None]) -> list[tuple[str, str]]:
    """Return what a form gave as hidden fields of the next one; files are stored and named by signed references.

    Raises `cases.refusals.NotPossible` for a file that is refused.
    """
    found = [("ticked", value) for value in request.POST.getlist("ticked")]
    for name in kinds:
        upload = request.FILES.get(PREFIX + name)
        if isinstance(upload, UploadedFile):
            found.append((KEPT + name, _signed(kept(upload))))
        else:
            found += [(key, str(request.POST[key])) for key in (PREFIX + name, KEPT + name) if request.POST.get(key)]
    return found


def _signed(file: FileRef) -> str:
    return signing.dumps([file.name, file.sha256, file.media_type, file.size], salt=KEPT)


def _sent_before(text: str) -> FileRef:
    """Return the file a signed reference names.  Raises NotPossible for one that was not made here."""
    try:
        name, sha256, media_type, size = signing.loads(text, salt=KEPT)
    except signing.BadSignature as error:
        raise NotPossible("Expected the file you chose before, but got something else. Choose it again.") from error
    return FileRef(name=name, sha256=sha256, media_type=media_type, size=size)


def plain_value(text: str, kind: FactKind | None, *, zone: str) -> object:
    """Return what was typed as the plain value of its kind."""
    match kind:
        case FactKind(name="list", of=of):
            return [plain_value(part.strip(), of, zone=zone) for part in re.split(r"[,\n]", text) if part.strip()]
        case FactKind(name="date and time"):
            return instant(text, zone)
        case FactKind(name="record"):
            return record_key(text)
        case _:
            return text


def instant(text: str, zone: str) -> str:
    """Return what a datetime-local input gives as an instant in the reader's zone; other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).isoformat()


def record_key(text: str) -> str:
    """Return the key in a record's address (the last part of its path), or what was typed."""
    if not text.startswith(("http://", "https://")):
        return text
    parts = [part for part in re.split(r"[/?#]", text) if part]
    known = [part for part in parts if re.fullmatch(r"[A-Z][A-Z0-9_]+-\d+|[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?", part)]
    return known[-1] if known else parts[-1]


def with_problems(inputs: Iterable[Input], problem: str, request: HttpRequest) -> tuple[Input, ...]:
    """Return the fields as they were filled in, each with what is wrong with it.

    A sentence that names a fact belongs to it; when none is named, the fields left empty are what is missing.
    """
    filled = [_filled(one, request) for one in inputs]
    named = [one.name for one in filled if problem.startswith(f"{one.name}:")]
    return tuple(replace(one, problem=_problem(one, problem, named)) for one in filled)


def _filled(one: Input, request: HttpRequest) -> Input:
    """Return a field as it was filled in; a file that was chosen is kept, and named by a signed reference."""
    if one.input != "file":
        return replace(one, value=str(request.POST.get(PREFIX + one.name, one.value)))
    upload, sent = request.FILES.get(PREFIX + one.name), str(request.POST.get(KEPT + one.name, ""))
    try:
        file = kept(upload) if isinstance(upload, UploadedFile) else _sent_before(sent) if sent else None
    except NotPossible:
        return one
    return replace(one, kept=_signed(file), kept_name=file.name) if file else one


def _problem(one: Input, problem: str, named: list[str]) -> str:
    """Return what is wrong with one field."""
    if one.name in named:
        return problem.removeprefix(f"{one.name}:").strip()
    empty = not one.value and not one.kept
    missing = problem and not named and empty and (one.required or one.name in problem)
    return f"Expected {one.name}, but nothing was given. Fill it in." if missing else ""
