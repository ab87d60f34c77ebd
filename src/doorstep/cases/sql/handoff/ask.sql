ask_rows AS (
    INSERT INTO cases_ask SELECT * FROM unnest(%(ask)s::cases_ask[])
)
