journal_key_rows AS (
    INSERT INTO cases_journalkey SELECT * FROM unnest(%(journal_key)s::cases_journalkey[])
    ON CONFLICT (case_id, person) DO NOTHING
)
