"""Play and stories: kernel, reading and chase on a virtual clock.  Pure."""
