"""Pages in motion: receive, understand, advance, carry out.

Every verb is a function with keyword-only inputs in a module of its own name, decides by its rights, and is one
transaction.  ``by`` is a person's id (`people.Person`), ``step`` a step's key, ``instance`` its place in For each,
``at`` business time (now, unless a test or the demo says otherwise), ``key`` an event key: the same key again is
answered with the recorded result.  They raise `refusals.NotAllowed` (with the sentence to show),
`refusals.NotPossible` (it does not fit the case as it is now), `refusals.ChangedSinceOpened` and `refusals.NotFound`.

    start_case.start_case(version_id, facts, by, needed_by=None, zone="", at=None, key=None) -> Started
    answer_ask.answer_ask(ask_id, outcome, by, proof, facts=None, seen=None, comment="", ticked=None, at, key) -> Result
    promise.promise(ask_id, until, by, words="", at)            ask_question.ask_question(ask_id, text, by, at)
    answer_question.answer_question(ask_id, text, by, at)       delegate.delegate(ask_id, to, by, words="", at)
    withdraw_answer.withdraw_answer(case_id, step, by, reason, instance=(), at, key)
    add_step.add_step(case_id, after, name, card, by, reason, at, key)      card: {"Who": …, "Approve": …}
    skip.skip / override.override(facts) / defer.defer(until) / reopen.reopen / retry.retry / done_ahead.done_ahead(outcome, facts)
        (case_id, step, by, reason, instance=(), at, key)
    reassign.reassign(case_id, step, to, by, reason, instance, at, key)
    suspend.suspend / resume.resume / cancel.cancel(case_id, by, reason, at, key)
    migrate.migrate(case_id, version_id, by, reason, at, key) and migrate.dry_run(case_id, version_id, by, at) -> Moved
    change_facts.change_facts(case_id, facts, by, at, key)      remind_now.remind_now(ask_id, by, at)
    move_needed_by.move_needed_by(case_id, needed_by, by, at)
    observe.observe(observation, at)                            a hint: the record is read again before it is believed

To read: `queries` (waits_for_me, i_wait_for, lately_closed, stuck, case_of, history), `status.status_of` and
`statuses`, `view.case_view(case)` and `view.ask_view(ask)`, `links.open_link(token)` (letters carry
``<base_url>/a/<token>``), `store` for files, `rights.may_see`.
To run: `worker.Worker`, `carry_out.carry_out`, `sweep.sweep` and `sweep.next_due`, `clock.move_ahead`,
`receive.receive`, `observe.observe`.
"""
