reply_rows AS (
    INSERT INTO cases_reply SELECT * FROM rows(%(reply)s::cases_reply) x
)
