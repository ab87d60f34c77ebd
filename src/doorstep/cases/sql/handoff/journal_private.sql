journal_private_rows AS (
    INSERT INTO cases_journalprivate SELECT * FROM json_populate_recordset(NULL::cases_journalprivate, %(journal_private)s)
)
