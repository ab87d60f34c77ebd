"""Conditions: a hand-written FEEL with names that hold spaces, exact decimals and three-valued logic."""
