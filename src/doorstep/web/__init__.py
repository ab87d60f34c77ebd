"""The screens: a view reads, calls one verb, renders."""
