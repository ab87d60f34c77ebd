-- Index: primary keys of cases_ask and cases_home, delivery_once of cases_delivery.
-- Every other copy of the question is withdrawn; who answered by mail or page needs no word of it there.
answered_given AS (
    SELECT * FROM json_to_recordset(%(answered)s)
        AS x(id uuid, case_id uuid, settled_at timestamptz, real timestamptz, outcome text, answered_by uuid,
             answered_as text, proof text, answer bytea, brief bytea, position int)
),
answered_rows AS (
    UPDATE cases_ask a
    SET state = 'answered', settled_at = x.settled_at, outcome = x.outcome, answered_by = x.answered_by,
        answered_as = x.answered_as, proof = x.proof, answer = x.answer, question = ''
    FROM answered_given x
    WHERE a.id = x.id
),
answered_home AS (
    DELETE FROM cases_home h USING answered_given x WHERE h.ask_id = x.id
),
answered_unsent AS (
    UPDATE cases_delivery d
    SET state = 'withdrawn'
    FROM answered_given x
    WHERE d.case_id = x.case_id AND d.about = x.id::text AND d.state = 'queued' AND d.lease_until IS NULL
),
answered_sent AS (
    INSERT INTO cases_delivery (id, case_id, ask_id, about, position, addressee, person, address, channel, connection,
        purpose, n, state, lane, rank, not_before, attempts, error, external_id, link, brief, sealed, queued_at)
    SELECT DISTINCT ON (d.about, d.addressee, d.channel)
        encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING substring(
            int8send((extract(epoch FROM x.real) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid,
        d.case_id, d.ask_id, d.about, x.position, d.addressee, d.person, d.address, d.channel, d.connection,
        'withdrawn', 1, 'queued', 'notes', 3, x.real, 0, '', '', '', x.brief, '', x.settled_at
    FROM cases_delivery d JOIN answered_given x ON d.case_id = x.case_id AND d.about = x.id::text
    WHERE d.purpose = 'ask' AND (d.state = 'handed over' OR (d.state = 'queued' AND d.lease_until IS NOT NULL))
      AND d.channel <> 'page' AND NOT (d.channel = 'e-mail' AND d.person IS NOT DISTINCT FROM x.answered_by)
    ON CONFLICT (case_id, about, addressee, channel, purpose, n) DO NOTHING
)
