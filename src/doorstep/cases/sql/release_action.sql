-- Index: primary key of cases_action.  Not now: it is tried again later.
UPDATE cases_action SET lease_until = NULL, not_before = %(later)s, error = %(why)s, state = %(state)s
WHERE id = %(id)s AND state IN ('queued', 'unknown')
