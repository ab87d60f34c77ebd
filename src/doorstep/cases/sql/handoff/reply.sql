reply_rows AS (
    INSERT INTO cases_reply SELECT * FROM json_populate_recordset(NULL::cases_reply, %(reply)s)
)
