"""The one door out: every host we connect to, for HTTP, SMTP and IMAP, passes `checked`.

A name is resolved once and the connection goes to an address that was checked, so a name that answers
differently the second time (DNS rebinding) gains nothing.  Addresses inside the organisation are
refused unless an administrator allowed them for the connection.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host; the port is only a hint.  Raises OSError."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ASSIGNED = ipaddress.ip_network("192.0.0.0/24")  # for protocols; Python's versions do not agree on it


class AddressRefused(OSError):
    """The host is at an address we do not connect to, or at none; the message says which and the mend."""


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the system for a host's addresses, in the order it prefers."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked(host: str, port: int, *, allow_private: bool, resolver: Resolver = resolve) -> tuple[str, ...]:
    """Return the addresses of a host that may be connected to; raises AddressRefused.

    One refused address refuses the host: a name that points both outside and inside is a trap.
    """
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError) as reason:
        raise AddressRefused(
            f'The host "{host}" is not known to DNS ({reason}). Mend its name in the connection.'
        ) from reason
    if not addresses:
        raise AddressRefused(f'The host "{host}" has no address in DNS. Mend its name in the connection.')
    for address in addresses:
        if not _may_reach(address, allow_private=allow_private):
            raise AddressRefused(
                f'The host "{host}" is at {address}, an address inside the organisation or of this machine. '
                "If that is meant, an administrator can allow private addresses for this connection."
            )
    return tuple(addresses)


def connect(
    host: str, port: int, *, timeout: float, allow_private: bool, resolver: Resolver = resolve
) -> socket.socket:
    """Return a socket connected to a checked address of a host.  Raises AddressRefused, or the last OSError."""
    *others, last = checked(host, port, allow_private=allow_private, resolver=resolver)
    for address in others:
        try:
            return socket.create_connection((address, port), timeout=timeout)
        except OSError:
            continue  # the next address may answer; the last one's error is raised
    return socket.create_connection((last, port), timeout=timeout)


def _may_reach(address: str, *, allow_private: bool) -> bool:
    """Say whether an address may be connected to, whatever it is wrapped in."""
    return all(_is_outside(one) or (allow_private and not one.is_multicast) for one in _wrapped(address))


def _is_outside(address: IPAddress) -> bool:
    """Say whether an address is one of the public internet."""
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    special = address.is_multicast or address.is_reserved or site_local or address in _ASSIGNED
    return address.is_global and not special


def _wrapped(text: str) -> Iterator[IPAddress]:
    """Yield an address, or those of version 4 that one of version 6 carries: what is reached in the end."""
    address = ipaddress.ip_address(text)
    inner: list[IPAddress] = []
    if isinstance(address, ipaddress.IPv6Address):
        inner = [one for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if one]
        if address in _NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if int(address) >> 32 == 0 and int(address) > 1:  # ::a.b.c.d, out of use but still understood
            inner.append(ipaddress.IPv4Address(int(address)))
    yield from inner or [address]
