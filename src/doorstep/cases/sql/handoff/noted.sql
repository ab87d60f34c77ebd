-- Index: primary key of cases_ask.
noted_rows AS (
    UPDATE cases_ask a
    SET promised_until = x.promised_until, question = x.question, away_until = x.away_until, delegated = x.delegated,
        made = x.made, told = x.told
    FROM (SELECT * FROM json_populate_recordset(NULL::cases_ask, %(noted)s) LIMIT :most) x
    WHERE a.id = x.id
)
