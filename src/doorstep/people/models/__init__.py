"""The rows of people, one noun a file."""

from doorstep.people.models.account import Account

__all__ = ["Account"]
