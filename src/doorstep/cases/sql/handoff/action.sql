action_rows AS (
    INSERT INTO cases_action SELECT * FROM json_populate_recordset(NULL::cases_action, %(action)s)
    ON CONFLICT (case_id, kind, step, instance, round, n) DO NOTHING
)
