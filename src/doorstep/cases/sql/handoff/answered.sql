-- Index: primary keys of cases_ask and cases_home.
answered_given AS NOT MATERIALIZED (SELECT * FROM rows(%(answered)s::cases_ask) x),
answered_rows AS (
    UPDATE cases_ask a
    SET state = 'answered', settled_at = x.settled_at, outcome = x.outcome, answered_by = x.answered_by,
        answered_as = x.answered_as, proof = x.proof, answer = x.answer, question = ''
    FROM answered_given x
    WHERE a.id = x.id
),
answered_home AS (
    DELETE FROM cases_home h USING answered_given x WHERE h.ask_id = x.id
)
