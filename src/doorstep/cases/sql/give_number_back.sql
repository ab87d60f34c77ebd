-- Index: primary key of cases_counter.
UPDATE cases_counter SET value = value - 1 WHERE name = 'case'
