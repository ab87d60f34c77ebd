handled_rows AS (
    INSERT INTO cases_handled SELECT * FROM json_populate_recordset(NULL::cases_handled, %(handled)s)
)
