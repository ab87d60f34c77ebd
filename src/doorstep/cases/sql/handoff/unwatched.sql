-- Index: watch_once of cases_watch.
unwatched_rows AS (
    DELETE FROM cases_watch w USING (SELECT * FROM json_populate_recordset(NULL::cases_watch, %(unwatched)s) LIMIT :most) x
    WHERE w.case_id = x.case_id AND w.step = x.step AND w.instance = x.instance
)
