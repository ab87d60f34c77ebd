journal_rows AS (
    INSERT INTO cases_journal SELECT * FROM json_populate_recordset(NULL::cases_journal, %(journal)s)
)
