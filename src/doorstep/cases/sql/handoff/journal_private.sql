journal_private_rows AS (
    INSERT INTO cases_journalprivate SELECT * FROM rows(%(journal_private)s::cases_journalprivate) x
)
