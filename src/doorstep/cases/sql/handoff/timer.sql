timer_rows AS (
    INSERT INTO cases_timer SELECT * FROM json_populate_recordset(NULL::cases_timer, %(timer)s)
)
