-- Index: timer_of_step of cases_timer.
stopped_rows AS (
    UPDATE cases_timer t
    SET state = 'withdrawn'
    FROM rows(%(stopped)s::cases_timer) x
    WHERE t.case_id = x.case_id AND t.step = x.step AND t.instance = x.instance AND t.round = x.round
      AND t.purpose = x.purpose AND t.state = 'open'
)
