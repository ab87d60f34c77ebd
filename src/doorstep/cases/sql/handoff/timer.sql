timer_rows AS (
    INSERT INTO cases_timer SELECT * FROM unnest(%(timer)s::cases_timer[])
)
