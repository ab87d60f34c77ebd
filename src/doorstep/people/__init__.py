"""Who takes part: persons, roles, calendars, absences, addresses.

``by`` is a person's id (None: the operator at the command line), ``at`` business time (`clock.business_now`).

    resolve.resolve(addressee, facts, starter, doers, at, excluded=(), process="") -> Found | NotFound
    keys.keys_of(person, at) -> HomeKeys            what Home is read by; Found.key is one of them for whoever is asked
    recognise.person_of(address) -> PersonRef | None
    recognise.may_answer_for(sender, addressee, at, kind="", process="") -> Relation     sender: address or id; addressee: key or id
    calendars.calendar_of(person, at=None) / calendars_of(people, at=None) / organisation_calendar() / calendar_named(name)
    directory.directory(text, channels=(), systems=()) -> Directory
    accounts.external_id(person, system) / person_with(system, external_id) / link(person, system, external_id)
    rights.is_administrator(by) / is_auditor(by)
    invite.invite(email, by, admin=False) -> Invitation     invite.open_invitation(token)     invite.accept(token, password)
    name_assistant.name_assistant(person, assistant, by, kinds=()) / dismiss_assistant(person, assistant, by)
    note_absence.note_absence(person, first, last, by, stand_in=None, processes=()) / strike_absence(absence, by)
    set_account.set_account(person, system, external_id, by)     set_rights.set_rights(person, by, administrator, auditor)
    import_csv.import_people(text, by, dry_run=False) -> ImportReport
"""
