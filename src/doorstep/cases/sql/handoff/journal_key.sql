journal_key_rows AS (
    INSERT INTO cases_journalkey SELECT * FROM json_populate_recordset(NULL::cases_journalkey, %(journal_key)s)
    ON CONFLICT (case_id, person) DO NOTHING
)
