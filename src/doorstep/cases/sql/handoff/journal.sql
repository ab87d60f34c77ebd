journal_rows AS (
    INSERT INTO cases_journal SELECT * FROM rows(%(journal)s::cases_journal) x
)
