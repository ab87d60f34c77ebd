handled_rows AS (
    INSERT INTO cases_handled SELECT * FROM rows(%(handled)s::cases_handled) x
)
