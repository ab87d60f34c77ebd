"""Identifiers, where people's neighbours look for them."""

from doorstep.identifiers import uuid7

__all__ = ["uuid7"]
