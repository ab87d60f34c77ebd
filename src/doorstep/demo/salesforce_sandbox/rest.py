"""Salesforce's REST API and its OAuth tokens, as far as a last mile needs them."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import jwt

from doorstep.demo.salesforce_sandbox import data, soql
from doorstep.demo.salesforce_sandbox.crm import Crm, Refused
from doorstep.demo.salesforce_sandbox.objects import KINDS, Kind
from doorstep.demo.serving import Answer, Request, Route, as_json, dispatch
from doorstep.demo.state import Json

PREFIX = "/services/data/{}"
PAGE_SIZE = 200
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Rest:
    """The API over one organisation's records."""

    crm: Crm
    base: Callable[[], str]

    def answer(self, request: Request) -> Answer:
        """Answer one request of the API, refusals included."""
        try:
            if request.path == "/services/data":
                return as_json([{"label": "Spring '26", "url": "/services/data/v62.0", "version": "62.0"}])
            self._signed_in(request)
            found = dispatch(self._routes(), request)
        except Refused as refused:
            return as_json(refused.body, refused.status)
        except (ValueError, TypeError, AttributeError) as error:
            return as_json(
                [{"message": f"The request is not understood: {error}", "errorCode": "JSON_PARSER_ERROR"}], 400
            )
        return found or as_json([{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}], 404)

    def _routes(self) -> Sequence[Route]:
        thing = PREFIX + "/sobjects/{}"
        return (
            Route("GET", PREFIX + "/sobjects", self._kinds),
            Route("GET", thing + "/describe", self._describe),
            Route("POST", thing, self._create),
            Route("GET", thing + "/{}", self._get),
            Route("PATCH", thing + "/{}", self._update),
            Route("GET", thing + "/{}/{}", self._get_by_key),
            Route("PATCH", thing + "/{}/{}", self._upsert),
            Route("GET", PREFIX + "/query", self._query),
            Route("GET", PREFIX + "/query/{}", self._more),
            Route("GET", PREFIX + "/limits", self._limits),
        )

    def _signed_in(self, request: Request) -> str:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        with self.crm.state.reading() as document:
            if kind != "Bearer" or token not in document["tokens"]:
                raise Refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        return data.ROBOT

    # -- objects and records ---------------------------------------------------------------------

    def _kinds(self, _: Request, __: str) -> Answer:
        feeds = {"TaskFeed"}  # a post has the prefix of FeedItem
        shown = [
            {"name": kind.name, "label": kind.label, "keyPrefix": None if kind.name in feeds else kind.prefix}
            for kind in KINDS.values()
        ]
        return as_json({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown})

    def _describe(self, _: Request, __: str, name: str) -> Answer:
        kind = _kind(name)
        fields = [field.described() for field in kind.fields]
        return as_json({"name": kind.name, "label": kind.label, "keyPrefix": kind.prefix, "fields": fields})

    def _get(self, request: Request, _: str, name: str, number: str) -> Answer:
        return self._shown(request, _kind(name), number)

    def _get_by_key(self, request: Request, _: str, *key: str) -> Answer:
        kind = _kind(key[0])
        found = [record["Id"] for record in self.crm.records(kind) if record.get(key[1]) == key[2]]
        if not found:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return self._shown(request, kind, found[0])

    def _shown(self, request: Request, kind: Kind, number: str) -> Answer:
        record = self.crm.record(kind, number)
        names = [name for name in request.query.get("fields", "").split(",") if name]
        unknown = [name for name in names if name not in record]
        if unknown:
            raise Refused(400, "INVALID_FIELD", f"No such column '{unknown[0]}' on entity '{kind.name}'.")
        chosen = {name: record[name] for name in names} if names else record
        return as_json({**soql.attributes(kind, record["Id"]), **chosen, "Id": record["Id"]})

    def _create(self, request: Request, _: str, name: str) -> Answer:
        number = self.crm.create(_kind(name), _values(request), by=self._signed_in(request))
        return as_json({"id": number, "success": True, "errors": []}, 201)

    def _update(self, request: Request, _: str, name: str, number: str) -> Answer:
        self.crm.update(_kind(name), number, _values(request), by=self._signed_in(request))
        return Answer(204)

    def _upsert(self, request: Request, _: str, *key: str) -> Answer:
        kind, by = _kind(key[0]), self._signed_in(request)
        number, created = self.crm.upsert(kind, (key[1], key[2]), _values(request), by=by)
        return as_json({"id": number, "success": True, "errors": [], "created": created}, 201 if created else 200)

    # -- queries ---------------------------------------------------------------------------------

    def _query(self, request: Request, _: str) -> Answer:
        return self._page(request.query.get("q", ""), 0)

    def _more(self, _: Request, __: str, locator: str) -> Answer:
        start, _dash, coded = locator.partition("-")
        return self._page(base64.urlsafe_b64decode(coded).decode(), int(start))

    def _page(self, text: str, start: int) -> Answer:
        found = soql.query(self.crm, text)
        end = start + PAGE_SIZE
        answer: Json = {"totalSize": len(found), "done": end >= len(found), "records": found[start:end]}
        if not answer["done"]:
            coded = base64.urlsafe_b64encode(text.encode()).decode()
            answer["nextRecordsUrl"] = f"/services/data/v62.0/query/{end}-{quote(coded)}"
        return as_json(answer)

    def _limits(self, _: Request, __: str) -> Answer:
        return as_json({"DailyApiRequests": {"Max": 100_000, "Remaining": 99_000}})


