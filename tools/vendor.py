"""Fetches what the web ships from npm: `python tools/vendor.py` (needs npm; to bundle, Linux on x86-64).

Every package is named with its version and integrity; a tarball that does not match is refused.  What
was taken stands in ``vendor/vendor.json`` beside the files.  What is in many modules is bundled into one
file by esbuild, which is fetched in the same way and needed here alone.
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
    Package(
        "sortablejs",
        "1.15.7",
        "sha512-Kk8wLQPlS+yi1ZEf48a4+fzHa4yxjC30M/Sr2AnQu+f/MPwvvX9XjZ6OWejiz8crBsLwSq8GHqaxaET7u6ux0A==",
        "MIT",
        {"Sortable.min.js": "sortable.min.js", "LICENSE": "sortable.LICENSE"},
    ),
)

BUNDLED = (
    Package(
        "@codemirror/autocomplete",
        "6.20.4",
        "sha512-yF8RhOf2SXlg00+qtupzLhrglcas61boqaONiNcbPIebHCpJocpqTBA6dyrtUrQO47hqyTdeob/3XnYilT7TaQ==",
        "MIT",
        {},
    ),
    Package(
        "@codemirror/commands",
        "6.11.1",
        "sha512-O/4hG3SC1YwcmQ0d2UVNDs+AsaNWd1iHVxbTeEBuqH+6bExAiPK3iS/BvpY6rZGURALv4ZD3sIgcCmRvw3ehBg==",
        "MIT",
        {},
    ),
    Package(
        "@codemirror/language",
        "6.13.1",
        "sha512-zfvU2r3TyylQLMj/te+5CnQ0rSqZi8B1oTCBbQkagcLW4Xc6imab6qN+pEJhsuNOLaJqiRyBXp9UhWA1DhVvDw==",
        "MIT",
        {},
    ),
    Package(
        "@codemirror/lint",
        "6.9.8",
        "sha512-qNvtcE73xUto/D1RvtgSRI4A1Hg8ekxlvtZpjHpdpisLBnhyu82EUEJMEgaxkjuQCA8vqnrylENWKOsEDCOHcw==",
        "MIT",
        {},
    ),
    Package(
        "@codemirror/state",
        "6.7.6",
        "sha512-kAz+AncRtKuIknedxT1bq4XwXv4UowhbkHU1myPrtVb/jZtImWuV5BXzv5vK6i3kYACsdiZiQKFQQ5Mq7elW8w==",
        "MIT",
        {},
    ),
    Package(
        "@codemirror/streamparser",
        "6.0.0",
        "sha512-JTFPF6xrfjt0mnfGPgzcLiMwYmvIyNaoizp8BYzv8FE8KrT6GBGDZ190rtt+O7Wke3gG/MFHyiY9YGNeimof4w==",
        "MIT",
        {},
    ),
    Package(
        "@codemirror/view",
        "6.43.15",
        "sha512-HHsfpqFeHyXLs983pSRe38Xajs0vFWZQ2BuX0m7Ki8w3jZ5iD8cuR3lBz2/5/X53Dhf32SBHKh6rtSTB6tKeGw==",
        "MIT",
        {"LICENSE": "codemirror.LICENSE"},
    ),
    Package(
        "@lezer/common",
        "1.5.5",
        "sha512-Pw7PVCndruF1pb3ebCxpSVpkMHSDjwRCLcTRw+RizUKco5QbWylwq2g4lnG/RYN7yTTQDXE9F77MwtkAyphrjg==",
        "MIT",
        {},
    ),
    Package(
        "@lezer/highlight",
        "1.2.5",
        "sha512-O1GMVKgtf5YspFaRzpmqkVgMtIk2HG9uMAbH6wdAIdNh3TVzCsch/+cRi+6l2//UGDKe6NB9BW3cvuR5ezMQ0w==",
        "MIT",
        {},
    ),
    Package(
        "@lezer/lr",
        "1.4.12",
        "sha512-On9HU4oMMiHPMkQDgoTnGahjgG5n/MkN38CgG77sMraKLL+3JBbeQNi1FcCXV9QRqwF9/BUXP3caHyJC1fBOTQ==",
        "MIT",
        {},
    ),
    Package(
        "@marijn/find-cluster-break",
        "1.0.4",
        "sha512-Wy0V7+SGUjnF9/TkiM1hKVDPj7jKXduPNboMVtHTA8dySMURWqfg/JZ9E2Sq8JgSJmkl7k7Qe9FLeMSrSraWmQ==",
        "MIT",
        {},
    ),
    Package(
        "crelt",
        "1.0.7",
        "sha512-aK6BbWfhf4U/wCcLHKPJl/xa6VkVstRaPywWtMKGwuOLc/wZTyQYuoxgvZnNsBvv7Kg3YTBQYYBCggcviQczuA==",
        "MIT",
        {},
    ),
    Package(
        "style-mod",
        "4.1.4",
        "sha512-XXWIQt633/EpAFx8aZDOTjBzrCaGmhvEQlQo6MVPfa2OzO2cWo+4hV9h+6UkHYlXGfy+ODXKUdP7Pthmcu5ATw==",
        "MIT",
        {},
    ),
    Package(
        "w3c-keyname",
        "2.2.8",
        "sha512-dpojBhNsCNN7T82Tm7k26A6G9ML3NkhDsnw9n/eoxSRlVBB4CEtIQ/KTCLI2Fwf3ataSXRhYFkQi3SlnFwPvPQ==",
        "MIT",
        {},
    ),
)
"""CodeMirror and what it stands on, all of one author and licence."""

BUNDLER = Package(
    "@esbuild/linux-x64",
    "0.28.2",
    "sha512-4xTZr1FUmSoQW4XIWmit3tzQrUTZM+N3P0XV8xROKYF50XfI7xeO90+1bZvNwxIufQ9hDQVRJH5YhgPVF8A/HQ==",
    "MIT",
    {},
)
SOURCE = Path(__file__).parent / "text_editor/text_editor.js"
BUNDLE = "text_editor.js"


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


def unpack(package: Package, tarball: Path, folder: Path) -> None:
    """Put a package where a bundler looks for it."""
    with tarfile.open(tarball) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    place = folder / "node_modules" / package.name
    place.parent.mkdir(parents=True, exist_ok=True)
    (folder / "unpacked/package").rename(place)


def bundle(folder: Path) -> None:
    """Make one file of the text editor and all it stands on."""
    for package in (*BUNDLED, BUNDLER):
        tarball = fetch(package, folder)
        take(package, tarball)
        unpack(package, tarball, folder)
    (folder / SOURCE.name).write_bytes(SOURCE.read_bytes())
    binary = folder / "node_modules" / BUNDLER.name / "bin/esbuild"
    binary.chmod(0o755)
    options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]
    subprocess.run([binary, SOURCE.name, *options, f"--outfile={TARGET / BUNDLE}"], cwd=folder, check=True)  # noqa: S603


def main() -> None:
    """Fetch everything."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            take(package, fetch(package, Path(folder)))
        bundle(Path(folder))
    record = [asdict(package) for package in PACKAGES]
    record += [{**asdict(package), "bundled": BUNDLE} for package in BUNDLED]
    record += [{**asdict(BUNDLER), "files": {"tools/text_editor/text_editor.js": BUNDLE}}]
    (TARGET / "vendor.json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
