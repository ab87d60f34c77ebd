"""LDAP: people, their managers and groups, pulled from OpenLDAP or Active Directory."""

from doorstep.plugin_api import Directory
from doorstep.plugin_api.registry import EXPIRES, Asked, Integration


def directory() -> Directory:
    """Make a directory.  The library for LDAP is large: it is loaded when there is one."""
    from doorstep.integrations.ldap.directory import LdapDirectory  # noqa: PLC0415

    return LdapDirectory()


INTEGRATION = Integration(
    kind="ldap",
    system="LDAP",
    directory=directory,
    asks=(
        Asked("url", "Address", "ldaps://ldap.northwind.example, or ldap://… for StartTLS", required=True),
        Asked("user", "Account that reads", "Its DN: cn=doorstep,ou=services,dc=northwind,dc=example", required=True),
        Asked("password", "Its password", secret=True, required=True),
        Asked("base", "Where people are", "ou=people,dc=northwind,dc=example", required=True),
        Asked("filter", "Which of them", "(&(objectClass=person)(mail=*)) unless given"),
        Asked("groups_base", "Where groups are", "The groups in it become roles; without it none do"),
        Asked("groups", "Groups that are roles", "Their names, with commas between; all of them unless given"),
        Asked("changes_only", "Only changes between daily pulls", "yes, for a directory too large to read every hour"),
        EXPIRES,
    ),
)

__all__ = ["INTEGRATION"]
