deviation_rows AS (
    INSERT INTO cases_deviation SELECT * FROM unnest(%(deviation)s::cases_deviation[])
)
