-- Index: delivery_once.  An ask to a role has a message a holder: one row of them is read, not hundreds.
SELECT a.id, d.channel, d.state, d.seen_at
FROM unnest(%(cases)s::uuid[], %(asks)s::uuid[]) AS a (case_id, id)
CROSS JOIN LATERAL (
    SELECT channel, state, seen_at FROM cases_delivery
    WHERE case_id = a.case_id AND about = a.id::text AND purpose = 'ask' AND state <> 'withdrawn'
    ORDER BY position, id
    LIMIT 1
) d
