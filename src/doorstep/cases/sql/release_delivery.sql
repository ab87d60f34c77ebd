-- Index: primary key of cases_delivery.  Not now: it is tried again later.
UPDATE cases_delivery SET lease_until = NULL, not_before = %(later)s, error = %(why)s
WHERE id = %(id)s AND state = 'queued'
