"""A reply and its ask to an answer, or to \"unclear, and why\"."""
