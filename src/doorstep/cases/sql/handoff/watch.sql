watch_rows AS (
    INSERT INTO cases_watch SELECT * FROM json_populate_recordset(NULL::cases_watch, %(watch)s)
    ON CONFLICT (case_id, step, instance, fact) DO UPDATE SET system = excluded.system, record = excluded.record
)
