"""A page played on a virtual clock: kernel, reading and chase without database or network."""
