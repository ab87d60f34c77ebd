"""Microsoft Graph: people, their managers and groups, pulled from Entra ID."""

from doorstep.integrations.graph.directory import GraphDirectory
from doorstep.plugin_api.registry import EXPIRES, Asked, Integration

INTEGRATION = Integration(
    kind="graph",
    system="Microsoft 365",
    directory=GraphDirectory,
    asks=(
        Asked("tenant", "Directory (tenant) ID", required=True),
        Asked("client_id", "Application (client) ID", "With User.Read.All and GroupMember.Read.All", required=True),
        Asked("client_secret", "Client secret", secret=True, required=True),
        Asked("groups", "Groups that are roles", "Their names, with commas between; without any, none are"),
        Asked("login", "Sign-in address", "https://login.microsoftonline.com unless it is a national cloud"),
        Asked("site", "Graph address", "https://graph.microsoft.com unless it is a national cloud"),
        EXPIRES,
    ),
)

__all__ = ["INTEGRATION", "GraphDirectory"]
