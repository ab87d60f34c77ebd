"""HTTP through the guard: checked addresses, a limit on size and on time, our proxy and authorities."""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from doorstep.connections import guard

MIB = 1024 * 1024

_ZLIB_OR_GZIP = 47  # zlib tells which by the header


@dataclass(frozen=True, slots=True)
class Limits:
    """``size`` is of an answer's body in bytes, before and after decompression; times are in seconds."""

    size: int = 30 * MIB
    total: float = 120.0
    connect: float = 10.0
    silence: float = 30.0


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Way:
    """How a connection gets out.

    With a ``proxy`` it is the proxy that resolves, so only ``approved`` hosts (and those below them)
    are asked for; it may itself stand inside.  ``ca_bundle`` is trusted beside the usual authorities.
    """

    allow_private: bool = False
    proxy: str = ""
    ca_bundle: str = ""
    approved: Collection[str] = ()
    resolver: guard.Resolver = guard.resolve


class TooLarge(httpx.ReadError):
    """An answer is larger than we read."""


def client(way: Way, limits: Limits = USUAL) -> httpx.Client:
    """Return a client whose every connection passes the guard, redirects included.

    It follows redirects of GET and HEAD alone: a POST that is led elsewhere was not done.
    """
    return _Client(
        transport=Transport(way, limits),
        timeout=httpx.Timeout(limits.silence, connect=limits.connect),
        headers={"Accept-Encoding": "gzip"},
        max_redirects=5,
        trust_env=False,
    )


@cache
def trust(ca_bundle: str = "") -> ssl.SSLContext:
    """Return what TLS trusts: the usual authorities, and those of the organisation's bundle."""
    context = httpx.create_ssl_context()
    if ca_bundle:
        context.load_verify_locations(cafile=ca_bundle)
    return context


class _Client(httpx.Client):
    """A client that follows redirects where nothing is lost by it."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request, following redirects of GET and HEAD unless told otherwise."""
        if not isinstance(options.get("follow_redirects"), bool):
            options["follow_redirects"] = request.method in {"GET", "HEAD"}
        return super().send(request, **options)


class Transport(httpx.HTTPTransport):
    """httpx's transport on a network of ours."""

    def __init__(self, way: Way, limits: Limits) -> None:
        context = trust(way.ca_bundle)
        super().__init__(verify=context)
        self._way = way
        self._limits = limits
        self._deadline = _Deadline()
        network = _Network(way, self._deadline)
        # httpx offers no door for a network backend; its mapping of errors and streams is all we take from it.
        self._pool = (
            httpcore.HTTPProxy(proxy_url=way.proxy, ssl_context=context, network_backend=network)
            if way.proxy
            else httpcore.ConnectionPool(ssl_context=context, network_backend=network)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.  What the guard refuses is a ConnectError, so nothing was sent."""
        self._refuse(request)
        self._deadline.start(self._limits.total)
        response = super().handle_request(request)
        encoding = response.headers.pop("Content-Encoding", "identity").strip().lower()
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, encoding, self._limits.size)
        return response

    def _refuse(self, request: httpx.Request) -> None:
        """Raise ConnectError for a request that must not leave."""
        url = request.url
        if url.scheme != "https" and not self._way.allow_private:
            why = f"Expected https, but got {url.scheme}://{url.host}: secrets would travel in the open."
            raise httpx.ConnectError(f"{why} Use https in the connection.", request=request)
        if self._way.proxy and not _approved(url.host, self._way.approved):
            why = f'The host "{url.host}" is not one the connection names, and behind a proxy only those are asked.'
            raise httpx.ConnectError(f"{why} Add it to the connection's hosts.", request=request)


def _approved(host: str, approved: Collection[str]) -> bool:
    """Say whether a host is one of the approved, or below one."""
    return any(host == one or host.endswith(f".{one}") for one in approved)


# -- Network ---------------------------------------------------------------------------------------


class _Deadline(threading.local):
    """When the request this thread is at must be over, on the monotonic clock."""

    at = float("inf")

    def start(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Return how long one move may take.  Raises ReadTimeout when the time is up."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("The answer took longer than we wait in all.")
        return left if timeout is None else min(timeout, left)


class _Network(httpcore.NetworkBackend):
    """Connects to checked addresses alone."""

    def __init__(self, way: Way, deadline: _Deadline) -> None:
        self._way = way
        self._deadline = deadline
        self._proxy = urlsplit(way.proxy).hostname

    def connect_tcp(  # noqa: PLR0917  (httpcore's signature)
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a stream to a checked address; what is refused, or does not answer, is a ConnectError."""
        inside = self._way.allow_private or host == self._proxy
        try:
            addresses = guard.checked(host, port, allow_private=inside, resolver=self._way.resolver)
        except guard.AddressRefused as reason:
            raise httpcore.ConnectError(str(reason)) from reason
        for address in addresses[:-1]:
            try:
                return self._to(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the next address may answer; the last one's error is raised
        return self._to(addresses[-1], port, timeout)

    def _to(self, address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        """Return a stream to one address."""
        stream = httpcore.SyncBackend().connect_tcp(address, port, timeout=self._deadline.left(timeout))
        return _Stream(stream, self._deadline)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: object = None
    ) -> httpcore.NetworkStream:
        """Refuse: nothing we talk to is a file."""
        raise httpcore.ConnectError(f"Expected a host, but got the socket {path}.")


class _Stream(httpcore.NetworkStream):
    """A stream on which each move counts against the request's time."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout=self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


# -- Bodies ----------------------------------------------------------------------------------------


class _Bounded(httpx.SyncByteStream):
    """A body that is unpacked here, where a small one that unpacks to a huge one can be stopped."""

    def __init__(self, inner: httpx.SyncByteStream, encoding: str, size: int) -> None:
        self._inner = inner
        self._encoding = encoding
        self._size = size
        self._begun = False  # in the middle of a packed stream

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body's bytes.  Raises TooLarge, and DecodingError for what cannot be unpacked."""
        read = 0
        for chunk in self._unpacked():
            read += len(chunk)
            if read > self._size:
                raise TooLarge(f"The answer is larger than {self._size // MIB} MiB, which is as much as we read.")
            yield chunk

    def close(self) -> None:
        self._inner.close()

    def _unpacked(self) -> Iterator[bytes]:
        """Yield the body as it was before it was packed, in pieces of bounded size."""
        match self._encoding:
            case "identity" | "":
                yield from self._inner
            case "gzip" | "x-gzip" | "deflate":
                yield from self._inflated()
            case other:
                raise httpx.DecodingError(f'Expected an answer as gzip or plain, but it came as "{other}".')

    def _inflated(self) -> Iterator[bytes]:
        """Yield what zlib or gzip streams, one after another, hold; never more than a MiB at a time."""
        packed = zlib.decompressobj(wbits=_ZLIB_OR_GZIP)
        try:
            for chunk in self._inner:
                rest, full = chunk, False
                while rest or full:  # a full piece may have left more inside than it gave
                    piece = packed.decompress(rest, MIB)
                    self._begun = not packed.eof and (self._begun or bool(rest))
                    rest, full = packed.unused_data if packed.eof else packed.unconsumed_tail, len(piece) == MIB
                    packed = zlib.decompressobj(wbits=_ZLIB_OR_GZIP) if packed.eof else packed
                    yield piece
        except zlib.error as reason:
            raise httpx.DecodingError(f"The answer says it is packed, but does not unpack: {reason}.") from reason
        if self._begun:
            raise httpx.DecodingError("The answer ends in the middle: it is packed, and its end is missing.")
