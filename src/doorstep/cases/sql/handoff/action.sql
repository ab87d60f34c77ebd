action_rows AS (
    INSERT INTO cases_action SELECT * FROM rows(%(action)s::cases_action) x
    ON CONFLICT (case_id, kind, step, instance, round, n) DO NOTHING
)