def _kind(name: str) -> Kind:
    kind = next((kind for kind in KINDS.values() if kind.name.lower() == name.lower()), None)
    if kind is None:
        raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
    return kind


def _values(request: Request) -> Mapping[str, object]:
    values = request.json()
    if not isinstance(values, dict):
        raise Refused(400, "JSON_PARSER_ERROR", "Expected an object with the fields to set.")
    return {name: value for name, value in values.items() if name != "attributes"}


# -- tokens ----------------------------------------------------------------------------------------


def token(crm: Crm, request: Request, *, base: str, public_key: str) -> Answer:
    """Give an access token: for the client's own credentials, or for a signed assertion of a user."""
    form = request.form()
    match form.get("grant_type"):
        case "client_credentials":
            wrong = _client_fault(request, form)
        case grant if grant == JWT_BEARER:
            wrong = _assertion_fault(crm, form.get("assertion", ""), base=base, public_key=public_key)
        case _:
            wrong = ("unsupported_grant_type", "grant type not supported")
    if wrong:
        return as_json({"error": wrong[0], "error_description": wrong[1]}, 400)
    access = f"00D{secrets.token_hex(6)}!{secrets.token_urlsafe(32)}"
    with crm.state.changing() as document:
        document["tokens"] = [*document["tokens"][-20:], access]
    identity = f"{base}/id/00DNs0000000001IAA/{data.ROBOT}"
    known = {"access_token": access, "instance_url": base, "id": identity, "token_type": "Bearer", "scope": "api"}
    return as_json({**known, "issued_at": str(int(crm.now().timestamp() * 1000))})


def _client_fault(request: Request, form: Mapping[str, str]) -> tuple[str, str] | None:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    given = (form.get("client_id", ""), form.get("client_secret", ""))
    if kind.lower() == "basic":
        name, _, password = base64.b64decode(value).decode().partition(":")
        given = (name, password)
    if given[0] != data.CLIENT_ID:
        return "invalid_client_id", "client identifier invalid"
    return None if given[1] == data.CLIENT_SECRET else ("invalid_client", "invalid client credentials")


def _assertion_fault(crm: Crm, assertion: str, *, base: str, public_key: str) -> tuple[str, str] | None:
    try:
        claims = jwt.decode(
            assertion,
            public_key,
            algorithms=["RS256"],
            audience=["https://login.salesforce.com", "https://test.salesforce.com", base],
            options={"require": ["exp", "iss", "sub", "aud"]},
        )
    except (jwt.PyJWTError, ValueError) as error:
        return "invalid_grant", f"invalid assertion: {re.sub(r'[^a-zA-Z ]', '', str(error)).lower()}"
    if claims["iss"] != data.CLIENT_ID:
        return "invalid_client_id", "client identifier invalid"
    known = {user["Username"] for user in crm.records(KINDS["User"])}
    return None if claims["sub"] in known else ("invalid_grant", "user hasn't approved this consumer")
