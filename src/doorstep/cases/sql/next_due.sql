-- Index: timer_due.  A case that rests is not disturbed.
SELECT t.due_at
FROM cases_timer t
WHERE t.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = t.case_id AND c.status = 'suspended')
ORDER BY t.due_at
LIMIT 1
