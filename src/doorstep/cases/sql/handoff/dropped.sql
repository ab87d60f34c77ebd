-- Index: action_once of cases_action.  Looks that nobody waits for any more.
dropped_rows AS (
    UPDATE cases_action a
    SET state = 'withdrawn'
    FROM rows(%(dropped)s::cases_action) x
    WHERE a.case_id = x.case_id AND a.kind = 'look' AND a.step = x.step AND a.instance = x.instance AND a.state = 'queued'
)
