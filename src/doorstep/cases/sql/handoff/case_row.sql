case_row_rows AS (
    INSERT INTO cases_case SELECT * FROM json_populate_recordset(NULL::cases_case, %(case_row)s)
)
