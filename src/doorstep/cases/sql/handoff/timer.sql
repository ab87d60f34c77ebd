timer_rows AS (
    INSERT INTO cases_timer SELECT * FROM rows(%(timer)s::cases_timer) x
)
