-- Index: ask_once of cases_ask, delivery_once of cases_delivery.
-- One more message to everybody who was sent an open ask, on its thread.
follow_rows AS (
    INSERT INTO cases_delivery (id, case_id, ask_id, about, position, addressee, person, address, channel, connection,
        purpose, n, state, lane, rank, not_before, attempts, error, external_id, link, brief, sealed, queued_at)
    SELECT DISTINCT ON (d.about, d.addressee, d.channel)
        encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING substring(
            int8send((extract(epoch FROM x.real) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid,
        d.case_id, d.ask_id, d.about, x.position, d.addressee, d.person, d.address, d.channel, d.connection,
        x.purpose, x.n, 'queued', x.lane, x.rank, x.real, 0, '', '', '', x.brief, '', x.at
    FROM (
        SELECT * FROM json_to_recordset(%(follow)s)
            AS x(case_id uuid, step text, instance text, round int, purpose text, lane text, rank int, n int,
                 brief bytea, at timestamptz, real timestamptz, position int)
        LIMIT :most
    ) x
    JOIN cases_ask a ON a.case_id = x.case_id AND a.step = x.step AND a.instance = x.instance AND a.round = x.round
        AND a.state = 'open'
    JOIN cases_delivery d ON d.case_id = a.case_id AND d.about = a.id::text AND d.purpose = 'ask'
    WHERE d.state IN ('queued', 'handed over') AND d.channel <> 'page'
    ON CONFLICT (case_id, about, addressee, channel, purpose, n) DO NOTHING
)
