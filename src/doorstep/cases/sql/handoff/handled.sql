handled_rows AS (
    INSERT INTO cases_handled SELECT * FROM unnest(%(handled)s::cases_handled[])
)
