ask_rows AS (
    INSERT INTO cases_ask SELECT * FROM rows(%(ask)s::cases_ask) x
)
