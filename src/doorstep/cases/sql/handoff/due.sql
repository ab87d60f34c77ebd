-- Index: ask_once of cases_ask, primary key of cases_home.
due_rows AS (
    UPDATE cases_ask a
    SET due_at = x.due_at
    FROM rows(%(due)s::cases_ask) x
    WHERE a.case_id = x.case_id AND a.step = x.step AND a.instance = x.instance AND a.round = x.round AND a.state = 'open'
    RETURNING a.id, a.due_at
),
due_home AS (
    UPDATE cases_home h SET due_at = d.due_at FROM due_rows d WHERE h.ask_id = d.id
)
