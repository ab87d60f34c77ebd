"""Entra ID as a directory: everybody, each time (`/users` with their managers, then the groups that are roles)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from doorstep.integrations.graph.client import Graph
from doorstep.plugin_api import DirectoryPerson, Session
from doorstep.plugin_api.exchange import reading

USERS = {
    "$select": "id,displayName,mail,userPrincipalName,proxyAddresses,department,jobTitle,accountEnabled,userType",
    "$expand": "manager($select=id)",
    "$top": "999",
}


class GraphDirectory:
    """Members of a tenant; guests are left out."""

    def pull(self, session: Session, *, whole: bool) -> Iterator[DirectoryPerson]:
        """Yield everybody, also when changes alone were asked for: a manager's change shows in no list of changes."""
        with reading():
            graph = Graph(session)
            wanted = _names(session)
            roles = _roles(graph, wanted) if wanted else {}
            for user in graph.every("/users", USERS):
                if user.get("userType") != "Guest":
                    yield _person(user, tuple(sorted(roles.get(user["id"], ()))) if wanted else None)


def _person(user: Mapping[str, Any], roles: tuple[str, ...] | None) -> DirectoryPerson:
    address = str(user.get("mail") or user.get("userPrincipalName") or "").strip()
    proxies = (one[5:] for one in user.get("proxyAddresses") or () if one.casefold().startswith("smtp:"))
    return DirectoryPerson(
        key=user["id"],
        name=str(user.get("displayName") or ""),
        address=address,
        aliases=tuple(dict.fromkeys(one for one in proxies if one.casefold() != address.casefold())),
        manager=str((user.get("manager") or {}).get("id") or ""),
        roles=roles,
        department=str(user.get("department") or ""),
        title=str(user.get("jobTitle") or ""),
        active=bool(user.get("accountEnabled", True)),
    )


def _roles(graph: Graph, wanted: Mapping[str, str]) -> Mapping[str, set[str]]:
    """Return the names of the groups that are roles, by the id of each member."""
    found: dict[str, set[str]] = defaultdict(set)
    for group in graph.every("/groups", {"$select": "id,displayName", "$top": "999"}):
        name = wanted.get(str(group.get("displayName") or "").casefold())
        if name:
            for member in graph.every(f"/groups/{group['id']}/transitiveMembers", {"$select": "id", "$top": "999"}):
                found[member["id"]].add(name)
    return found


def _names(session: Session) -> Mapping[str, str]:
    """Return the names of the groups that are roles, by themselves in lower case."""
    parts = str(session.config.get("groups") or "").split(",")
    return {name.casefold(): name for part in parts if (name := part.strip())}
