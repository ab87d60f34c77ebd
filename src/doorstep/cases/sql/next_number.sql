-- Index: primary key of cases_counter.  The row stays locked until the case is there, so numbers have no gaps.
INSERT INTO cases_counter (name, value) VALUES ('case', 1)
ON CONFLICT (name) DO UPDATE SET value = cases_counter.value + 1
RETURNING value
