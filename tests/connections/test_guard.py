from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connections.servers import serving

from doorstep.connections.guard import AddressRefused, checked, connect, resolve

OUTSIDE = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808", "2002:808:808::1"]
INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "192.0.0.8",
    "198.18.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2001:0:a00:1::f5ff:fffe",
]
MULTICAST = ["224.0.0.1", "239.1.2.3", "ff02::1", "ff0e::1"]


def at(*addresses: str) -> object:
    """A resolver that gives these addresses for every name."""

    def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolver


def check(*addresses: str, allow_private: bool = False) -> tuple[str, ...]:
    return checked("site.example", 443, allow_private=allow_private, resolver=at(*addresses))  # type: ignore[arg-type]


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_may_be_reached(address: str) -> None:
    assert check(address) == (address,)


@pytest.mark.parametrize("address", [*INSIDE, *MULTICAST])
def test_an_address_inside_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check(address)
    assert str(refused.value) == (
        f'The host "site.example" is at {address}, an address inside the organisation or of this machine. '
        "If that is meant, an administrator can allow private addresses for this connection."
    )


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_may_be_reached_when_allowed(address: str) -> None:
    assert check(address, allow_private=True) == (address,)


@pytest.mark.parametrize("address", MULTICAST)
def test_nobody_is_at_many_addresses_at_once(address: str) -> None:
    with pytest.raises(AddressRefused):
        check(address, allow_private=True)


def test_one_address_inside_refuses_the_host() -> None:
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        check("8.8.8.8", "10.0.0.1")


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address: object) -> None:
    """What is refused plainly is refused in every coat."""

    def refused(text: str) -> bool:
        try:
            check(text)
        except AddressRefused:
            return True
        return False

    number = int(address)  # type: ignore[call-overload]
    coats = [f"::ffff:{address}", f"64:ff9b::{address}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"]
    assert [refused(coat) for coat in coats] == [refused(str(address))] * 3


def test_a_name_dns_does_not_know_is_refused_with_the_mend() -> None:
    def resolver(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(AddressRefused) as refused:
        checked("nowhere.example", 443, allow_private=False, resolver=resolver)
    assert str(refused.value) == (
        'The host "nowhere.example" is not known to DNS ([Errno -2] Name or service not known). '
        "Mend its name in the connection."
    )
    with pytest.raises(AddressRefused, match="has no address"):
        check()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0"])
def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(AddressRefused):
        checked(host, 80, allow_private=False, resolver=resolve)


@pytest.mark.parametrize("host", ["a" * 300 + ".example", "..", "\udcff.example"])
def test_a_host_that_cannot_be_a_name_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        checked(host, 80, allow_private=True, resolver=resolve)


def test_what_was_checked_is_what_is_connected_to() -> None:
    """A name that answers differently the second time is asked once."""
    answers = iter([["127.0.0.1"], ["224.0.0.1"]])

    def rebinding(host: str, port: int) -> Sequence[str]:
        return next(answers)

    with serving() as port, connect("site.example", port, timeout=5, allow_private=True, resolver=rebinding) as door:
        assert door.getpeername() == ("127.0.0.1", port)
    assert next(answers) == ["224.0.0.1"]


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    both = at("127.0.0.2", "127.0.0.1")
    with serving() as port, connect("x", port, timeout=5, allow_private=True, resolver=both) as door:  # type: ignore[arg-type]
        assert door.getpeername() == ("127.0.0.1", port)


def test_the_last_address_says_why_nobody_answers() -> None:
    with pytest.raises(ConnectionRefusedError):
        connect("x", 1, timeout=5, allow_private=True, resolver=at("127.0.0.2", "127.0.0.1"))  # type: ignore[arg-type]
