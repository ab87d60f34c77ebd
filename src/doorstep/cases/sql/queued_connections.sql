-- Index: delivery_queued.
SELECT DISTINCT connection FROM cases_delivery
WHERE state = 'queued' AND not_before <= %(now)s AND (lease_until IS NULL OR lease_until <= %(now)s)
