watch_rows AS (
    INSERT INTO cases_watch SELECT * FROM rows(%(watch)s::cases_watch) x
    ON CONFLICT (case_id, step, instance, fact) DO UPDATE SET system = excluded.system, record = excluded.record
)
