"""The library as a zip file: what its reader meets, nothing else."""

from __future__ import annotations

from io import BytesIO

from django.http import HttpRequest, HttpResponse

from doorstep.cases.clock import business_now
from doorstep.people.models import Person
from doorstep.stewardship.export_library import zip_library
from doorstep.web.screens import signed_in


@signed_in
def export(_request: HttpRequest, me: Person) -> HttpResponse:
    """Give every page in force that the reader meets."""
    file = BytesIO()
    zip_library(to=file, by=me.id)
    response = HttpResponse(file.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="library-{business_now():%Y-%m-%d}.zip"'
    return response
