-- Index: primary key of cases_case.  The row is locked by the statement before.
case_rows AS (
    UPDATE cases_case c
    SET state = x.state, status = x.status, stuck = x.stuck, closed_at = x.closed_at, suspended_at = x.suspended_at,
        head = x.head, seq = x.seq, version_id = x.version_id, title = x.title, needed_by = x.needed_by
    FROM rows(%(case)s::cases_case) x
    WHERE c.id = x.id
)
