"""A file of a case, for whoever may see the case."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from doorstep.cases import queries, store
from doorstep.cases.deliver import opened_case
from doorstep.kernel.values import FileRef
from doorstep.people.models import Person
from doorstep.web.files import file_response
from doorstep.web.history import files_of
from doorstep.web.screens import signed_in
from doorstep.web.views.case import seen_case


@signed_in
def file(_request: HttpRequest, me: Person, case_id: UUID, sha256: str) -> HttpResponse:
    """Give one file that a fact of the case holds, or that came with an answer."""
    opened = opened_case(seen_case(me, case_id))
    values = opened.state.facts.values() if opened.state else ()
    beside = (file for entry in queries.history(case_id) for file in files_of(entry))
    known = next((one for one in (*_files(values), *beside) if one.sha256 == sha256), None)
    if known is None:
        raise Http404
    return file_response(known, store.content_of(known))


def _files(values: object) -> Iterator[FileRef]:
    """Yield the files among facts, those in lists too."""
    for value in values if hasattr(values, "__iter__") else ():
        match value:
            case FileRef():
                yield value
            case tuple() | list():
                yield from _files(value)
