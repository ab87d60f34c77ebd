"""An entry of an LDAP directory, read as OpenLDAP and Active Directory write them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from doorstep.plugin_api import DirectoryPerson

ATTRIBUTES = (
    "cn",
    "departmentNumber",
    "department",
    "displayName",
    "entryUUID",
    "mail",
    "mailAlternateAddress",
    "manager",
    "nsAccountLock",
    "objectGUID",
    "ou",
    "proxyAddresses",
    "pwdAccountLockedTime",
    "title",
    "userAccountControl",
)
ACCOUNT_DISABLED = 0x2  # of userAccountControl (Active Directory)
FOR_EVER = "000001010000Z"  # pwdAccountLockedTime of an account an administrator locked (OpenLDAP's ppolicy)


class Entry:
    """One entry as the server sent it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        values = raw.get("raw_attributes") or {}
        self._values = {str(name).casefold(): list(found) for name, found in values.items()}
        self.dn = str(raw.get("dn", "")).casefold()

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of an attribute as text; bytes that are no UTF-8 are shown as such."""
        return tuple(_text(value) for value in self._values.get(name.casefold(), ()))

    def first(self, *names: str) -> str:
        """Return the first value of the first attribute that has one."""
        return next((value for name in names for value in self.all(name) if value), "")

    @property
    def key(self) -> str:
        """Return what stays the same about an entry: entryUUID or objectGUID, else its DN."""
        binary = self._values.get("objectguid")
        if binary and len(binary[0]) == 16:
            return str(uuid.UUID(bytes_le=bytes(binary[0])))
        return self.first("entryUUID") or self.dn

    @property
    def manager(self) -> str:
        return self.first("manager").casefold()

    def person(self, *, manager: str, roles: tuple[str, ...] | None) -> DirectoryPerson:
        """Return the person an entry is."""
        mails = self.all("mail")
        proxies = (value[5:] for value in self.all("proxyAddresses") if value.casefold().startswith("smtp:"))
        others = (*mails[1:], *self.all("mailAlternateAddress"), *proxies)
        address = mails[0].strip() if mails else ""
        return DirectoryPerson(
            key=self.key,
            name=self.first("displayName", "cn"),
            address=address,
            aliases=tuple(dict.fromkeys(one for one in others if one.casefold() != address.casefold())),
            manager=manager,
            roles=roles,
            department=self.first("department", "departmentNumber", "ou"),
            title=self.first("title"),
            active=not self._disabled(),
        )

    def _disabled(self) -> bool:
        control = self.first("userAccountControl")
        locked = self.first("nsAccountLock").casefold() == "true" or self.first("pwdAccountLockedTime") == FOR_EVER
        return locked or (control.isdigit() and bool(int(control) & ACCOUNT_DISABLED))


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
