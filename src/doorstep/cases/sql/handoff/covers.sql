-- Index: ask_once of cases_ask.
covers_rows AS (
    UPDATE cases_ask a
    SET covered_hash = x.covered_hash, sealed = x.sealed
    FROM rows(%(covers)s::cases_ask) x
    WHERE a.case_id = x.case_id AND a.step = x.step AND a.instance = x.instance AND a.round = x.round AND a.state = 'open'
)
