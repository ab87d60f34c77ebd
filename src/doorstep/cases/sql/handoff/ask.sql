ask_rows AS (
    INSERT INTO cases_ask SELECT * FROM json_populate_recordset(NULL::cases_ask, %(ask)s)
)
