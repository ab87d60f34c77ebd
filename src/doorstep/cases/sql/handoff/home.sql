home_rows AS (
    INSERT INTO cases_home SELECT * FROM json_populate_recordset(NULL::cases_home, %(home)s)
)
