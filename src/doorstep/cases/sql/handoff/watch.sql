watch_rows AS (
    INSERT INTO cases_watch SELECT * FROM unnest(%(watch)s::cases_watch[])
    ON CONFLICT (case_id, step, instance, fact) DO UPDATE SET system = excluded.system, record = excluded.record
)
