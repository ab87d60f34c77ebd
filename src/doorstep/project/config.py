"""The configuration: one ``doorstep.toml`` and ``DOORSTEP_*`` variables, each value with its source.

Order of precedence: environment, file, default.  The file is named by ``DOORSTEP_CONFIG`` or found as
``doorstep.toml`` in the data directory (``DOORSTEP_DATA``, by default ``./var``).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class ConfigurationError(Exception):
    """The configuration cannot be used; the message says which value, from where, and the mend."""


@dataclass(frozen=True)
class Setting:
    """One value, where it came from, and what it is for."""

    name: str
    value: object
    source: str
    about: str


# name -> (default, what it is for).  A name with a dot is a key in a table of the file.
KNOWN: Mapping[str, tuple[object, str]] = {
    "organisation": ("Our organisation", "the name mail and pages carry"),
    "base_url": ("http://127.0.0.1:8000", "where people reach the web from outside; links in mail start with it"),
    "reachable": (True, "false when addressees cannot reach base_url: mail then carries no links"),
    "zone": ("UTC", "the organisation's time zone, an IANA name"),
    "country": ("", "ISO code of the country whose public holidays count"),
    "subdivision": ("", "the part of the country, for its holidays"),
    "currency": ("EUR", "the currency of a page that names none"),
    "language": ("en", "the language of letters to people who have none"),
    "secure": (False, "true behind HTTPS: cookies are then sent over it alone"),
    "allowed_hosts": ("*", "host names the web answers to, separated by commas"),
    "database.url": ("", "PostgreSQL of the application's role; empty: the embedded server"),
    "database.owner_url": ("", "PostgreSQL of the role that migrates; empty: the same"),
    "keys_file": ("", "secrets made at first start, mode 0600; empty: keys.json in the data directory"),
    "proxy": ("", "an HTTP proxy for outgoing requests"),
    "ca_bundle": ("", "a file of certificate authorities for outgoing requests"),
    "auditor": ("", "the address that gets the daily head of all journals"),
    "demo.jira": ("", "for demos: where the sandbox's Jira is"),
    "demo.salesforce": ("", "for demos: where the sandbox's Salesforce is"),
    "demo.mail": ("", "for demos: where the sandbox's webmail is"),
    "clock": ("", "for demos: a file that holds how far business time is ahead"),
}


@dataclass(frozen=True)
class Config:
    """The settings in force and the data directory."""

    data: Path
    settings: Mapping[str, Setting]
    unknown: tuple[str, ...] = ()
    path: Path | None = None
    tables: Mapping[str, object] = field(default_factory=dict)

    def __getitem__(self, name: str) -> object:
        return self.settings[name].value

    def text(self, name: str) -> str:
        """Return a value as text."""
        return str(self[name])

    def flag(self, name: str) -> bool:
        """Return a yes/no value; raises ConfigurationError for anything else."""
        value = self[name]
        if isinstance(value, bool):
            return value
        match str(value).strip().lower():
            case "1" | "true" | "yes" | "on":
                return True
            case "" | "0" | "false" | "no" | "off":
                return False
            case other:
                source = self.settings[name].source
                raise ConfigurationError(f'Expected true or false for {name}, but {source} says "{other}".')

    @property
    def keys_file(self) -> Path:
        """Where the secrets are."""
        named = self.text("keys_file")
        return Path(named) if named else self.data / "keys.json"


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration.  Raises ConfigurationError for a file that is not TOML."""
    data = Path(environ.get("DOORSTEP_DATA", "var")).absolute()
    path = Path(environ.get("DOORSTEP_CONFIG", data / "doorstep.toml"))
    tables = _read(path) if path.exists() else {}
    flat = dict(_flatten(tables))
    settings = {name: _setting(name, flat, environ, path) for name in KNOWN}
    unknown = tuple(sorted(name for name in flat if name not in KNOWN and "." not in name))
    return Config(data, settings, unknown, path if path.exists() else None, tables)


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"Expected TOML in {path}, but it does not parse: {error}. Mend the line named."
        ) from error


def _flatten(tables: Mapping[str, object]) -> list[tuple[str, object]]:
    flat: list[tuple[str, object]] = []
    for name, value in tables.items():
        if isinstance(value, dict):
            flat += [(f"{name}.{inner}", content) for inner, content in value.items()]
        else:
            flat.append((name, value))
    return flat


def _setting(name: str, flat: Mapping[str, object], environ: Mapping[str, str], path: Path) -> Setting:
    default, about = KNOWN[name]
    variable = "DOORSTEP_" + name.upper().replace(".", "_")
    if variable in environ:
        return Setting(name, environ[variable], variable, about)
    if name in flat:
        return Setting(name, flat[name], str(path), about)
    return Setting(name, default, "default", about)
