"""Working time, the plan backwards from needed by, and the words of the status line.  Pure."""
