action_rows AS (
    INSERT INTO cases_action SELECT * FROM unnest(%(action)s::cases_action[])
    ON CONFLICT (case_id, kind, step, instance, round, n) DO NOTHING
)
