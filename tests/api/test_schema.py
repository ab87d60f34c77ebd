"""The API keeps to its own description, whatever is sent; and the reference says what the description says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from tests.web.office import Office

from doorstep.api.main import api
from doorstep.api.reference import api_page
from doorstep.people.personal_tokens import make_token
from doorstep.project.wsgi import application

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
CHECKS = (not_a_server_error, response_schema_conformance, content_type_conformance)
EACH = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_reference_does_not_lag() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == api_page(), "Run python tools/make_reference.py."


def test_every_call_says_what_it_does_and_every_list_has_pages() -> None:
    schema = api.get_openapi_schema(path_prefix="/api/")
    assert schema["openapi"].startswith("3.1")
    for path, calls in schema["paths"].items():
        for method, call in calls.items():
            assert call.get("description"), f"{method} {path} is described"
            if method == "get" and call["summary"].startswith("List"):
                assert {"limit", "cursor"} <= {one["name"] for one in call["parameters"]}


@pytest.fixture
def kept_open() -> Iterator[None]:
    """Keep the test's connection between calls, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.database
def test_no_call_breaks_it(office: Office, kept_open: None) -> None:
    """Whatever fits the description, and much that does not, is answered as described and never with 500."""
    case = office.start()
    person = office.vera
    token = make_token(person=person, name="Schemathesis", writes=True, by=person).token
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # the description is sound
        strategy = operation.as_strategy()

        def call(made: Any) -> None:
            if "case_id" in made.path_parameters:
                made.path_parameters["case_id"] = str(case.id)
            if "key" in made.path_parameters:
                made.path_parameters["key"] = "close-a-client-project"
            response = made.call(headers={"Authorization": f"Bearer {token}"})
            made.validate_response(response, checks=CHECKS)

        EACH(given(made=strategy)(call))()
