-- Index: watch_once of cases_watch.
unwatched_rows AS (
    DELETE FROM cases_watch w USING rows(%(unwatched)s::cases_watch) x
    WHERE w.case_id = x.case_id AND w.step = x.step AND w.instance = x.instance
)
