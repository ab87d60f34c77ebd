"""One screen a module: a view reads, calls one verb, renders."""
