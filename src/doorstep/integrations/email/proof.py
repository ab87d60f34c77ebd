"""How sure we are who wrote a mail: ``mail`` when our own mail servers vouch for it, else ``link``.

Rule 2 of asks and replies.  Believed are: the topmost Authentication-Results of a named server, with DKIM or
SPF aligned with From, in mail from IMAP or a trusted relay; Exchange's ``AuthAs: Internal`` of the own tenant;
and mail handed in over an authenticated session of our own listener.  Anybody can write such headers
into a mail, so what comes any other way is not even looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from doorstep.integrations.email.authentication import Result, parse
from doorstep.integrations.email.settings import Trust

BELIEVED_WAYS = frozenset({"imap", "relay", "submission"})
STAMPS = (
    "authentication-results",
    "arc-authentication-results",
    "x-ms-exchange-organization-",
    "x-ms-exchange-crosstenant-",
)


@dataclass(frozen=True, slots=True)
class Proof:
    """``level`` is mail or link; ``why`` is a sentence for the evidence; ``key`` the DKIM domain and selector."""

    level: str
    why: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a mail in order, each with how many Received lines stand above it."""

    lines: tuple[tuple[str, str, int], ...]
    sender: str
    written_by: str = ""  # Sender, where it is not From

    def values(self, name: str) -> list[tuple[str, int]]:
        """Return the values of a header with their depths, topmost first."""
        return [(value, depth) for each, value, depth in self.lines if each == name]


def stamps(raw: bytes, trust: Trust, *, via: str, submitted_by: str = "") -> dict[str, str]:
    """Return what the transport may say about a mail, for `IncomingReply.headers`."""
    proof = proof_of(raw, trust, via=via, submitted_by=submitted_by)
    return {"proof": proof.level, "proof_why": proof.why, "proof_key": proof.key}


def proof_of(raw: bytes, trust: Trust, *, via: str, submitted_by: str = "") -> Proof:
    """Say how sure it is that a mail's From wrote it.

    ``via`` is imap, relay (a trusted one), submission or stranger; ``submitted_by`` is the address that
    signed in to our listener.
    """
    head = head_of(raw)
    if not head.sender:
        return Proof("link", "The mail does not have exactly one sender.")
    if head.written_by and _domain(head.written_by) != _domain(head.sender):
        return Proof(
            "link", f"The mail names {head.written_by} beside its sender {head.sender}; only the latter is vouched for."
        )
    if via not in BELIEVED_WAYS:
        return Proof("link", "The mail came from a server that is not a trusted relay; its stamps are not believed.")
    if via == "submission":
        return _submitted(head, submitted_by)
    return _internal(head, trust) or _stamped(head, trust)


def head_of(raw: bytes) -> Head:
    """Read the headers of a mail."""
    message = message_from_bytes(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0] + b"\r\n\r\n")
    lines: list[tuple[str, str, int]] = []
    received = 0
    for name, value in message.raw_items():
        received += name.lower() == "received"
        lines.append((name.lower(), re.sub(r"\s+", " ", str(value)).strip(), received))
    sender = _one_address(message, "From")
    written_by = _one_address(message, "Sender")
    return Head(tuple(lines), sender, written_by if written_by != sender else "")


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _one_address(message: Message, name: str) -> str:
    """Return the one address of the one header, or nothing: with two nobody knows whom a check was about."""
    values = [re.sub(r"\s+", " ", str(value)) for value in message.get_all(name, [])]
    found = [address.lower() for _, address in getaddresses(values) if "@" in address]
    return found[0] if len(values) == 1 and len(found) == 1 else ""


def _submitted(head: Head, submitted_by: str) -> Proof:
    if submitted_by.lower() == head.sender:
        return Proof("mail", f"{head.sender} signed in to hand the mail in.")
    return Proof(
        "link", f"The mail was handed in by {submitted_by or 'nobody we know'}, but names {head.sender} as its sender."
    )


def _internal(head: Head, trust: Trust) -> Proof | None:
    """Believe Exchange that a mail never left the own tenant."""
    if not trust.tenant:
        return None
    names = ("x-ms-exchange-organization-authas", "x-ms-exchange-crosstenant-authas")
    authenticated = [value.lower() for name in names for value, _ in head.values(name)[:1]]
    tenants = [value.lower() for value, _ in head.values("x-ms-exchange-crosstenant-id")]
    if authenticated and set(authenticated) == {"internal"} and tenants == [trust.tenant]:
        return Proof("mail", f"Exchange says that the mail was written inside the own tenant {trust.tenant}.")
    return None


def _stamped(head: Head, trust: Trust) -> Proof:
    stamp = _topmost(head, trust)
    if stamp is None:
        names = ", ".join(trust.authserv_ids) or "none is named"
        return Proof("link", f"The mail carries no result of a mail server that is believed ({names}).")
    authserv_id, results = stamp
    domain = head.sender.rpartition("@")[2]
    if any(each.method == "dmarc" and each.result == "fail" for each in results):
        return Proof("link", f"{authserv_id} says that the mail fails the rules (DMARC) of {domain}.")
    for each in results:
        if found := _aligned(each, domain):
            return Proof(
                "mail",
                f"{authserv_id} says {each.method}=pass for {found}, which is the sender's domain {domain}.",
                _key(each),
            )
    return Proof("link", f"{authserv_id} found no DKIM or SPF that is good and of the sender's domain {domain}.")


def _topmost(head: Head, trust: Trust) -> tuple[str, tuple[Result, ...]] | None:
    """Return the first result of a believed server, if it stands where that server writes it.

    A server may stamp each check in a header of its own: those directly below of the same server count too.
    """
    found: list[Result] = []
    authserv_id = ""
    at_depth = 0
    for value, depth in head.values("authentication-results"):
        results = parse(value)
        if (
            not authserv_id
            and results.authserv_id in trust.authserv_ids
            and (trust.hops is None or depth <= trust.hops)
        ):
            authserv_id, at_depth = results.authserv_id, depth
        if authserv_id and (results.authserv_id != authserv_id or depth != at_depth):
            break
        found += results.results if authserv_id else ()
    return (authserv_id, tuple(found)) if authserv_id else None


def _aligned(result: Result, domain: str) -> str:
    """Return the domain a check passed for when it is the sender's own or the one above it."""
    if result.result != "pass":
        return ""
    return next(
        (each for each in _domains(result) if domain == each or (domain.endswith(f".{each}") and "." in each)), ""
    )


def _domains(result: Result) -> Iterator[str]:
    properties: Mapping[str, str] = result.properties
    match result.method:
        case "dkim":
            named = properties.get("header.d") or properties.get("header.i", "")
        case "spf":
            named = properties.get("smtp.mailfrom", "")
        case "dmarc":
            named = properties.get("header.from", "")
        case _:
            return
    if domain := named.rpartition("@")[2].strip("<>."):
        yield domain


def _key(result: Result) -> str:
    """Return where the DKIM key stands in DNS, as far as the server says."""
    domain, selector = result.properties.get("header.d", ""), result.properties.get("header.s", "")
    return f"{selector}._domainkey.{domain}" if domain and selector else ""


def without_stamps(raw: bytes) -> bytes:
    """Return a mail without the headers only our own servers may write: a stranger's are not kept."""
    head, separator, body = _split(raw)
    lines = re.split(rb"(?<=\n)(?![ \t])", head)
    kept = [line for line in lines if not line.lower().lstrip().startswith(tuple(name.encode() for name in STAMPS))]
    return b"".join(kept) + separator + body


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n(?=\r?\n)", raw)
    return (raw[: found.end()], b"", raw[found.end() :]) if found else (raw, b"", b"")
