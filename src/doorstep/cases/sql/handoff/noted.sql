-- Index: primary key of cases_ask.
noted_rows AS (
    UPDATE cases_ask a
    SET promised_until = x.promised_until, question = x.question, away_until = x.away_until, delegated = x.delegated,
        made = x.made, told = x.told
    FROM rows(%(noted)s::cases_ask) x
    WHERE a.id = x.id
)
