"""Pages at rest: groups, processes, versions.

``by`` is a person's id (None: the operator at the command line), ``at`` business time.  Verbs raise
`people.errors.NotAllowed` and `library.errors.NotPublishable` (with the faults).

    publish.publish(text, by, file="", identities=None, process="", level=None, effective_from=None, materiality, why="",
                    kept=None, at=None) -> Published                        at its level; a date is midnight in the page's zone
    publish.draft_of(text, file="") -> Draft(page, faults, reaches)         the level it reaches, and missing_for(level)
    verify.verify(process, by, at=None) · make_obsolete.make_obsolete(process, why, by, at=None)
    issue_bulletin, renew_bulletin, settle_bulletin; bulletins.shown(process_id, at) -> by identity of a step
    finding.find(Wanted(words, group, level, mine, attention), by, day, window) -> tuple[Listed, ...]; finding.groups
    publish.same_step_candidates(text, by, file="", process="") -> tuple[Candidate, ...]   headings that vanished beside new ones
    publish.faults_of(text, file="") -> (Page, faults)                      checked against who and what is on record
    take_effect.take_effect(at) -> tuple[UUID, ...]                         the sweep of versions whose date has come
    programs.program_of(version_id) -> (Page, Program)                      cached by content hash
    programs.meaning_of(version_id) -> Meaning(page, program, compiled)     compiled holds arguments and steps by key
    rights.is_owner(process, person) / is_expert(process, person)
    queries.effective(process_key) -> Version | None        queries.version(version_id) -> Version
    seen.seen_by(person, process="") -> Q            what somebody may meet: every reading goes through it
    seen.may_meet(process_id, person)               why.why(process, person) -> tuple[Reason, ...]
    queries.processes_for(person, only_mine=False) -> tuple[Listed, ...]  queries.versions_of(process_key) -> tuple[Version, ...]
"""
