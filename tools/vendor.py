"""Fetches what the web ships from npm: `python tools/vendor.py` (needs npm).

Every package is named with its version and integrity; a tarball that does not match is refused.  What
was taken stands in ``vendor/vendor.json`` beside the files.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/doorstep/web/static/doorstep/vendor"


@dataclass(frozen=True)
class Package:
    """One package and the files taken from it: path inside -> name here."""

    name: str
    version: str
    integrity: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "@fontsource-variable/source-serif-4",
        "5.3.1",
        "sha512-4Rtay22SC4lMvw11r/+9kxANB6P3M0X8s1NudBC2v0J1KU2y3DcMoNcT3lBoZ/CqLirzf+StlO6UlJilyrvaUg==",
        "OFL-1.1",
        {
            "files/source-serif-4-latin-wght-normal.woff2": "source-serif-4-latin.woff2",
            "files/source-serif-4-latin-ext-wght-normal.woff2": "source-serif-4-latin-ext.woff2",
            "LICENSE": "source-serif-4.LICENSE",
        },
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "sha512-OupL48va4JNofb97w6NYeF9S7W/kHNKM0Er8Dem5nqi4jeOLrVJDoE8tZEpnMJmtkvNbB1EIPPwHcdkF6b1oUA==",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
            "LICENSE": "inter.LICENSE",
        },
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        "0BSD",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE"},
    ),
)


def fetch(package: Package, folder: Path) -> Path:
    """Return the package's tarball, checked against its integrity."""
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]  # noqa: S603
    tarball = folder / name
    digest = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != package.integrity:
        sys.exit(f"Expected {package.integrity} for {package.name}, but npm gave {digest}. Nothing was taken.")
    return tarball


def take(package: Package, tarball: Path) -> None:
    """Copy the named files beside the record of their origin."""
    with tarfile.open(tarball) as archive:
        for inside, here in package.files.items():
            file = archive.extractfile(f"package/{inside}")
            if file is None:
                sys.exit(f"Expected {inside} in {package.name} {package.version}, but it is not there.")
            (TARGET / here).write_bytes(file.read())


def main() -> None:
    """Fetch everything."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            take(package, fetch(package, Path(folder)))
    record = [asdict(package) for package in PACKAGES]
    (TARGET / "vendor.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
