"""Debian's slapd with a small company in a folder of its own, with a certificate of an authority made for it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ldap3 import ALL_ATTRIBUTES, MODIFY_REPLACE, NONE, Connection, Server

BASE = "dc=x,dc=example"
PEOPLE = f"ou=people,{BASE}"
GROUPS = f"ou=groups,{BASE}"
ADMIN = f"cn=admin,{BASE}"
PASSWORD = "a long secret"

CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
sizelimit 50
database mdb
suffix "{base}"
rootdn "{admin}"
rootpw "{password}"
directory {folder}/data
limits dn.exact="cn=reader,{base}" size=50 size.prtotal=unlimited size.pr=600
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=reader,{base}" read by * none
"""


@dataclass(frozen=True)
class Slapd:
    """A running directory: LDAP with StartTLS on one port, LDAPS on another; ``trust`` believes its authority."""

    folder: Path
    port: int
    secure_port: int
    trust: ssl.SSLContext

    @property
    def config(self) -> dict[str, Any]:
        """Return what a connection to it is told."""
        return {
            "url": f"ldap://localhost:{self.port}",
            "user": f"cn=reader,{BASE}",
            "base": PEOPLE,
            "groups_base": GROUPS,
            "page_size": 20,
            "timeout": 2,
        }

    def add(self, uid: str, name: str, **attributes: Any) -> None:
        """Add a person; ``manager`` is another's uid."""
        manager = attributes.pop("manager", None)
        values = {
            "cn": name,
            "sn": name.rsplit(maxsplit=1)[-1],
            "displayName": name,
            "mail": f"{uid}@x.example",
            **attributes,
        }
        values |= {"manager": dn(manager)} if manager else {}
        with self.admin() as bound:
            bound.add(dn(uid), ["inetOrgPerson"], values)

    def change(self, uid: str, **attributes: Any) -> None:
        with self.admin() as bound:
            bound.modify(dn(uid), {name: [(MODIFY_REPLACE, [value])] for name, value in attributes.items()})

    def remove(self, uid: str) -> None:
        with self.admin() as bound:
            bound.delete(dn(uid))

    def group(self, name: str, *uids: str) -> None:
        with self.admin() as bound:
            bound.add(f"cn={name},{GROUPS}", ["groupOfNames"], {"member": [dn(uid) for uid in uids]})

    def key(self, uid: str) -> str:
        with self.admin() as bound:
            bound.search(dn(uid), "(objectClass=*)", "BASE", attributes=[ALL_ATTRIBUTES, "entryUUID"])
            return str(bound.response[0]["raw_attributes"]["entryUUID"][0].decode())

    @contextmanager
    def admin(self) -> Iterator[Any]:
        server = Server("127.0.0.1", self.port, get_info=NONE)
        with Connection(server, ADMIN, PASSWORD, raise_exceptions=True, check_names=False) as bound:
            yield bound


def dn(uid: str) -> str:
    return f"uid={uid},{PEOPLE}"


@contextmanager
def slapd(folder: Path) -> Iterator[Slapd]:
    """Run a directory in a folder until the block ends."""
    (folder / "data").mkdir(parents=True)
    _certificates(folder)
    values: Mapping[str, object] = {"folder": folder, "base": BASE, "admin": ADMIN, "password": PASSWORD}
    (folder / "slapd.conf").write_text(CONFIG.format(**values))
    port, secure = _free(), _free()
    urls = f"ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{secure}/"
    log = (folder / "log").open("wb")
    program = shutil.which("slapd", path="/usr/sbin:/usr/bin")
    assert program, "Expected Debian's slapd. Run tools/setup test."
    process = subprocess.Popen(
        [program, "-d", "0", "-f", str(folder / "slapd.conf"), "-h", urls], stdout=log, stderr=log
    )
    try:
        _wait(process, port, folder)
        made = Slapd(folder, port, secure, ssl.create_default_context(cafile=str(folder / "ca.pem")))
        _fill(made)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _fill(made: Slapd) -> None:
    with made.admin() as bound:
        bound.add(BASE, ["dcObject", "organization"], {"o": "X", "dc": "x"})
        for unit in ("people", "groups"):
            bound.add(f"ou={unit},{BASE}", ["organizationalUnit"])
        reader = {"userPassword": PASSWORD}
        bound.add(f"cn=reader,{BASE}", ["organizationalRole", "simpleSecurityObject"], reader)


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "log").read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("slapd did not answer within 20 seconds.")


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certificates(folder: Path) -> None:
    """Make an authority and a certificate of it for localhost."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    ca = _signed(ca_name, ca_name, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=None))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.99"))])
    server = _signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), ca_name, key, ca_key, names)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "cert.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(private)


def _signed(
    subject: x509.Name, issuer: x509.Name, key: Any, by: Any, extension: x509.ExtensionType
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - dt.timedelta(days=1),
        not_valid_after=now + dt.timedelta(days=2),
    )
    return builder.add_extension(extension, critical=False).sign(by, hashes.SHA256())
