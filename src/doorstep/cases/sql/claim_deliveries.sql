-- Index: delivery_queued for the queue, delivery_once for what stands before in the same thread.
-- One claim takes the first messages of the lanes in order; nothing overtakes within one thread.
-- Found once, as a WITH is: a join might look again, and what it locked before is passed over then, beyond the limit.
WITH c AS (
    SELECT q.id FROM cases_delivery q
    WHERE q.state = 'queued' AND q.not_before <= %(now)s AND (q.lease_until IS NULL OR q.lease_until <= %(now)s)
      AND q.connection = %(connection)s AND q.rank BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (
          SELECT 1 FROM cases_delivery e
          WHERE e.case_id = q.case_id AND e.about = q.about AND e.addressee = q.addressee AND e.channel = q.channel
            AND e.state = 'queued' AND (e.position, e.id) < (q.position, q.id))
    ORDER BY q.rank, q.not_before
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE cases_delivery d
SET lease_until = %(until)s, attempts = d.attempts + 1
FROM c
WHERE d.id = c.id
RETURNING d.id
