-- Index: timer_of_step of cases_timer, watch_once of cases_watch, action_once of cases_action.
-- A case that closes leaves nothing that fires, is watched or is looked at.
closed_given AS (SELECT * FROM json_to_recordset(%(closed)s) AS x(case_id uuid)
    LIMIT :most),
closed_timers AS (
    UPDATE cases_timer t SET state = 'withdrawn' FROM closed_given x WHERE t.case_id = x.case_id AND t.state = 'open'
),
closed_watches AS (DELETE FROM cases_watch w USING closed_given x WHERE w.case_id = x.case_id),
closed_looks AS (
    UPDATE cases_action a SET state = 'withdrawn'
    FROM closed_given x WHERE a.case_id = x.case_id AND a.kind = 'look' AND a.state = 'queued'
)
