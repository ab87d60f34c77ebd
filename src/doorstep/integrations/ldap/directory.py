"""An LDAP directory, read page by page."""

from __future__ import annotations

import ssl
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from ldap3 import NONE, SUBTREE, Connection, Server, Tls
from ldap3.core import exceptions as wrong
from ldap3.utils.conv import escape_filter_chars

from doorstep.integrations.ldap.entries import ATTRIBUTES, Entry
from doorstep.integrations.ldap.settings import GROUPS, Settings, settings
from doorstep.plugin_api import ConnectionPaused, DirectoryPerson, ReadFailed, Session

OVERLAP = timedelta(minutes=5)
"""How far back a pull of changes looks: an entry may show after the stamp it bears."""

REFUSED = (
    wrong.LDAPInvalidCredentialsResult,
    wrong.LDAPInappropriateAuthenticationResult,
    wrong.LDAPInsufficientAccessRightsResult,
    wrong.LDAPStrongerAuthRequiredResult,
    wrong.LDAPConfidentialityRequiredResult,
    wrong.LDAPNoSuchObjectResult,
    wrong.LDAPInvalidFilterError,
    wrong.LDAPInvalidDnError,
    wrong.LDAPInvalidDNSyntaxResult,
    wrong.LDAPUnwillingToPerformResult,
    wrong.LDAPAdminLimitExceededResult,
    wrong.LDAPSizeLimitExceededResult,
    wrong.LDAPPasswordIsMandatoryError,
    wrong.LDAPUserNameIsMandatoryError,
)
"""What trying again does not mend: somebody must change the connection."""


class LdapDirectory:
    """People of one base, with their managers as DNs and the groups they are members of."""

    def pull(self, session: Session, *, whole: bool) -> Iterator[DirectoryPerson]:
        """Yield everybody, or who changed.  Roles come with everybody alone: a group's change does not show in people."""
        told = settings(session)
        begun = datetime.now(UTC)
        with _reading(session), _bound(session, told) as bound:
            since = "" if whole else session.cursor.get()
            roles = _roles(bound, told) if whole and told.groups_base else {}
            entries = [Entry(raw) for raw in _people(bound, told, since)]
            keys = {entry.dn: entry.key for entry in entries}
            for entry in entries:
                manager = keys.get(entry.manager) or _key_of(bound, entry.manager)
                held = tuple(sorted(roles.get(entry.dn, ()))) if whole else None
                yield entry.person(manager=manager, roles=held if told.groups_base else None)
        session.cursor.set(f"{begun - OVERLAP:%Y%m%d%H%M%SZ}")


def _people(bound: Connection, told: Settings, since: str) -> Iterator[Mapping[str, Any]]:
    only = f"(&{told.filter}({told.changed}>={escape_filter_chars(since)}))" if since else told.filter
    yield from _search(bound, told, told.base, only=only, wanted=ATTRIBUTES)


def _roles(bound: Connection, told: Settings) -> Mapping[str, set[str]]:
    """Return the names of the groups that are roles, by the DN of each member."""
    found: dict[str, set[str]] = defaultdict(set)
    for raw in _search(bound, told, told.groups_base, only=GROUPS, wanted=("cn", "member", "uniqueMember")):
        group = Entry(raw)
        name = group.first("cn")
        if name and (not told.groups or name.casefold() in told.groups):
            for dn in (*group.all("member"), *group.all("uniqueMember")):
                found[dn.casefold()].add(name)
    return found


def _search(
    bound: Connection, told: Settings, base: str, *, only: str, wanted: tuple[str, ...]
) -> Iterator[Mapping[str, Any]]:
    """Yield entries page after page; referrals to other servers are passed over."""
    rows = bound.extend.standard.paged_search(
        base, only, search_scope=SUBTREE, attributes=list(wanted), paged_size=told.page, generator=True
    )
    yield from (row for row in rows if row.get("type") == "searchResEntry")


def _key_of(bound: Connection, dn: str) -> str:
    """Return the key of somebody who was not read, such as a manager who did not change; empty when there is none."""
    if not dn:
        return ""
    try:
        bound.search(dn, "(objectClass=*)", search_scope="BASE", attributes=list(ATTRIBUTES))
    except (wrong.LDAPNoSuchObjectResult, wrong.LDAPInvalidDNSyntaxResult):
        return ""
    rows = [row for row in bound.response or () if row.get("type") == "searchResEntry"]
    return Entry(rows[0]).key if rows else ""


# -- Connecting ------------------------------------------------------------------------------------


@contextmanager
def _bound(session: Session, told: Settings) -> Iterator[Connection]:
    """Connect to an address that passed the guard, secure the line, sign in; sign out at the end."""
    with session.connect(told.host, told.port, told.timeout) as passed:
        address = passed.getpeername()[0]
    tls = _Line(session.tls or ssl.create_default_context(), told.host)
    server = Server(address, told.port, use_ssl=told.tls, tls=tls, get_info=NONE, connect_timeout=told.timeout)
    bound = Connection(
        server,
        told.user,
        told.password,
        read_only=True,
        raise_exceptions=True,
        receive_timeout=told.timeout,
        auto_referrals=False,  # a referral would lead past the guard
        return_empty_attributes=False,
        check_names=False,
    )
    bound.open()
    try:
        if told.start_tls:
            bound.start_tls()
        bound.bind()
        yield bound
    finally:
        with suppress(wrong.LDAPException, OSError):  # what went wrong before is what is told
            bound.unbind()
        if bound.socket is not None:
            bound.socket.close()


class _Line(Tls):
    """TLS as the session trusts it, to the name of the connection although its address is what we connect to."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context
        self._host = host

    def wrap_socket(self, connection: Connection, do_handshake: bool = False) -> None:
        """Secure a connection's socket; one that cannot be is closed."""
        wrapped = self._context.wrap_socket(
            connection.socket, server_hostname=self._host, do_handshake_on_connect=False
        )
        connection.socket = wrapped
        try:
            wrapped.do_handshake()
        except OSError:
            wrapped.close()
            raise


@contextmanager
def _reading(session: Session) -> Iterator[None]:
    """Say in a sentence what went wrong, and whether somebody must do something about it."""
    try:
        yield
    except REFUSED as error:
        raise ConnectionPaused(
            f"The directory {session.name} refused: {_said(error)}. Check the account, its password "
            "and the base; where a limit is exceeded, lower page_size under More."
        ) from error
    except (wrong.LDAPCertificateError, wrong.LDAPStartTLSError) as error:
        raise ConnectionPaused(
            f"The line to {session.name} could not be secured: {_said(error)}. Check its certificate and the CA bundle."
        ) from error
    except (wrong.LDAPSocketOpenError, OSError) as error:
        if "certificate verify failed" in str(error).lower():
            raise ConnectionPaused(
                f"The line to {session.name} could not be secured: its certificate is not trusted, or names another host. "
                "Add its authority to the CA bundle, or mend the address."
            ) from error
        raise ReadFailed(f"The directory {session.name} could not be reached: {_said(error)}. We try again.") from error
    except (wrong.LDAPException, ValueError, TypeError, LookupError, AttributeError) as error:
        raise ReadFailed(
            f"The directory {session.name} answered something that is not LDAP as expected ({_said(error)}). "
            "Check the address and the port.",
            permanent=True,
        ) from error


def _said(error: Exception) -> str:
    """Return what is wrong, in the directory's words, without ldap3's own."""
    described = getattr(error, "description", None) or getattr(error, "message", None)
    return str(described or error or type(error).__name__).strip().rstrip(".")[:200]
