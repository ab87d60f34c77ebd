-- Index: home_of_addressee.
SELECT addressee, ask_id, case_id, process_id, title, name, verb, asked_at, due_at
FROM cases_home
WHERE addressee = ANY(%(keys)s)
ORDER BY due_at NULLS LAST, asked_at
LIMIT %(limit)s
