-- Index: action_queued.
-- Found once, as a WITH is: a join might look again, and what it locked before is passed over then, beyond the limit.
WITH c AS (
    SELECT q.id FROM cases_action q
    WHERE q.state IN ('queued', 'unknown') AND q.not_before <= %(now)s
      AND (q.lease_until IS NULL OR q.lease_until <= %(now)s)
    ORDER BY q.not_before
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE cases_action a
SET lease_until = %(until)s, attempts = a.attempts + 1
FROM c
WHERE a.id = c.id
RETURNING a.id
