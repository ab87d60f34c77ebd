journal_rows AS (
    INSERT INTO cases_journal SELECT * FROM unnest(%(journal)s::cases_journal[])
)
