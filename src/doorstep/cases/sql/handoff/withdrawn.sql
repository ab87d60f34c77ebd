-- Index: ask_once of cases_ask, delivery_once of cases_delivery, primary key of cases_home.
-- What was never sent is not sent; what was, or is being sent now, gets a withdrawal after it.
withdrawn_given AS (
    SELECT * FROM json_to_recordset(%(withdrawn)s)
        AS x(case_id uuid, step text, instance text, round int, keep uuid, at timestamptz, real timestamptz,
             brief bytea, position int)
    LIMIT :most
),
withdrawn_rows AS (
    UPDATE cases_ask a
    SET state = 'withdrawn', settled_at = x.at, question = ''
    FROM withdrawn_given x
    WHERE a.case_id = x.case_id AND a.step = x.step AND a.instance = x.instance AND a.round = x.round
      AND a.state = 'open' AND a.id IS DISTINCT FROM x.keep
    RETURNING a.id, a.case_id, x.at, x.real, x.brief, x.position
),
withdrawn_home AS (
    DELETE FROM cases_home h USING withdrawn_rows w WHERE h.ask_id = w.id
),
withdrawn_unsent AS (
    UPDATE cases_delivery d
    SET state = 'withdrawn'
    FROM withdrawn_rows w
    WHERE d.case_id = w.case_id AND d.about = w.id::text AND d.state = 'queued' AND d.lease_until IS NULL
),
withdrawn_sent AS (
    INSERT INTO cases_delivery (id, case_id, ask_id, about, position, addressee, person, address, channel, connection,
        purpose, n, state, lane, rank, not_before, attempts, error, external_id, link, brief, sealed, queued_at)
    SELECT DISTINCT ON (d.about, d.addressee, d.channel)
        encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING substring(
            int8send((extract(epoch FROM w.real) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid,
        d.case_id, d.ask_id, d.about, w.position,
        d.addressee, d.person, d.address, d.channel, d.connection,
        'withdrawn', 1, 'queued', 'notes', 3, w.real, 0, '', '', '', w.brief, '', w.at
    FROM cases_delivery d JOIN withdrawn_rows w ON d.case_id = w.case_id AND d.about = w.id::text
    WHERE d.purpose = 'ask' AND d.channel <> 'page' AND (d.state = 'handed over' OR (d.state = 'queued' AND d.lease_until IS NOT NULL))
    ON CONFLICT (case_id, about, addressee, channel, purpose, n) DO NOTHING
)
