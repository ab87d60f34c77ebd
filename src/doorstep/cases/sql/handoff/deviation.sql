deviation_rows AS (
    INSERT INTO cases_deviation SELECT * FROM json_populate_recordset(NULL::cases_deviation, %(deviation)s)
)
