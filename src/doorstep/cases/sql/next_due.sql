-- Index: timer_due.
SELECT min(due_at) FROM cases_timer WHERE state = 'open'
