"""Pages at rest: groups, processes, versions.

``by`` is a person's id (None: the operator at the command line), ``at`` business time.  Verbs raise
`people.errors.NotAllowed` and `library.errors.NotPublishable` (with the faults).

    publish.publish(text, by, file="", identities=None, process="", effective_from=None, at=None) -> Published
    publish.same_step_candidates(text, file="", process="") -> tuple[Candidate, ...]   headings that vanished beside new ones
    publish.faults_of(text, file="") -> (Page, faults)                      checked against who and what is on record
    take_effect.take_effect(at) -> tuple[UUID, ...]                         the sweep of versions whose date has come
    programs.program_of(version_id) -> (Page, Program)                      cached by content hash
    programs.meaning_of(version_id) -> Meaning(page, program, compiled)     compiled holds arguments and steps by key
    rights.is_owner(process, person) / is_expert(process, person)
    queries.effective(process_key) -> Version | None        queries.version(version_id) -> Version
    queries.processes_for(person, only_mine=False) -> tuple[Listed, ...]  queries.versions_of(process_key) -> tuple[Version, ...]
"""
