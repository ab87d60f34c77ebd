"""Pages at rest: groups, processes, versions.

``by`` is a person's id (None: the operator at the command line), ``at`` business time.  Verbs raise
`people.errors.NotAllowed` and `library.errors.NotPublishable` (with the faults).

    publish.publish(text, by, file="", identities=None, effective_from=None, at=None) -> Published
    publish.same_step_candidates(text, file="") -> tuple[Candidate, ...]   headings that vanished beside new ones
    programs.program_of(version_id) -> (Page, Program)                      cached by content hash
    queries.effective(process_key) -> Version | None        queries.version(version_id) -> Version
    queries.processes_for(person, at) -> tuple[Listed, ...]  queries.versions_of(process_key) -> tuple[Version, ...]
"""
