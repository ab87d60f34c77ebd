-- Index: primary key of cases_handled.
INSERT INTO cases_handled (case_id, key, result) VALUES (%(person)s, %(key)s, %(result)s)
