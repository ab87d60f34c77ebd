deviation_rows AS (
    INSERT INTO cases_deviation SELECT * FROM rows(%(deviation)s::cases_deviation) x
)
