journal_private_rows AS (
    INSERT INTO cases_journalprivate SELECT * FROM unnest(%(journal_private)s::cases_journalprivate[])
)
