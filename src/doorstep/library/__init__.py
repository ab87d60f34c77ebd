"""Pages at rest: processes, versions, groups."""
