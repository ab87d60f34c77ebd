"""Jira Cloud: asks as comments or issues, answers by moving them, fields both ways."""

from doorstep.integrations.jira.channel import JiraChannel
from doorstep.integrations.jira.connector import JiraConnector
from doorstep.integrations.jira.webhook import UnreadableWebhook, parse, verify
from doorstep.plugin_api.registry import EXPIRES, Asked, Integration

INTEGRATION = Integration(
    kind="jira",
    system="Jira",
    channel=JiraChannel,
    connector=JiraConnector,
    asks=(
        Asked("site", "Address of the site", "https://northwind.atlassian.net", required=True),
        Asked("sign_in", "Signs in by", "token (an API token) or oauth (an OAuth 2.0 app or a service account)"),
        Asked("email", "Account's e-mail address", "Of the account the API token belongs to"),
        Asked("token", "API token", "Made at id.atlassian.com, security, API tokens", secret=True),
        Asked("client_id", "OAuth client id", seldom=True),
        Asked("client_secret", "OAuth client secret", secret=True, seldom=True),
        Asked("refresh_token", "OAuth refresh token", "Empty for a service account", secret=True, seldom=True),
        Asked("cloud_id", "Cloud id", "With OAuth: from <site>/_edge/tenant_info", seldom=True),
        Asked("webhook_secret", "Webhook secret", "The same as in Jira's webhook", secret=True),
        Asked("projects", "Projects", "Keys with commas between; empty for every project the account sees"),
        Asked("issue_type", "Type of new issues", "Task, unless a route says otherwise", seldom=True),
        Asked("yes", "Counts as done", "Statuses and resolutions with commas between", seldom=True),
        Asked("no", "Counts as a no", "Statuses and resolutions with commas between", seldom=True),
        EXPIRES,
    ),
)

__all__ = ["INTEGRATION", "JiraChannel", "JiraConnector", "UnreadableWebhook", "parse", "verify"]
