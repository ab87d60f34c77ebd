"""One folder a system; strangers to each other."""
