-- Index: timer_due.  A case that rests is not disturbed.
SELECT t.id, t.case_id, t.purpose
FROM cases_timer t
WHERE t.state = 'open' AND t.due_at <= %(at)s
  AND NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = t.case_id AND c.status = 'suspended')
ORDER BY t.due_at
LIMIT %(limit)s
