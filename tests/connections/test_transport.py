from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from tests.connections.servers import certificate, serving

from doorstep.connections.transport import MIB, Limits, TooLarge, Way, client

ADDRESSES = {"site.example": "127.0.0.1", "inside.example": "10.0.0.1", "multicast.example": "224.0.0.1"}


class Names:
    """A resolver that counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return (ADDRESSES.get(host, host),)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as number:
        yield number


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def http(names: Names) -> Iterator[httpx.Client]:
    with client(Way(allow_private=True, resolver=names), Limits(size=2 * MIB, total=1.0)) as made:
        yield made


def get(http: httpx.Client, port: int, path: str) -> str:
    return http.get(f"http://site.example:{port}{path}").text


def test_a_host_is_asked_at_its_checked_address(http: httpx.Client, port: int, names: Names) -> None:
    assert (get(http, port, "/small"), names.asked) == ("hello", ["site.example"])


def test_a_private_address_is_refused_unless_allowed(port: int, names: Names) -> None:
    with client(Way(resolver=names)) as http, pytest.raises(httpx.ConnectError) as refused:
        http.get(f"https://site.example:{port}/small")
    assert str(refused.value) == (
        'The host "site.example" is at 127.0.0.1, an address inside the organisation or of this machine. '
        "If that is meant, an administrator can allow private addresses for this connection."
    )


def test_plain_http_is_refused_where_private_addresses_are(names: Names) -> None:
    with client(Way(resolver=names)) as http, pytest.raises(httpx.ConnectError, match="Expected https"):
        http.get("http://site.example/small")
    assert names.asked == []


def test_a_redirect_passes_the_guard_again(http: httpx.Client, port: int, names: Names) -> None:
    with pytest.raises(httpx.ConnectError, match=r'The host "multicast.example" is at 224\.0\.0\.1'):
        get(http, port, "/to-multicast")
    assert names.asked == ["site.example", "multicast.example"]


def test_a_get_is_led_on_and_a_post_is_not(http: httpx.Client, port: int) -> None:
    assert get(http, port, "/to-small") == "hello"
    assert http.post(f"http://site.example:{port}/anything").status_code == 302


def test_a_redirect_in_a_circle_ends(http: httpx.Client, port: int) -> None:
    with pytest.raises(httpx.TooManyRedirects):
        get(http, port, "/round")


def test_a_packed_answer_is_unpacked(http: httpx.Client, port: int) -> None:
    assert (get(http, port, "/packed"), get(http, port, "/accepts")) == ("hello", "gzip")


def test_an_answer_may_be_packed_in_pieces_large_or_empty(http: httpx.Client, port: int) -> None:
    texts = [get(http, port, path) for path in ("/packed-twice", "/packed-large", "/packed-empty")]
    assert texts == ["hello", "\0" * MIB + "end", ""]


@pytest.mark.parametrize("path", ["/not-packed", "/oddly-packed", "/cut"])
def test_an_answer_that_does_not_unpack_is_an_error(http: httpx.Client, port: int, path: str) -> None:
    with pytest.raises(httpx.DecodingError):
        get(http, port, path)


@pytest.mark.parametrize("path", ["/bomb", "/endless"])
def test_an_answer_that_is_too_large_is_stopped(http: httpx.Client, port: int, path: str) -> None:
    with pytest.raises(TooLarge, match="larger than 2 MiB"):
        get(http, port, path)


def test_a_bomb_is_stopped_before_it_has_unpacked(http: httpx.Client, port: int) -> None:
    pieces: list[int] = []
    with http.stream("GET", f"http://site.example:{port}/bomb") as answer, pytest.raises(TooLarge):
        pieces.extend(len(piece) for piece in answer.iter_bytes())
    assert sum(pieces) <= 3 * MIB


@pytest.mark.parametrize("path", ["/dripping", "/dripping-headers"])
def test_an_answer_that_drips_is_given_up(http: httpx.Client, port: int, path: str) -> None:
    start = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        get(http, port, path)
    assert time.monotonic() - start < 3


def test_a_connection_is_kept_and_its_time_starts_anew(http: httpx.Client, port: int, names: Names) -> None:
    get(http, port, "/small")
    time.sleep(1.1)
    assert (get(http, port, "/small"), names.asked) == ("hello", ["site.example"])


# -- TLS and proxies ---------------------------------------------------------------------------------


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    file = certificate(tmp_path, "site.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving(context) as number:
        yield number, file


def test_our_own_authorities_are_trusted_beside_the_usual(secured: tuple[int, Path], names: Names) -> None:
    number, file = secured
    with client(Way(allow_private=True, resolver=names, ca_bundle=str(file))) as http:
        assert http.get(f"https://site.example:{number}/small").text == "hello"
    with (
        client(Way(allow_private=True, resolver=names)) as http,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE"),
    ):
        http.get(f"https://site.example:{number}/small")


def test_the_certificate_must_be_the_names_not_the_addresss(secured: tuple[int, Path], names: Names) -> None:
    number, file = secured
    with (
        client(Way(allow_private=True, resolver=names, ca_bundle=str(file))) as http,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE"),
    ):
        http.get(f"https://127.0.0.1:{number}/small")


def test_behind_a_proxy_the_proxy_resolves_approved_hosts_only(port: int, names: Names) -> None:
    way = Way(allow_private=True, resolver=names, proxy=f"http://127.0.0.1:{port}", approved={"site.example"})
    with client(way) as http:
        assert http.get("http://api.site.example/x").text == "proxied http://api.site.example/x"
        with pytest.raises(httpx.ConnectError, match="not one the connection names"):
            http.get("http://evilsite.example/x")
    assert names.asked == ["127.0.0.1"]


def test_the_environment_names_no_proxy(port: int, names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with client(Way(allow_private=True, resolver=names)) as http:
        assert get(http, port, "/small") == "hello"
