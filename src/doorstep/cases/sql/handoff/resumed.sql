-- Index: timer_of_step of cases_timer, ask_open of cases_ask, primary key of cases_home.
-- Due times move by the time the case rested.
resumed_given AS (SELECT * FROM json_to_recordset(%(resumed)s) AS x(case_id uuid, rested double precision)
    LIMIT :most),
resumed_timers AS (
    UPDATE cases_timer t SET due_at = t.due_at + make_interval(secs => x.rested)
    FROM resumed_given x WHERE t.case_id = x.case_id AND t.state = 'open' AND t.purpose <> 'chase'
),
resumed_asks AS (
    UPDATE cases_ask a
    SET due_at = a.due_at + make_interval(secs => x.rested),
        promised_until = a.promised_until + make_interval(secs => x.rested)
    FROM resumed_given x WHERE a.case_id = x.case_id AND a.state = 'open'
    RETURNING a.id, a.due_at
),
resumed_home AS (UPDATE cases_home h SET due_at = a.due_at FROM resumed_asks a WHERE h.ask_id = a.id)
