"""A small but faithful Salesforce: REST, SOQL, OAuth tokens, and the pages people use."""

from doorstep.demo.salesforce_sandbox.server import Server, start

__all__ = ["Server", "start"]
