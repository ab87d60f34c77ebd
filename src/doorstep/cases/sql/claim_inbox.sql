-- Index: inbox_new.
-- Found once, as a WITH is: a join might look again, and what it locked before is passed over then, beyond the limit.
WITH c AS (
    SELECT q.id FROM cases_inbox q
    WHERE q.state = 'new' AND (q.lease_until IS NULL OR q.lease_until <= %(now)s)
    ORDER BY q.received_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE cases_inbox i
SET lease_until = %(until)s, attempts = i.attempts + 1
FROM c
WHERE i.id = c.id
RETURNING i.id
