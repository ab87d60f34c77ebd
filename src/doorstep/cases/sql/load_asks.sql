-- Index: primary keys of cases_ask, cases_case, cases_journalkey and cases_handled.
-- Many at once, locked in one order, so that two batches never wait for each other.
SELECT c.id, c.number, c.process_id, c.version_id, c.title, c.starter, c.state, c.status, c.needed_by, c.zone,
    c.started_at, c.closed_at, c.suspended_at, c.head, c.seq,
    (SELECT string_agg(uuid_send(k.person) || k.salt, '') FROM cases_journalkey k WHERE k.case_id = c.id) AS salts,
    (SELECT h.result FROM cases_handled h WHERE h.case_id = c.id AND h.key = g.key) AS handled,
    a.id AS ask_id, a.step, a.instance, a.round, a.name, a.verb, a.addressee, a.person, a.display, a.covered_hash,
    a.sealed, a.least_proof, a.state AS ask_state, a.promised_until, a.question, a.away_until, a.delegated, a.made,
    a.told,
    EXISTS (SELECT 1 FROM cases_delivery d
        WHERE d.case_id = a.case_id AND d.about = a.id::text AND d.channel <> 'page') AS elsewhere
FROM unnest(%(asks)s::uuid[], %(keys)s::text[]) AS g(id, key)
JOIN cases_ask a ON a.id = g.id
JOIN cases_case c ON c.id = a.case_id
ORDER BY c.id
FOR UPDATE OF c
