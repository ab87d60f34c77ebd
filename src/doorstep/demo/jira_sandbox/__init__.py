"""A small but faithful Jira Cloud: REST v3, OAuth tokens, signed webhooks, and the pages people use."""

from doorstep.demo.jira_sandbox.server import Server, start

__all__ = ["Server", "start"]
