-- Index: delivery_once of cases_delivery.
-- Every other copy of the question is withdrawn; who answered by mail or page needs no word of it there.
recalled_given AS (
    SELECT * FROM json_to_recordset(%(recalled)s)
        AS x(id uuid, case_id uuid, settled_at timestamptz, real timestamptz, answered_by uuid, brief bytea, position int)
    LIMIT :most
),
recalled_unsent AS (
    UPDATE cases_delivery d
    SET state = 'withdrawn'
    FROM recalled_given x
    WHERE d.case_id = x.case_id AND d.about = x.id::text AND d.state = 'queued' AND d.lease_until IS NULL
),
recalled_sent AS (
    INSERT INTO cases_delivery (id, case_id, ask_id, about, position, addressee, person, address, channel, connection,
        purpose, n, state, lane, rank, not_before, attempts, error, external_id, link, brief, sealed, queued_at)
    SELECT DISTINCT ON (d.about, d.addressee, d.channel)
        encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING substring(
            int8send((extract(epoch FROM x.real) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid,
        d.case_id, d.ask_id, d.about, x.position, d.addressee, d.person, d.address, d.channel, d.connection,
        'withdrawn', 1, 'queued', 'notes', 3, x.real, 0, '', '', '', x.brief, '', x.settled_at
    FROM cases_delivery d JOIN recalled_given x ON d.case_id = x.case_id AND d.about = x.id::text
    WHERE d.purpose = 'ask' AND (d.state = 'handed over' OR (d.state = 'queued' AND d.lease_until IS NOT NULL))
      AND d.channel <> 'page' AND NOT (d.channel = 'e-mail' AND d.person IS NOT DISTINCT FROM x.answered_by)
    ON CONFLICT (case_id, about, addressee, channel, purpose, n) DO NOTHING
)
