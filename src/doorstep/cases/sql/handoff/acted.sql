-- Index: primary key of cases_action.
acted_rows AS (
    UPDATE cases_action a
    SET state = x.state, error = x.error, sealed = x.sealed, ended_at = x.ended_at, lease_until = NULL
    FROM rows(%(acted)s::cases_action) x
    WHERE a.id = x.id AND a.state IN ('queued', 'unknown')
)
