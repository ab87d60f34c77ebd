journal_key_rows AS (
    INSERT INTO cases_journalkey SELECT * FROM rows(%(journal_key)s::cases_journalkey) x
    ON CONFLICT (case_id, person) DO NOTHING
)
