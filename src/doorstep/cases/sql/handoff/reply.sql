reply_rows AS (
    INSERT INTO cases_reply SELECT * FROM unnest(%(reply)s::cases_reply[])
)
